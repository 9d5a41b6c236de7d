/// A price report as a table.

import Rates
import Units

extension PriceReport {
    /// Columns: what rows are made by, runs, unit-hours, SU. Where rows are not by resource, each
    /// resource that was used has a column of unit-hours, for hours of two can't be added.
    package var table: TextTable {
        dimensions.contains(.resource) ? tableByResource : tableWithColumns
    }

    private func titles() -> [TextTable.Column] {
        dimensions.map { dimension in
            let name = dimension.rawValue
            return TextTable.Column(name.prefix(1).uppercased() + name.dropFirst())
        }
    }

    /// Places of the resources that were used, by name.
    var used: [Int] {
        card.resources.indices.filter { total.resources[$0].runs > 0 }
            .sorted { card.resources[$0].name < card.resources[$1].name }
    }

    private var tableWithColumns: TextTable {
        let used = used
        var table = TextTable(
            titles() + [TextTable.Column("Runs", .right)]
                + used.map { TextTable.Column(card.resources[$0].unitHoursTitle, .right) }
                + [TextTable.Column("SU", .right)])
        func figures(_ sums: Sums) -> [TextTable.Cell] {
            [.integer(sums.runs)] + used.map { hours(sums.resources[$0], at: $0) }
                + [.decimal(micro: sums.microSU)]
        }
        guard !dimensions.isEmpty else {
            table.add(figures(total))
            return table
        }
        for row in rows { table.add(row.keys.map { .text($0) } + figures(row.sums)) }
        table.addTotal(totalKeys + figures(total))
        return table
    }

    private var tableByResource: TextTable {
        var table = TextTable(
            titles() + [
                TextTable.Column("Runs", .right), TextTable.Column("Unit-hours", .right),
                TextTable.Column("SU", .right),
            ])
        for (keys, place, sum) in resourceRows {
            table.add(
                keys.map { .text($0) } + [
                    .integer(sum.runs), hours(sum, at: place), .decimal(micro: sum.microSU),
                ])
        }
        let hours: TextTable.Cell =
            used.count == 1 ? hours(total.resources[used[0]], at: used[0]) : .nothing
        table.addTotal(
            totalKeys + [.integer(total.runs), hours, .decimal(micro: total.microSU)])
        return table
    }

    private var totalKeys: [TextTable.Cell] {
        dimensions.indices.map { $0 == 0 ? .text("total") : .nothing }
    }

    /// A row for each group and resource; the resource's name stands where the dimension does.
    var resourceRows: [(keys: [String], place: Int, sum: ResourceSum)] {
        let position = dimensions.firstIndex(of: .resource) ?? 0
        let all = rows.flatMap { row in
            used.filter { row.sums.resources[$0].runs > 0 }.map { place in
                var keys = row.keys
                keys.insert(card.resources[place].name, at: position)
                return (keys: keys, place: place, sum: row.sums.resources[place])
            }
        }
        return all.sorted { $0.keys.lexicographicallyPrecedes($1.keys) }
    }

    private func hours(_ sum: ResourceSum, at place: Int) -> TextTable.Cell {
        .decimal(micro: microUnitHours(raw: sum.raw, of: card.resources[place].tres))
    }
}
