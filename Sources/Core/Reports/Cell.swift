/// One value of a report, before it is known who reads it: a person, or a program.

import Units

package enum Cell: Hashable, Sendable {
    case text(String)
    case amount(ServiceUnits)
    case count(Int64)
    case time(Instant)
    /// A window's bound: whole days stand without their midnight where people read.
    case date(Instant)
    case nothing

    package init(_ text: String?) { self = text.map(Cell.text) ?? .nothing }
    package init(_ amount: ServiceUnits?) { self = amount.map(Cell.amount) ?? .nothing }
    package init(_ count: Int64?) { self = count.map(Cell.count) ?? .nothing }
    package init(_ time: Instant?) { self = time.map(Cell.time) ?? .nothing }

    var isNumber: Bool {
        switch self {
        case .amount, .count: true
        case .text, .time, .date, .nothing: false
        }
    }

    /// The decimals an amount needs to be exact, two at least.
    var decimals: Int {
        guard case .amount(let amount) = self else { return 0 }
        let text = amount.text(minimumDecimals: 2, grouped: false)
        return text.reversed().prefix { $0 != "." }.count
    }

    /// For people: thousands grouped, local time, nothing that a terminal takes for a command.
    func shown(clock: LocalClock, decimals: Int) -> String {
        switch self {
        case .text(let text): text.printable
        case .amount(let amount): amount.text(minimumDecimals: decimals, grouped: true)
        case .count(let count): count.grouped
        case .time(let instant): clock.text(instant)
        case .date(let instant): clock.shortText(instant)
        case .nothing: ""
        }
    }

    /// For programs: plain numbers, and `\` before what would end a field or line.
    func plain(clock: LocalClock) -> String {
        switch self {
        case .text(let text): text.escapingDelimiters
        case .amount(let amount): amount.plain
        case .count(let count): String(count)
        case .time(let instant), .date(let instant): clock.text(instant)
        case .nothing: ""
        }
    }

    /// Numbers as such, times in UTC.
    package var json: JSONText {
        switch self {
        case .text(let text): .string(text)
        case .amount(let amount): .number(amount.plain)
        case .count(let count): .number(String(count))
        case .time(let instant), .date(let instant): .string(instant.description)
        case .nothing: .null
        }
    }
}

extension Int64 {
    /// `1,234,567`
    package var grouped: String {
        // A count of whole units is written as an amount of them.
        guard let micro = ServiceUnits(microSU: self).times(ServiceUnits.microPerUnit) else {
            return String(self)
        }
        return micro.text(minimumDecimals: 0, grouped: true)
    }
}

extension String {
    /// Control characters replaced by `?`: a name must not steer the terminal it is shown on.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return String(
            String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "?" : $0 }))
    }

    fileprivate var escapingDelimiters: String {
        guard unicodeScalars.contains(where: { "|\\\n\r".unicodeScalars.contains($0) }) else {
            return self
        }
        return unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "|", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        value < 0x20 || (0x7f..<0xa0).contains(value) || (0x202a...0x202e).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}
