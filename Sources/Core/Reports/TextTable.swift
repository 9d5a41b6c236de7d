/// A table of named columns: aligned for people, or with `|` between the fields as sacct's
/// `--parsable2` has it.

import Units

package struct TextTable: Sendable {
    package var columns: [String]
    package var rows: [[Cell]]
    /// Sums and balances beneath the rows; for people only.
    package var footer: [[Cell]] = []

    package init(columns: [String], rows: [[Cell]]) {
        (self.columns, self.rows) = (columns, rows)
    }

    /// Numbers stand at the right with the same decimals down a column, everything else at the left.
    package func aligned(clock: LocalClock, header: Bool = true) -> String {
        let body = rows + footer
        var widths: [Int] = []
        var texts = body.map { _ in [String]() }
        let isRight = columns.indices.map { column in body.contains { $0[column].isNumber } }
        for (column, name) in columns.enumerated() {
            let decimals = body.reduce(2) { max($0, $1[column].decimals) }
            for row in body.indices {
                texts[row].append(body[row][column].shown(clock: clock, decimals: decimals))
            }
            widths.append(texts.reduce(header ? name.count : 0) { max($0, $1[column].count) })
        }
        var lines: [[String]] = []
        if header { lines = [columns, widths.map { String(repeating: "-", count: $0) }] }
        lines += texts
        return lines.map { line in
            let fields = columns.indices.map { column in
                let padding = String(
                    repeating: " ", count: widths[column] - line[column].count)
                return isRight[column] ? padding + line[column] : line[column] + padding
            }
            let text = fields.joined(separator: "  ")
            return text[...(text.lastIndex { $0 != " " } ?? text.startIndex)] + "\n"
        }.joined()
    }

    /// One row a line, `|` between the fields; no footer.
    package func delimited(clock: LocalClock, header: Bool = true) -> String {
        let lines = rows.map { row in
            row.map { $0.plain(clock: clock) }.joined(separator: "|") + "\n"
        }
        return (header ? columns.joined(separator: "|") + "\n" : "") + lines.joined()
    }
}
