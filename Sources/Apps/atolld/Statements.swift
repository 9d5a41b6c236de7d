/// Statements: what moved a balance, line by line, each reader's own.

import Bank
import Ledger
import Rates
import Registry
import Reports
import Store
import Units
import Wire

extension Handler {
    func statement(
        _ request: Request.Statement, _ reader: Reader, _ sink: RowSink
    ) throws -> Reply {
        let found = try visible(reader, account: nil, allocation: request.allocation)
        guard let allocation = found.first else {
            throw WireError(.notFound, "there is no allocation \(request.allocation).")
        }
        let seesOthers = seesOthers(reader, allocation)
        if let asked = request.user, asked != reader.name, !seesOthers {
            throw WireError(.forbidden, "only the PI and operators see what others used.")
        }
        let window = Interval(
            start: request.start ?? Instant(epochSeconds: 0), end: request.end)
        guard let window else { throw WireError(.invalid, "the end is before the start.") }
        let resources = bank.picture.tip.registry.rateBook.resources
        var rows: Int64 = 0
        func write(_ row: Row.Statement) throws {
            rows += 1
            try sink.write(.statement(row))
        }
        // Who may not see the others' charges sees their sum, so that the balance stays true.
        var others: Row.Statement?
        func take(_ line: StatementLine) throws {
            guard line.amount != .zero else { return }
            var row = line.row(resources)
            guard seesOthers || row.user == nil || row.user == reader.name else {
                (row.kind, row.amount) = ("others", row.amount + (others?.amount ?? .zero))
                (row.user, row.job, row.resource, row.detail) = (nil, nil, nil, nil)
                others = row
                return
            }
            if let sum = others { try write(sum) }
            others = nil
            try write(row)
        }
        var last: StatementLine?
        let (opening, closing) = try store.statement(
            of: allocation.id, user: request.user, over: window
        ) { entry in
            if last?.goesOn(with: entry) == true { return }
            if let last { try take(last) }
            last = StatementLine(entry)
        }
        if let last { try take(last) }
        if let sum = others { try write(sum) }
        return .statement(.init(rows: rows, opening: opening, closing: closing))
    }
}

/// What one entry did to one job's use of one resource, from however many lots it was drawn. What a lot
/// pays of an overdraft moves no balance: its two halves make a line of nothing.
private struct StatementLine {
    private let first: StatementRow
    private(set) var amount: ServiceUnits
    private var balance: ServiceUnits
    private var unitSeconds: Int64?

    init(_ row: StatementRow) {
        (first, amount, balance) = (row, row.amount, row.balance)
        unitSeconds = row.unitSeconds
    }

    /// Takes the next row in where it belongs to this line.
    mutating func goesOn(with row: StatementRow) -> Bool {
        guard row.seq == first.seq, row.kind == first.kind, row.user == first.user,
            row.job == first.job, row.resource == first.resource
        else { return false }
        amount += row.amount
        balance = row.balance
        if let more = row.unitSeconds { unitSeconds = (unitSeconds ?? 0) + more }
        return true
    }

    func row(_ resources: [ResourceID: Resource]) -> Row.Statement {
        var row = Row.Statement(
            seq: first.seq, recordedAt: first.recordedAt, effectiveAt: first.effectiveAt,
            kind: first.kind, amount: amount, balance: balance)
        (row.user, row.job) = (first.user, first.job)
        let resource = first.resource.flatMap { resources[ResourceID($0)] }
        row.resource = resource?.name
        let detail = [resource.flatMap(use), first.reason].compactMap(\.self)
        row.detail = detail.isEmpty ? nil : detail.joined(separator: "; ")
        return row
    }

    /// How much of its resource a charge is for: `53.10 CPU h`; less than an hour to the last digit.
    private func use(of resource: Resource) -> String? {
        guard let unitSeconds, first.kind == "charge" else { return nil }
        var hours = microUnitHours(raw: Int128(unitSeconds), of: resource.tres)
        if hours >= 1_000_000 { hours = dividedHalfEven(hours, by: 10_000) * 10_000 }
        let text = decimalText(micro: hours, minimumDecimals: 2, grouped: true)
        return "\(text) \(resource.unitHoursTitle)"
    }
}
