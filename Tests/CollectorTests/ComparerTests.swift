/// Sums over a cluster's month from a seed, window by window: ours, and what slurmdbd's rollup would have.

import Foundation
import Reconciliation
import Records
import TestKit
import Testing
import Units

@testable import Collector

@Suite struct ComparerTests {
    let scene: Scene
    init() async throws { scene = try await Scene(seed: 11, jobs: 300) }

    /// All of the month, in whole hours.
    private func compared() throws -> Comparison {
        let window = try #require(
            Interval(
                start: ComparedWindow.hour(of: scene.start),
                end: ComparedWindow.hour(of: scene.books.clock.now)))
        return try scene.reconciler.compare("reef", window, rolledUpTo: nil)
    }

    private func seconds(_ job: JobRecord) -> Int64 { job.end?.seconds(since: job.start!) ?? 0 }

    @Test func `where all agrees only suspended seconds differ, and not of cores`() async throws {
        try await scene.feed(scene.jobs)
        let found = try compared()
        #expect(found.uses.map(\.user) == ["ada", "cyd"] && found.purgedRuns == 0)
        for use in found.uses {
            let jobs = scene.jobs.filter { $0.user == use.user }
            let suspended = jobs.reduce(0) { $0 + ($1.suspendedSeconds ?? 0) }
            let cores = jobs.reduce(0) {
                $0 + $1.allocTRES[.cpu] * (seconds($1) - ($1.suspendedSeconds ?? 0))
            }
            #expect(use.ours[.cpu] == cores)
            #expect(use.ours[.node] == jobs.reduce(0) { $0 + seconds($1) } - suspended)
            #expect(use.causes == [.suspended: [.node: suspended]])
        }
        try scene.end()
    }

    /// slurmdbd purges rows and keeps what it added up of them.
    @Test func `what slurmdbd has purged counts as it is in the books`() async throws {
        try await scene.feed(scene.jobs)
        let whole = try compared()
        let purged = scene.books.clock.now.advanced(bySeconds: -9 * 86_400)
        let kept = scene.jobs.filter { $0.submit >= purged }
        try scene.write(rows: Array(kept.dropFirst()))
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "10 days")])
        let found = try compared()
        #expect(found.purgedRuns == Int64(scene.jobs.count - kept.count))
        // The one of which the row should be there is missing, and nothing else.
        #expect(found.uses.flatMap { $0.causes[.missingRow].map { [$0] } ?? [] }.count == 1)
        #expect(found.uses.map(\.ours) == whole.uses.map(\.ours))
        try scene.end()
    }

    @Test func `what the books never saw or have otherwise is told with its amount`() async throws {
        var fed = scene.jobs
        let dropped = fed.remove(at: 42)
        fed[20].end = fed[20].end?.advanced(bySeconds: -1)
        fed[20].suspendedSeconds = 0
        try await scene.feed(fed)
        var rows = scene.jobs
        rows[20].suspendedSeconds = 0
        try scene.write(rows: rows + [scene.stranger()])
        let uses = Dictionary(grouping: try compared().uses, by: \.user).compactMapValues(\.first)
        #expect(uses["eve"]?.causes == [.neverSeen: [.cpu: 2_400]])
        #expect(
            uses[dropped.user ?? ""]?.causes[.neverSeen]?[.cpu]
                == dropped.allocTRES[.cpu] * (seconds(dropped) - (dropped.suspendedSeconds ?? 0)))
        let changed = rows[20]
        #expect(
            uses[changed.user ?? ""]?.causes[.changed]
                == [.cpu: changed.allocTRES[.cpu], .node: 1])
        try scene.end()
    }

    @Test func `what a reservation left idle goes to those it names`() async throws {
        var rows = scene.jobs
        (rows[100].reservationID, rows[100].reservation) = (3, "lab")
        let (inside, start) = (rows[100], rows[100].start!.advanced(bySeconds: -100))
        let end = inside.end!.advanced(bySeconds: 5_000)
        try await scene.feed(rows)
        try scene.write(rows: rows)
        var reservations = RecordWriter<ReservationColumn>(scene.preamble(.reservationHistory))
        // 7 is gone; 8 is left out of it, which slurmdbd counts as one all the same.
        reservations.write { column in
            switch column {
            case .reservationName: .text("lab")
            case .reservationID: .integer(3)
            case .start: FieldValue(start)
            case .end: FieldValue(end)
            case .nodes: .text("n[1-3]")
            case .tres: .text("cpu=64")
            case .associations: .text(",5,6,7,-8,")
            default: .text("")
            }
        }
        try scene.write("reservation-history", reservations)
        var events = RecordWriter<NodeEventColumn>(scene.preamble(.nodeEvents))
        for (node, isMaintenance) in [("n2", false), ("n3", true), ("n4", false)] {
            events.write { column in
                switch column {
                case .nodeName: .text(node)
                case .start: FieldValue(start)
                case .end: FieldValue(start.advanced(bySeconds: 50))
                case .tres: .text("cpu=32,mem=1000M")
                case .isMaintenance: .flag(isMaintenance)
                }
            }
        }
        try scene.write("node-events", events)
        var associations = RecordWriter<AssociationColumn>(scene.preamble(.associations))
        for (id, user) in [(Int64(5), ""), (6, "ada")] {
            associations.write { column in
                switch column {
                case .associationID: .integer(id)
                case .account: .text("astro")
                case .user: .text(user)
                case .isDefault: .flag(false)
                default: .text("")
                }
            }
        }
        try scene.write("associations", associations)

        let found = try compared()
        let share = 16 * (end.seconds(since: start) - seconds(inside)) - 8 * 50
        #expect(found.uses.map(\.user) == ["", "ada", "cyd"])
        #expect(
            found.uses.map { $0.causes[.reservationIdle] } == [[.cpu: share], [.cpu: share], nil])
        #expect(found.uses.first?.ours.isEmpty == true)
        // The third association is gone for good: sreport shows it to nobody.
        #expect(try scene.asked().contains(["associations", "--with-deleted"]))
        // Purged, the job has taken its time of it all the same: the books know where it ran.
        try scene.write(rows: rows.filter { $0.jobID != inside.jobID })
        try scene.write(diag: [("DBDAgentQueueSize", "0"), ("PurgeJobAfter", "1 days")])
        let later = try compared()
        #expect(later.purgedRuns == 1)
        #expect(
            later.uses.map { $0.causes[.reservationIdle] } == [[.cpu: share], [.cpu: share], nil])
        try scene.end()
    }
}
