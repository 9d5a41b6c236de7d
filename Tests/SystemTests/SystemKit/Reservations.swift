/// Reservations of the testbed, by Slurm's own commands, and what Slurm has on record of them.

import Foundation
import Units
import Wire

/// A span in which slurmdbd has one and the same of a reservation.
struct SlurmSpan {
    let start: Int64
    let end: Int64
    let cpus: Int64

    var seconds: Int64 { end - start }
    var coreSeconds: Int64 { cpus * seconds }
    /// Whole nodes of the testbed have 64 cores and 4 GPUs.
    var gpuSeconds: Int64 { coreSeconds / 16 }
}

extension Testbed {
    /// Makes one and waits until it has begun.
    func reserve(_ name: String, _ words: String) async throws {
        try must(
            ["scontrol", "create", "reservation", "ReservationName=\(name)"]
                + words.split(separator: " ").map(String.init),
            environment: environment)
        try await awaited("\(name) has begun") {
            try slurm("scontrol", "-o", "show", "reservation", name).contains("State=ACTIVE")
        }
    }

    func changeReservation(_ name: String, _ words: String) throws {
        try must(
            ["scontrol", "update", "ReservationName=\(name)"]
                + words.split(separator: " ").map(String.init),
            environment: environment)
    }

    func deleteReservation(_ name: String) throws {
        try slurm("scontrol", "delete", "ReservationName=\(name)")
    }

    /// Whatever a test before left there.
    func deleteReservations() throws {
        let text = try slurm("scontrol", "-o", "show", "reservation")
        for line in text.split(separator: "\n") where line.hasPrefix("ReservationName=") {
            let name = line.dropFirst("ReservationName=".count).prefix { $0 != " " }
            try deleteReservation(String(name))
        }
    }

    /// What slurmctld says now; nil: it has none of that name.
    func reservation(_ name: String) throws -> SlurmSpan? {
        let done = try attempt(
            ["scontrol", "-o", "show", "reservation", name], environment: environment)
        var record: [String: String] = [:]
        for word in done.output.split(separator: " ") {
            let sides = word.split(separator: "=", maxSplits: 1)
            if sides.count == 2 { record[String(sides[0])] = String(sides[1]) }
        }
        guard let start = record["StartTime"].flatMap({ Int64($0) }),
            let end = record["EndTime"].flatMap({ Int64($0) }),
            let cpus = record["TRES"].flatMap({ try? TRESCounts(parsing: $0) })?[.cpu]
        else { return nil }
        return SlurmSpan(start: start, end: end, cpus: cpus)
    }

    /// slurmdbd's spans of a reservation since `start`, in order.
    func recordedSpans(of name: String, since start: Int64) throws -> [SlurmSpan] {
        let text = try slurm(
            "sacctmgr", "-nP", "show", "reservation", "names=\(name)",
            "format=start,end,tres", "start=\(clock(start - 60))")
        return try text.split(separator: "\n").compactMap { line in
            let values = line.split(separator: "|", omittingEmptySubsequences: false)
            guard values.count == 3, let from = Int64(values[0]), let to = Int64(values[1]),
                to > start
            else { return nil }
            return SlurmSpan(
                start: from, end: to, cpus: try TRESCounts(parsing: String(values[2]))[.cpu])
        }.sorted { $0.start < $1.start }
    }

    /// As sacctmgr reads it, in this machine's zone.
    private func clock(_ seconds: Int64) -> String {
        let format = DateFormatter()
        format.dateFormat = "yyyy-MM-dd'T'HH:mm:ss"
        return format.string(from: Date(timeIntervalSince1970: Double(seconds)))
    }
}

extension Books {
    /// All versions of a reservation, in order.
    func reservations(_ name: String) throws -> [Row.Reservation] {
        var rows: [Row.Reservation] = []
        try ask(.reservations(.init(all: true))) {
            if case .reservation(let row) = $0, row.name == name { rows.append(row) }
        }
        return rows
    }
}

extension Row.Reservation {
    var seconds: Int64 { end.seconds(since: start) }
}
