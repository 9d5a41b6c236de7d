/// The columns a report can have, and which of them are shown.

import Units

/// One column of a report on `Item`s.
package struct Column<Item>: Sendable {
    /// As the header and `--format` name it; one word.
    package let name: String
    /// Whether people see it unasked; programs always do.
    package let shown: Shown
    package let cell: @Sendable (Item) -> Cell

    package enum Shown: Sendable {
        case always
        /// Where at least one of the rows has something other than nothing or zero there.
        case whereFilled
        /// Where it says something that at least one of the rows has to say.
        case whereAny(@Sendable (Item) -> Bool)
        case onRequest
    }

    package init(
        _ name: String, _ shown: Shown = .always, _ cell: @escaping @Sendable (Item) -> Cell
    ) {
        (self.name, self.shown, self.cell) = (name, shown, cell)
    }
}

package struct UnknownColumn: Error, Hashable, Sendable, CustomStringConvertible {
    package let name: String
    package let known: [String]

    package var description: String {
        "there is no column \(name.printable); there are \(known.joined(separator: ", "))"
    }
}

package struct Columns<Item>: Sendable {
    package let all: [Column<Item>]

    package init(_ all: [Column<Item>]) { self.all = all }

    /// What people are shown of `items` unasked.
    package func usual(for items: [Item]) -> Columns {
        Columns(
            all.filter { column in
                switch column.shown {
                case .always: true
                case .whereFilled: items.contains { column.cell($0).isFilled }
                case .whereAny(let says): items.contains(where: says)
                case .onRequest: false
                }
            })
    }

    /// One object: each column's name in small letters with `_`.
    package func json(of item: Item) -> JSONText {
        .object(all.map { .init(snakeCased($0.name), $0.cell(item).json) })
    }

    /// Those named in a list with commas, in any case and in that order.
    package func named(_ list: String) throws(UnknownColumn) -> Columns {
        var chosen: [Column<Item>] = []
        for name in list.split(separator: ",", omittingEmptySubsequences: true) {
            let column = all.first { $0.name.lowercased() == name.lowercased() }
            guard let column else {
                throw UnknownColumn(name: String(name), known: all.map(\.name))
            }
            chosen.append(column)
        }
        return Columns(chosen)
    }

    /// Numbers stand at the right; `footer` beneath the rows, for people only.
    package func table(
        of items: [Item], _ style: TextTable.Style, clock: LocalClock, footer: [[Cell]] = []
    ) -> TextTable {
        let rows = items.map { item in all.map { $0.cell(item) } }
        let isRight = all.indices.map { index in (rows + footer).contains { $0[index].isNumber } }
        var table = TextTable(
            zip(all, isRight).map { TextTable.Column($0.name, $1 ? .right : .left) })
        for row in rows { table.add(row.map { $0.shown(style, clock: clock) }) }
        for row in footer { table.addTotal(row.map { $0.shown(style, clock: clock) }) }
        return table
    }
}

/// `SUPerHour` as `su_per_hour`.
private func snakeCased(_ name: String) -> String {
    let letters = Array(name)
    var words = ""
    for (index, letter) in letters.enumerated() {
        let startsWord =
            index > 0 && letter.isUppercase
            && (letters[index - 1].isLowercase
                || (index + 1 < letters.count && letters[index + 1].isLowercase))
        words += (startsWord ? "_" : "") + letter.lowercased()
    }
    return words
}
