/// Makes and deletes Slurm's reservations, through scontrol: with a deadline, and never while something
/// that answers a hook waits.

import Books
import Foundation
import Units

package struct ReservationTool: Sendable {
    private let command: GaugeCommand

    init(_ settings: WatchSettings) {
        var command = settings.scontrol
        // The times that are written are UTC.
        command.environment["TZ"] = "UTC"
        self.command = command
    }

    /// What is to be made; texts are checked to be single words.
    package struct Making: Sendable {
        package var name: String
        package var start: Instant
        package var end: Instant
        package var nodes: String?
        package var nodeCount: Int64?
        package var partition: String?
        package var accounts: [String] = []
        package var users: [String] = []
        package var flags: [String] = []

        package init(name: String, start: Instant, end: Instant) {
            (self.name, self.start, self.end) = (name, start, end)
        }

        var words: [String] {
            var words = [
                "ReservationName=\(name)", "StartTime=\(plain(start))", "EndTime=\(plain(end))",
            ]
            if let nodes { words.append("Nodes=\(nodes)") }
            if let nodeCount { words.append("NodeCnt=\(nodeCount)") }
            if let partition { words.append("PartitionName=\(partition)") }
            if !accounts.isEmpty { words.append("Accounts=\(accounts.joined(separator: ","))") }
            if !users.isEmpty { words.append("Users=\(users.joined(separator: ","))") }
            if !flags.isEmpty { words.append("Flags=\(flags.joined(separator: ","))") }
            return words
        }

        /// As scontrol reads it, in the zone that it is given.
        private func plain(_ instant: Instant) -> String { String(instant.description.dropLast()) }
    }

    /// - Throws: with scontrol's own words where Slurm would not.
    package func create(_ it: Making) throws {
        try command.run(["create", "reservation"] + it.words) { _ in }
    }

    package func delete(_ name: String) throws {
        try command.run(["delete", "ReservationName=\(name)"]) { _ in }
    }
}
