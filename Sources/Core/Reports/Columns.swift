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
                case .onRequest: false
                }
            })
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

    package func table(of items: [Item]) -> TextTable {
        TextTable(
            columns: all.map(\.name), rows: items.map { item in all.map { $0.cell(item) } })
    }
}

extension Cell {
    fileprivate var isFilled: Bool {
        switch self {
        case .nothing: false
        case .text(let text): !text.isEmpty
        case .amount(let amount): amount != .zero
        case .count(let count): count != 0
        case .time, .date: true
        }
    }
}
