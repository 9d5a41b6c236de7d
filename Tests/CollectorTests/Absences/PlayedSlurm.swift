/// A played slurmctld and slurmdbd in the gauge's place: each answers in the gauge's own format, or
/// can't be reached.

import Books
import Ledger
import Records
import Synchronization
import TestKit
import Units

@testable import Collector

/// Who is away for a while.
enum Absentee: String, CaseIterable, CustomStringConvertible, Sendable {
    case slurmctld, slurmdbd, atolld
    /// The machine on which both of Slurm's daemons run.
    case slurm
    var description: String { rawValue }
}

struct Absence: CustomStringConvertible, Sendable {
    let who: Absentee
    let span: Interval
    var description: String { "\(who) away, \(span)" }
}

struct PlayedSlurm: Sendable {
    let story: PlayedStory
    let absence: Absence?
    let clock: TestClock
    /// slurmctld's MinJobAge.
    private static let rememberedSeconds: Int64 = 300

    private func isAway(_ who: Absentee) -> Bool {
        guard let absence, absence.span.contains(clock.now) else { return false }
        return absence.who == who || absence.who == .slurm
    }

    func answer(_ words: [String]) throws -> [UInt8] {
        let command = words[0]
        let asksAccounting =
            ["history", "reservation-history", "associations"].contains(command)
            && !words.contains("slurmctld")
        if asksAccounting, isAway(.slurmdbd) {
            throw GaugeFailure(.accountingUnreachable, "slurmdbd can't be reached")
        }
        if !asksAccounting, isAway(.slurmctld) {
            throw GaugeFailure(.controllerUnreachable, "slurmctld can't be reached")
        }
        let now = clock.now
        let since = words.firstIndex(of: "--start").flatMap { Int64(words[$0 + 1]) } ?? 0
        let start = Instant(epochSeconds: since)
        switch command {
        case "jobs":
            return rows(
                .jobs,
                story.jobs.flatMap { $0.shown(at: now, rememberedSeconds: Self.rememberedSeconds) }
                    .map(forgetful))
        case "history":
            return rows(.history, story.jobs.flatMap { $0.recorded(at: now, since: start) })
        case "reservations": return reservations(command) { $0.shown(at: now) }
        case "reservation-history":
            return reservations(command) { $0.recorded(at: now, since: start) }
        default: return table(command, Self.shape(command))
        }
    }

    /// With a reservation slurmctld forgets which jobs ran inside.
    private func forgetful(_ record: JobRecord) -> JobRecord {
        var record = record
        if record.state.isFinished, story.reservation.shown(at: clock.now).isEmpty {
            record.reservation = nil
        }
        return record
    }

    private func rows(_ kind: RecordKind, _ records: [JobRecord]) -> [UInt8] {
        var writer = RecordWriter<JobColumn>(
            Preamble(kind: kind, cluster: "reef", atEpochSeconds: clock.now.epochSeconds),
            columns: JobColumn.written)
        for record in records { writer.write(record.value) }
        writer.finish()
        return writer.takeBytes()
    }

    private func reservations(
        _ kind: String, _ spans: (PlayedReservation) -> [PlayedReservation.Span]
    ) -> [UInt8] {
        // slurmdbd has no names, but numbers of associations, and no partitions.
        let owner = kind == "reservations" ? "astro||cpu" : "|2|"
        let lines = story.reservations.flatMap { reservation in
            spans(reservation).map { span in
                "\(reservation.name)|\(span.start.epochSeconds)|\(span.end.epochSeconds)"
                    + "|n[1-\(span.nodes)]|cpu=\(64 * span.nodes)|\(owner)"
            }
        }
        return table(
            kind,
            ["ReservationName|Start|End|Nodes|TRES|Accounts|Associations|Partition"] + lines)
    }

    private func table(_ kind: String, _ lines: [String]) -> [UInt8] {
        let first = "#atoll-records 1 kind=\(kind) cluster=reef at=\(clock.now.epochSeconds)"
        let all = [first] + lines + ["#end rows=\(lines.count - 1)", ""]
        return Array(all.joined(separator: "\n").utf8)
    }

    private static func shape(_ command: String) -> [String] {
        switch command {
        case "config":
            [
                "Key|Value", "ClusterName|reef", "SelectType|select/cons_tres",
                "SelectTypeParameters|CR_CORE_MEMORY",
                "AccountingStorageType|accounting_storage/slurmdbd",
            ]
        case "partitions":
            [
                "PartitionName|State|Flags|Nodes|MaxTimeMinutes", "cpu|UP|DEFAULT|n[1-8]|",
            ]
        case "nodes":
            ["NodeName|State|CPUs|Sockets|CoresPerSocket|ThreadsPerCore|RealMemory"]
                + (1...8).map { "n\($0)|IDLE|64|2|32|1|256000" }
        default:
            [
                "AssociationID|Account|User|ParentAccount|IsDefault|QOS|DefaultQOS",
                "1|root||||normal|", "2|astro||root||normal|", "3|astro|ada||1|normal|normal",
                "4|astro|cy||1|normal|normal",
            ]
        }
    }
}
