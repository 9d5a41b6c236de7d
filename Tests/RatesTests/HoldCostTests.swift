import Rates
import Testing
import Units

struct HoldRow: Sendable, CustomTestStringConvertible {
    var rule: String
    var card: [Rated]
    var factors: [Factored] = []
    var combine: Combination = .sum
    var tres = "cpu=1"
    var from: Int64 = 0
    var seconds: Int64 = 3_600
    var lines: [String]
    /// nil: some of it has no price.
    var total: String?
    var touched: [Int64] = [1]

    var testDescription: String { rule }
}

@Suite struct HoldCostTests {
    static let rows: [HoldRow] = [
        HoldRow(
            rule: "each line is rounded up",
            card: [Rated("CPU", "cpu", "0.001 @0-1, 0.001 @1-")], seconds: 2,
            lines: ["CPU 0-1 1x1 = 0.000001", "CPU 1-2 1x1 = 0.000001"], total: "0.000002"),
        HoldRow(
            rule: "a hold that outruns the last window goes on at its rate",
            card: [Rated("CPU", "cpu", "2 @0-1800")], lines: ["CPU 0-3600 1x3600 = 2"], total: "2"),
        HoldRow(
            rule: "it goes on through a gap until the next rate begins",
            card: [Rated("CPU", "cpu", "2 @0-900, 4 @1800-2000")],
            lines: ["CPU 0-1800 1x1800 = 1", "CPU 1800-3600 1x1800 = 2"], total: "3"),
        HoldRow(
            rule: "factors begin and end beyond the rate's window too",
            card: [Rated("CPU", "cpu", "2 @0-900")],
            factors: [Factored(.partition("cpu"), "3 @1800-2700")],
            lines: [
                "CPU 0-1800 1x1800 = 1", "CPU 1800-2700 1x900 = 1.5", "CPU 2700-3600 1x900 = 0.5",
            ],
            total: "3"),
        HoldRow(
            rule: "a rate that ended before the hold begins is none",
            card: [Rated("CPU", "cpu", "2 @0-900")], from: 900,
            lines: ["CPU 900-4500 1x3600: no rate"]),
        HoldRow(
            rule: "a rate that begins later leaves the start without one",
            card: [Rated("CPU", "cpu", "2 @0-900, 2 @1800-")], from: 900,
            lines: ["CPU 1800-4500 1x2700 = 1.5", "CPU 900-1800 1x900: no rate"]),
        HoldRow(
            rule: "a resource without any rate is told by name",
            card: [Rated("CPU", "cpu", "1"), Rated("GPU", "gres/gpu", "9 @9000-")],
            tres: "cpu=1,gres/gpu=1",
            lines: ["CPU 0-3600 1x3600 = 1", "GPU 0-3600 1x3600: no rate"], touched: [1, 2]),
        HoldRow(
            rule: "max holds for the dearest and touches all",
            card: [Rated("CPU", "cpu", "1"), Rated("GPU", "gres/gpu", "9 @0-1800")], combine: .max,
            tres: "cpu=1,gres/gpu=1", lines: ["GPU 0-3600 1x3600 = 9"], total: "9", touched: [1, 2]),
        HoldRow(
            rule: "what no resource rates touches nothing", card: [Rated("CPU", "cpu", "1")],
            tres: "node=1", lines: [], total: "0", touched: []),
        HoldRow(
            rule: "too large to be held is told", card: [Rated("CPU", "cpu", "1")],
            tres: "cpu=10000000001", lines: ["CPU 0-3600 10000000001x3600: too large"]),
    ]

    @Test(arguments: rows)
    func `a hold covers what may be charged`(row: HoldRow) throws {
        let card = try makeCard(row.card, factors: row.factors, combine: row.combine)
        let cost = card.cost(
            of: try TRESCounts(parsing: row.tres), cluster: "reef", partition: "cpu", qos: "high",
            over: span(row.from, row.from + row.seconds))
        #expect(shown(cost.lines, cost.unpriced, on: card) == row.lines)
        #expect(cost.total?.plain == row.total)
        #expect(cost.touched.map(\.number) == row.touched)
    }

    @Test(
        arguments: [
            ("exactly an hour", "1", "1", 3_600),
            ("a micro-SU short of it", "1", "0.999999", 3_599),
            ("nothing for nothing", "1", "0", 0), ("free for ever", "0", "0", 1_000_000),
            ("as far as asked", "0.000001", "1000", 1_000_000),
            ("over a change of rate", "1 @0-1800, 2 @1800-", "1.5", 3_600),
            ("up to a rate that can't be paid", "0 @0-1800, 1000000 @1800-", "0", 1_800),
            ("in debt", "1", "-1", 0), ("no rate", "1 @5-", "1", nil),
            ("too dear to be computed", "0 @0-10, 1000000000000 @10-", "999999999999", 3_609),
        ] as [(String, String, String, Int64?)])
    func `the longest time that fits is found to the second`(
        case name: String, rates: String, amount: String, seconds: Int64?
    ) throws {
        let card = try makeCard([Rated("CPU", "cpu", rates)])
        let longest = card.longestAffordable(
            TRESCounts([.cpu: 1]), cluster: "reef", partition: "cpu", qos: nil,
            from: Instant(epochSeconds: 0), for: try ServiceUnits(parsing: amount),
            limitSeconds: 1_000_000)
        #expect(longest == seconds)
    }
}
