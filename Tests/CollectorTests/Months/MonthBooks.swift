/// Books that are told a month, a slurmdbd that has its record, and passes over both.

import Bank
import Books
import Estimate
import Foundation
import Ledger
import Logging
import Reconciliation
import Records
import Registry
import Store
import Synchronization
import TestKit
import Units

@testable import Collector

/// slurmctld and slurmdbd when the month is over; each asking may be the last.
final class MonthSlurm: Sendable {
    struct Killed: Error {}
    struct State: Sendable {
        var rows: [JobRecord] = []
        var queue: [JobRecord] = []
        var reservations: [(String, PlayedReservation.Span)] = []
        var asked = 0
        /// The number of the asking in which all ends.
        var lastAsked = Int.max
    }
    let state = Mutex(State())
    private let cluster: String

    init(_ cluster: String = "reef") { self.cluster = cluster }

    func answer(_ words: [String]) throws -> [UInt8] {
        try state.withLock { it in
            it.asked += 1
            guard it.asked < it.lastAsked else { throw Killed() }
            func time(_ option: String) -> Int64 {
                words.firstIndex(of: option).flatMap { Int64(words[$0 + 1]) } ?? 0
            }
            let (from, to) = (time("--start"), time("--end"))
            switch words[0] {
            case "jobs": return rows(.jobs, it.queue)
            case "history":
                let named = words.firstIndex(of: "--jobs").map {
                    Set(words[$0 + 1].split(separator: ",").compactMap { Int64($0) })
                }
                return rows(
                    .history,
                    it.rows.filter {
                        $0.submit.epochSeconds < to && $0.end?.epochSeconds ?? to >= from
                            && named?.contains($0.rawJobID) ?? true
                    })
            case "reservation-history":
                return table(
                    words[0],
                    ["ReservationName|Start|End|Nodes|TRES|Accounts|Partition"]
                        + it.reservations.map {
                            "\($0)|\($1.start.epochSeconds)|\($1.end.epochSeconds)|n[1-\($1.nodes)]|"
                                + "cpu=\(64 * $1.nodes)||cpu"
                        })
            default: return table("diag", ["Key|Value", "DBDAgentQueueSize|0"])
            }
        }
    }

    private func rows(_ kind: RecordKind, _ records: [JobRecord]) -> [UInt8] {
        var writer = RecordWriter<JobColumn>(
            Preamble(kind: kind, cluster: cluster, atEpochSeconds: 1), columns: JobColumn.written)
        for record in records { writer.write(record.value) }
        writer.finish()
        return writer.takeBytes()
    }

    private func table(_ kind: String, _ lines: [String]) -> [UInt8] {
        let first = "#atoll-records 1 kind=\(kind) cluster=\(cluster) at=1"
        let all = [first] + lines + ["#end rows=\(lines.count - 1)", ""]
        return Array(all.joined(separator: "\n").utf8)
    }
}

final class MonthBooks {
    private(set) var books: TestBank
    let month: Month
    let damage: Damage
    let feed: MonthFeed
    let slurm = MonthSlurm()
    private var collector: Collector
    private var reconciler: Reconciler

    /// - Parameter isHarmed: else all is told as it was.
    init(seed: UInt64, stories: Int = 4, isHarmed: Bool = true) async throws {
        books = try TestBank()
        month = try Month(seed: seed, stories: stories, from: books.clock.now)
        damage = Damage(of: month, seed: isHarmed ? seed : nil)
        feed = MonthFeed(of: month, damage)
        (collector, reconciler) = Self.watching(books, slurm, from: month.start)
        var site = try Site.small(grant: "100000000")
        site.projects[0].allocations[0].members = []
        var bio = site.projects[0].allocations[0]
        bio.name = "bio-2026"
        site.projects.append(SiteProject(name: "bio", accounts: ["bio"], allocations: [bio]))
        _ = try await books.perform(.apply(site, backdate: true), id: "site")
        try await tell()
        let (rows, month, damage) = (damage.rows(of: month), month, damage)
        slurm.state.withLock {
            $0.rows = rows
            $0.queue = damage.unheld?.shown(at: month.end, rememberedSeconds: 300) ?? []
            $0.reservations = month.stories.map(\.reservation).flatMap { it in
                it.recorded(at: month.end, since: month.start).map { (it.name, $0) }
            }
        }
        let ahead = month.end.seconds(since: books.clock.now)
        books.clock.advance(bySeconds: max(ahead, 0))
    }

    deinit { books.stopAndRemove() }

    private static func watching(
        _ books: TestBank, _ slurm: MonthSlurm, from start: Instant
    ) -> (Collector, Reconciler) {
        let collector = slurm.watched(
            as: "reef", from: start.advanced(bySeconds: -1), by: books)
        let clock = books.clock
        let reconciler = Reconciler(
            collector, bank: books.bank, store: books.store, logger: silent,
            clock: { clock.now })
        return (collector, reconciler)
    }

    /// A new process over the same journal.
    func restart() throws {
        books = try books.reopened()
        (collector, reconciler) = Self.watching(books, slurm, from: month.start)
    }

    // MARK: What the books are told

    private func tell() async throws {
        var told: [(at: Instant, command: Command)] = []
        for (place, story) in month.stories.enumerated() where place != damage.reservationUnseen {
            let owner = place == damage.reservationUnowned ? "nobodys" : "astro"
            told += story.reservation.observations(ownedBy: owner).map {
                ($0.at, .reservation(.observe($0)))
            }
        }
        told.sort { $0.at < $1.at }
        for sight in feed.sights {
            while let first = told.first, first.at <= sight.at {
                told.removeFirst()
                try await perform(first.command, at: first.at)
            }
            try await tell(sight)
        }
        for rest in told { try await perform(rest.command, at: rest.at) }
        try await settleReservations()
    }

    private func perform(_ command: Command, at: Instant) async throws {
        let ahead = at.seconds(since: books.clock.now)
        if ahead > 0 { books.clock.advance(bySeconds: ahead) }
        for part in command.parts { _ = try await books.perform(part) }
    }

    func tell(_ sight: Sight) async throws {
        guard let watch = collector.watch(of: "reef") else { return }
        var jobs = try watch.observing().observations(
            of: sight.records, at: sight.at, showsPending: sight.isLive)
        if !sight.isLive { jobs.removeAll(where: \.runs.isEmpty) }
        for job in jobs { try await perform(.observe(job), at: sight.at) }
    }

    /// As the collector does at each poll.
    func settleReservations() async throws {
        for id in try books.store.reservationsToSettle(on: "reef", after: 0).ids {
            _ = try await books.perform(.reservation(.settle(id)))
        }
    }

    // MARK: Passes

    /// - Parameter asking: all ends when Slurm is asked for the so manieth time.
    func reconcile(
        isDryRun: Bool = false, endingAt asking: Int = .max,
        _ tell: (ReconcileNews) throws -> Void = { _ in }
    ) throws -> (pass: ReconciliationPass, found: [Finding]) {
        slurm.state.withLock { ($0.asked, $0.lastAsked) = (0, asking) }
        var found: [Finding] = []
        let pass = try reconciler.reconcile(
            ReconcileOrder(cluster: "reef", start: nil, isDryRun: isDryRun, caller: "test")
        ) { news in
            if case .found(let finding) = news { found.append(finding) }
            try tell(news)
        }
        return (pass, found)
    }

    func charged(_ allocation: String) throws -> Int64 {
        try books.figures(allocation).charged.microSU
    }
}
