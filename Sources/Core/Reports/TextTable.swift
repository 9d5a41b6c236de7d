/// A table as text: aligned for people, `|`-separated for programs.
///
/// Both show the same exact figures: people get grouped thousands and as many decimals as the column
/// needs, programs plain numbers.

import Units

package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable {
        package let title: String
        package let alignment: Alignment

        package init(_ title: String, _ alignment: Alignment = .left) {
            (self.title, self.alignment) = (title, alignment)
        }
    }

    package enum Cell: Hashable, Sendable {
        case text(String)
        case integer(Int64)
        /// Millionths: SU, unit-hours.
        case decimal(micro: Int128)
        case nothing
    }

    package enum Style: Sendable {
        case aligned
        /// As `sacct --parsable2`: no spaces, no rules, no totals. Where a value itself has `|`, `\`
        /// or a newline it is written `\|`, `\\`, `\n`, `\r`.
        case parsable
    }

    package let columns: [Column]
    private var rows: [[Cell]] = []
    private var totals: [[Cell]] = []

    package init(_ columns: [Column]) { self.columns = columns }

    /// - Precondition: a cell for each column.
    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// A row below a rule; left out of `.parsable`, where it would be summed once more.
    package mutating func addTotal(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        totals.append(cells)
    }

    package var isEmpty: Bool { rows.isEmpty && totals.isEmpty }

    /// Lines, each with its line end.
    package func text(_ style: Style, header: Bool = true) -> String {
        switch style {
        case .aligned: aligned(header: header)
        case .parsable: parsable(header: header)
        }
    }

    private func parsable(header: Bool) -> String {
        let titles = header ? [columns.map { Self.escaped($0.title) }] : []
        let lines = titles + rows.map { $0.map { Self.escaped(Self.plain($0)) } }
        return lines.map { $0.joined(separator: "|") + "\n" }.joined()
    }

    private func aligned(header: Bool) -> String {
        let decimals = columns.indices.map { index in
            (rows + totals).map { Self.decimalsNeeded($0[index]) }.max() ?? 0
        }
        let shown = { (row: [Cell]) in zip(row, decimals).map(Self.forPeople) }
        let (body, sums) = (rows.map(shown), totals.map(shown))
        let titles = columns.map(\.title)
        let widths = columns.indices.map { index in
            (body + sums + (header ? [titles] : [])).map { $0[index].count }.max() ?? 0
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        var lines = header ? [titles, rule] : []
        lines += body
        if !sums.isEmpty, !body.isEmpty { lines.append(rule) }
        lines += sums
        return lines.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[index] - cell.count)
            line += index > 0 ? "  " : ""
            line += columns[index].alignment == .left ? cell + padding : padding + cell
        }
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func decimalsNeeded(_ cell: Cell) -> Int {
        guard case .decimal(let micro) = cell else { return 0 }
        let text = decimalText(micro: micro, minimumDecimals: 2, grouped: false)
        return text.count - 1 - (text.firstIndex(of: ".").map { text[..<$0].count } ?? 0)
    }

    private static func forPeople(_ cell: Cell, decimals: Int) -> String {
        switch cell {
        case .text(let text): text.printable
        case .integer(let number):
            (number < 0 ? "-" : "") + groupingThousands(String(number.magnitude))
        case .decimal(let micro):
            decimalText(micro: micro, minimumDecimals: decimals, grouped: true)
        case .nothing: ""
        }
    }

    private static func plain(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let micro): decimalText(micro: micro, minimumDecimals: 0, grouped: false)
        case .nothing: ""
        }
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "|", "\\": out += "\\\(character)"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
