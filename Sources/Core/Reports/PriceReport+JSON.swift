/// A price report as JSON.

import Rates
import Units

extension PriceReport {
    /// `rows` with a key for each dimension, `total`, `unrated`; all figures exact.
    package var json: [JSONText.Field] {
        let rows: [JSONText] =
            dimensions.contains(.resource)
            ? resourceRows.map { row in
                .object(
                    keyFields(row.keys) + [
                        .init("runs", .integer(row.sum.runs)),
                        .init("unit_hours", jsonHours(row.sum.raw, at: row.place)),
                        .init("su", .decimal(micro: row.sum.microSU)),
                    ])
            } : self.rows.map { .object(keyFields($0.keys) + figures($0.sums)) }
        return [
            .init("by", .array(dimensions.map { .string($0.rawValue) })),
            .init("rows", .array(dimensions.isEmpty ? [] : rows)),
            .init("total", .object(figures(total))),
            .init("split_runs", .integer(splitRuns)),
            .init("spread_runs", .integer(spreadRuns)),
            .init("unrated", .array(unrated.map(json))),
        ]
    }

    private func keyFields(_ keys: [String]) -> [JSONText.Field] {
        zip(dimensions, keys).map { .init($0.rawValue, .string($1)) }
    }

    private func figures(_ sums: Sums) -> [JSONText.Field] {
        let resources = used.filter { sums.resources[$0].runs > 0 }.map { place -> JSONText in
            .object([
                .init("resource", .string(card.resources[place].name)),
                .init("runs", .integer(sums.resources[place].runs)),
                .init("unit_hours", jsonHours(sums.resources[place].raw, at: place)),
                .init("su", .decimal(micro: sums.resources[place].microSU)),
            ])
        }
        return [
            .init("runs", .integer(sums.runs)), .init("su", .decimal(micro: sums.microSU)),
            .init("resources", .array(resources)),
        ]
    }

    private func jsonHours(_ raw: Int128, at place: Int) -> JSONText {
        .decimal(micro: microUnitHours(raw: raw, of: card.resources[place].tres))
    }

    private func json(_ item: UnratedSum) -> JSONText {
        .object([
            .init("resource", .string(item.resource.name)),
            .init("reason", .string(item.reason == .noRate ? "no_rate" : "too_large")),
            .init("runs", .integer(item.runs)),
            .init(
                "unit_hours",
                .decimal(micro: microUnitHours(raw: item.raw, of: item.resource.tres))),
        ])
    }
}
