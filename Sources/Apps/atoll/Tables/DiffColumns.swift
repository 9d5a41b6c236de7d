/// A history as a table, a line a field, and as JSON.

import Registry
import Reports
import Units
import Wire

/// One field of one change; what it has in common with the line above stands only there.
struct DiffLine: Sendable {
    let row: Row.Diff
    let change: FieldChange?
    var isFirst = true

    private func common(_ cell: Cell) -> Cell { isFirst ? cell : .nothing }

    static let columns = Columns<DiffLine>([
        Column("Time") { $0.common(.time($0.row.recordedAt)) },
        Column("Effective", .onRequest) { $0.common(.time($0.row.effectiveAt)) },
        Column("Entry", .onRequest) { $0.common(.count($0.row.seq)) },
        Column("Kind", .onRequest) { $0.common(.text($0.row.kind)) },
        Column("By") { $0.common(.text($0.row.actor)) },
        Column("What") { $0.common(.text("\($0.row.what) \($0.row.name)")) },
        Column("Field") { Cell($0.change?.field) },
        Column("Before") { Cell($0.change?.before) },
        Column("After") { Cell($0.change?.after) },
        Column("Reason", .whereFilled) { $0.common(Cell($0.row.reason)) },
    ])
}

extension Cell {
    fileprivate init(_ value: FieldValue?) {
        switch value {
        case .text(let text): self = .text(text)
        case .amount(let amount): self = .amount(amount)
        case .time(let time): self = .date(time)
        case nil: self = .nothing
        }
    }
}

extension Row.Diff {
    var json: JSONText {
        .object([
            .init("time", Cell.time(recordedAt).json),
            .init("effective", Cell.time(effectiveAt).json),
            .init("entry", Cell.count(seq).json),
            .init("kind", .string(kind)),
            .init("by", .string(actor)),
            .init("what", .string(what)),
            .init("name", .string(name)),
            .init(
                "fields",
                .array(
                    changes.map {
                        .object([
                            .init("field", .string($0.field)),
                            .init("before", Cell($0.before).json),
                            .init("after", Cell($0.after).json),
                        ])
                    })),
            .init("reason", .string(reason)),
        ])
    }
}
