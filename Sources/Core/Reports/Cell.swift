/// One value of a report, before it is known who reads it: a person, or a program.

import Units

package enum Cell: Hashable, Sendable {
    case text(String)
    case amount(ServiceUnits)
    case count(Int64)
    case time(Instant)
    /// A window's bound: whole days stand without their midnight where people read.
    case date(Instant)
    case list([String])
    case nothing

    package init(_ text: String?) { self = text.map(Cell.text) ?? .nothing }
    package init(_ amount: ServiceUnits?) { self = amount.map(Cell.amount) ?? .nothing }
    package init(_ count: Int64?) { self = count.map(Cell.count) ?? .nothing }
    package init(_ time: Instant?) { self = time.map(Cell.time) ?? .nothing }

    var isNumber: Bool {
        switch self {
        case .amount, .count: true
        case .text, .time, .date, .list, .nothing: false
        }
    }

    /// Whether it says anything.
    var isFilled: Bool {
        switch self {
        case .nothing: false
        case .text(let text): !text.isEmpty
        case .amount(let amount): amount != .zero
        case .count(let count): count != 0
        case .list(let items): !items.isEmpty
        case .time, .date: true
        }
    }

    /// As a table shows it, with times as the clock on the wall has them.
    func shown(_ style: TextTable.Style, clock: LocalClock) -> TextTable.Cell {
        switch self {
        case .text(let text): .text(text)
        case .amount(let amount): .decimal(micro: Int128(amount.microSU))
        case .count(let count): .integer(count)
        case .time(let instant): .text(clock.text(instant))
        case .date(let instant):
            .text(style == .aligned ? clock.shortText(instant) : clock.text(instant))
        case .list(let items): .text(items.joined(separator: ","))
        case .nothing: .nothing
        }
    }

    /// Numbers as such, times in UTC.
    package var json: JSONText {
        switch self {
        case .text(let text): .string(text)
        case .amount(let amount): .decimal(micro: Int128(amount.microSU))
        case .count(let count): .integer(count)
        case .time(let instant), .date(let instant): .string(instant.description)
        case .list(let items): .array(items.map { .string($0) })
        case .nothing: .null
        }
    }
}
