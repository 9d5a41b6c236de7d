/// A statement as a table and as JSON.

import Reports
import Units
import Wire

struct StatementReport {
    let allocation: String
    let user: String?
    let start: Instant?
    let end: Instant?
    let rows: [Row.Statement]
    let opening: ServiceUnits
    let closing: ServiceUnits
    /// Nil where the statement ends in the past.
    let held: ServiceUnits?

    /// The entries between their balances; what is held stands last.
    var lines: [StatementLine] {
        var lines: [StatementLine] = [.sum("opening", at: start, opening)]
        lines += rows.map(StatementLine.entry)
        lines.append(.sum("closing", at: end, closing))
        if let held { lines.append(.sum("held", at: nil, held)) }
        return lines
    }

    var json: JSONText {
        .object([
            .init("allocation", .string(allocation)),
            .init("user", Cell(user).json),
            .init("start", Cell(start).json),
            .init("end", Cell(end).json),
            .init("opening", Cell.amount(opening).json),
            .init("entries", .array(rows.map(\.json))),
            .init("closing", Cell.amount(closing).json),
            .init("held", Cell(held).json),
        ])
    }
}

enum StatementLine: Sendable {
    case entry(Row.Statement)
    /// A balance at a moment, or what is held now.
    case sum(String, at: Instant?, ServiceUnits)

    private var entry: Row.Statement? {
        if case .entry(let entry) = self { entry } else { nil }
    }

    static let columns = Columns<StatementLine>([
        Column("Time") { line in
            switch line {
            case .entry(let entry): .time(entry.recordedAt)
            case .sum(_, let instant, _): Cell(instant)
            }
        },
        // Where it differs, an entry tells of an earlier time than its own.
        Column("Effective", .onRequest) { Cell($0.entry?.effectiveAt) },
        Column("Entry") { Cell($0.entry?.seq) },
        Column("Kind") { line in
            switch line {
            case .entry(let entry): .text(entry.kind)
            case .sum(let kind, _, _): .text(kind)
            }
        },
        Column("Job", .whereFilled) { Cell($0.entry?.job) },
        Column("User", .whereFilled) { Cell($0.entry?.user) },
        Column("Resource", .whereFilled) { Cell($0.entry?.resource) },
        Column("Amount") { Cell($0.entry?.amount) },
        Column("Balance") { line in
            switch line {
            case .entry(let entry): .amount(entry.balance)
            case .sum(_, _, let amount): .amount(amount)
            }
        },
        Column("Detail", .whereFilled) { Cell($0.entry?.detail) },
    ])
}

extension Row.Statement {
    fileprivate var json: JSONText {
        .object([
            .init("time", Cell.time(recordedAt).json),
            .init("effective", Cell.time(effectiveAt).json),
            .init("entry", Cell.count(seq).json),
            .init("kind", .string(kind)),
            .init("job", Cell(job).json),
            .init("user", Cell(user).json),
            .init("resource", Cell(resource).json),
            .init("detail", Cell(detail).json),
            .init("amount", Cell.amount(amount).json),
            .init("balance", Cell.amount(balance).json),
        ])
    }
}
