/// What stands below a price report in words.

import Rates
import Units

extension PriceReport {
    /// What a reader has to know beside the sums, a sentence each.
    package var notes: [String] {
        var notes = unrated.map { item in
            let hours = decimalText(
                micro: microUnitHours(raw: item.raw, of: item.resource.tres), minimumDecimals: 2,
                grouped: true)
            let why = item.reason == .noRate ? "no rate in force" : "too large"
            return "unrated: \(hours) \(item.resource.unitHoursTitle) of \(runs(item.runs)): \(why)"
        }
        if splitRuns > 0 {
            notes.append("\(runs(splitRuns)) split where a rate or factor changes")
        }
        if spreadRuns > 0 {
            notes.append(
                "\(runs(spreadRuns)) with suspended seconds that nobody saw, spread in proportion")
        }
        return notes
    }

    private func runs(_ count: Int64) -> String {
        groupingThousands(String(count)) + (count == 1 ? " run" : " runs")
    }
}
