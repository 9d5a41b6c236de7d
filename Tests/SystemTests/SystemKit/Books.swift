/// What atolld says of the money, asked as root over its socket; every balance read is checked.

import Client
import Foundation
import Registry
import Testing
import Units
import Wire

struct Books: Sendable {
    let socket: String

    @discardableResult
    func ask(
        _ operation: Request.Operation, id: RequestID? = nil, onRow: (Row) -> Void = { _ in }
    ) throws -> Reply {
        let now = UInt64(Date().timeIntervalSince1970 * 1_000)
        var client = try SocketClient(connecting: socket, timeoutSeconds: 20)
        return try client.ask(
            Request(id: id ?? .fresh(epochMilliseconds: now), operation), onRow: onRow)
    }

    /// An allocation's balance; nothing of it may be lost or made, whenever it is read.
    func balance(
        _ allocation: String = "astro-2026", at place: SourceLocation = #_sourceLocation
    ) throws -> Row.Balance {
        var found: Row.Balance?
        try ask(.balance(.init(allocation: allocation))) {
            if case .balance(let row) = $0 { found = row }
        }
        let it = try #require(found, "no balance of \(allocation)", sourceLocation: place)
        #expect(
            it.granted == it.available + it.held + it.charged + it.expired + it.withdrawn,
            "\(it)", sourceLocation: place)
        #expect(it.inFlight >= .zero && it.held >= .zero, "\(it)", sourceLocation: place)
        return it
    }

    func used(by user: String, of allocation: String = "astro-2026") throws -> ServiceUnits {
        try balance(allocation).members.first { $0.user == user }?.used ?? .zero
    }

    func holds(_ allocation: String? = nil) throws -> [Row.Hold] {
        var rows: [Row.Hold] = []
        try ask(.holds(.init(allocation: allocation))) {
            if case .hold(let row) = $0 { rows.append(row) }
        }
        return rows
    }

    func hold(of job: Int64) throws -> Row.Hold? { try holds().first { $0.job == "\(job)" } }

    /// What a statement says was charged, a row each.
    func charges(_ allocation: String = "astro-2026") throws -> [Row.Statement] {
        var rows: [Row.Statement] = []
        try ask(.statement(.init(allocation: allocation))) {
            if case .statement(let row) = $0, row.kind == "charge" { rows.append(row) }
        }
        return rows
    }

    /// What was charged for a job, its tasks and components included.
    func charge(of job: Int64) throws -> ServiceUnits {
        // A charge takes from the balance.
        try charges().filter { isOf(job, $0) }.reduce(.zero) { $0 - $1.amount }
    }

    private func isOf(_ job: Int64, _ row: Row.Statement) -> Bool {
        guard let name = row.job else { return false }
        return name == "\(job)" || ["_", "+"].contains { name.hasPrefix("\(job)\($0)") }
    }

    /// How many of a job's runs were charged, those of its tasks or components included.
    func chargedRuns(of job: Int64) throws -> Int {
        let rows = try charges().filter { isOf(job, $0) }
        // One entry a run; a line each for its cores, its GPUs …
        return Set(rows.map(\.seq)).count
    }

    @discardableResult
    func grant(_ amount: String, to allocation: String = "astro-2026") throws -> Reply {
        try ask(.grant(.init(allocation: allocation, amount: su(amount), reason: "a test")))
    }

    func apply(_ site: Site) throws { try ask(.apply(.init(site: site))) }

    func status() throws -> Reply.Status {
        guard case .status(let status) = try ask(.status) else { throw NotAnAnswer() }
        return status
    }

    func problem() throws -> String? { try status().clusters.first?.problem }

    /// The collector looks soon, whatever pause it makes.
    func nudge() throws { try ask(.nudge(.init(cluster: "reef"))) }

    func verify() throws -> Reply.Verify {
        guard case .verify(let found) = try ask(.verify(.init())) else { throw NotAnAnswer() }
        return found
    }
}

struct NotAnAnswer: Error {}

/// An amount as it is written: `su("12.5")`.
func su(_ text: String) -> ServiceUnits {
    guard let amount = try? ServiceUnits(parsing: text) else {
        preconditionFailure("\(text) is no amount")
    }
    return amount
}
