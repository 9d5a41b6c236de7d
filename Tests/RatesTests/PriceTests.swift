import Rates
import Testing
import Units

/// A card, a usage on cluster reef, and the lines it has to come to.
struct PriceRow: Sendable, CustomTestStringConvertible {
    var rule: String
    var card: [Rated]
    var factors: [Factored] = []
    var combine: Combination = .sum
    var tres: String
    var seconds: Int64 = 3_600
    var from: Int64 = 0
    var cluster = "reef"
    var partition = "cpu"
    var qos: String? = "normal"
    var lines: [String]

    var testDescription: String { rule }
}

private let cpu = Rated("CPU", "cpu", "1")
private let high = FactorSubject.qos("high")
private let a100 = Rated("A100", "gres/gpu:a100", "10")
private let gpu = Rated("GPU", "gres/gpu", "2")

@Suite struct PriceTests {
    static let amounts: [PriceRow] = [
        PriceRow(
            rule: "units × hours × rate", card: [cpu], tres: "cpu=4",
            lines: ["CPU 0-3600 4x3600 = 4"]),
        PriceRow(
            rule: "a line is rounded once: 2.777… µSU", card: [Rated("CPU", "cpu", "0.01")],
            tres: "cpu=1", seconds: 1, lines: ["CPU 0-1 1x1 = 0.000003"]),
        PriceRow(
            rule: "a tie goes to the even micro-SU, down", card: [Rated("CPU", "cpu", "0.0009")],
            tres: "cpu=2", seconds: 1, lines: ["CPU 0-1 2x1 = 0"]),
        PriceRow(
            rule: "a tie goes to the even micro-SU, up", card: [Rated("CPU", "cpu", "0.0009")],
            tres: "cpu=6", seconds: 1, lines: ["CPU 0-1 6x1 = 0.000002"]),
        PriceRow(
            rule: "a third stays exact over its hours", card: [Rated("CPU", "cpu", "1/3")],
            tres: "cpu=9", lines: ["CPU 0-3600 9x3600 = 3"]),
        PriceRow(
            rule: "memory is priced by the GiB and counted in MiB",
            card: [Rated("Memory", "mem", "1")], tres: "mem=1536M",
            lines: ["Memory 0-3600 1536x3600 = 1.5"]),
        PriceRow(
            rule: "billing, nodes and licences are rated like any other",
            card: [
                Rated("Billing", "billing", "1"), Rated("Licence", "license/x@db", "3"),
                Rated("Node", "node", "10"),
            ],
            tres: "billing=2,node=1,license/x@db=2",
            lines: [
                "Billing 0-3600 2x3600 = 2", "Licence 0-3600 2x3600 = 6", "Node 0-3600 1x3600 = 10",
            ]),
        PriceRow(
            rule: "a TRES that no resource rates is free", card: [cpu], tres: "node=1,mem=5G",
            lines: []),
        PriceRow(
            rule: "a run without length has no lines", card: [cpu], tres: "cpu=4", seconds: 0,
            lines: []),
        PriceRow(
            rule: "a rate of nothing is a line of nothing", card: [Rated("CPU", "cpu", "0")],
            tres: "cpu=4", lines: ["CPU 0-3600 4x3600 = 0"]),
    ]

    static let time: [PriceRow] = [
        PriceRow(
            rule: "a run is split where the rate changes",
            card: [Rated("CPU", "cpu", "1 @0-1800, 2 @1800-")], tres: "cpu=2",
            lines: ["CPU 0-1800 2x1800 = 1", "CPU 1800-3600 2x1800 = 2"]),
        PriceRow(
            rule: "the new rate holds from its first second",
            card: [Rated("CPU", "cpu", "1 @0-1800, 2 @1800-")], tres: "cpu=1", from: 1_800,
            lines: ["CPU 1800-5400 1x3600 = 2"]),
        PriceRow(
            rule: "a version at the same price is a line of its own",
            card: [Rated("CPU", "cpu", "1 @0-1800, 1 @1800-")], tres: "cpu=2",
            lines: ["CPU 0-1800 2x1800 = 1", "CPU 1800-3600 2x1800 = 1"]),
        PriceRow(
            rule: "what lies before, between and behind the rates is unrated",
            card: [Rated("CPU", "cpu", "1 @100-200, 1 @300-400")], tres: "cpu=36", seconds: 500,
            lines: [
                "CPU 100-200 36x100 = 1", "CPU 300-400 36x100 = 1", "CPU 0-100 36x100: no rate",
                "CPU 200-300 36x100: no rate", "CPU 400-500 36x100: no rate",
            ]),
        PriceRow(
            rule: "a factor multiplies while it is in force", card: [cpu],
            factors: [Factored(high, "2 @0-1800")], tres: "cpu=2", qos: "high",
            lines: ["CPU 0-1800 2x1800 = 2", "CPU 1800-3600 2x1800 = 1"]),
        PriceRow(
            rule: "QOS and partition factors multiply each other", card: [cpu],
            factors: [Factored(high, "2"), Factored(.partition("cpu"), "1.5")], tres: "cpu=1",
            qos: "high", lines: ["CPU 0-3600 1x3600 = 3"]),
        PriceRow(
            rule: "other QOS, other partitions and other clusters have no factor", card: [cpu],
            factors: [
                Factored(high, "2"), Factored(.partition("gpu"), "2"),
                Factored(.qos("normal"), "2", cluster: "lagoon"),
            ],
            tres: "cpu=1", lines: ["CPU 0-3600 1x3600 = 1"]),
        PriceRow(
            rule: "a job without a QOS has no QOS factor", card: [cpu],
            factors: [Factored(high, "2")], tres: "cpu=1", qos: nil,
            lines: ["CPU 0-3600 1x3600 = 1"]),
        PriceRow(
            rule: "a factor's price is reduced before it is rounded",
            card: [Rated("CPU", "cpu", "1/3")],
            factors: [Factored(high, "3/7"), Factored(.partition("cpu"), "7")], tres: "cpu=1",
            qos: "high", lines: ["CPU 0-3600 1x3600 = 1"]),
    ]

    static let choice: [PriceRow] = [
        PriceRow(
            rule: "max charges the dearest only", card: [cpu, Rated("GPU", "gres/gpu", "10")],
            combine: .max, tres: "cpu=4,gres/gpu=1", lines: ["GPU 0-3600 1x3600 = 10"]),
        PriceRow(
            rule: "max changes over where the dearest changes, and joins what stays the same",
            card: [
                Rated("CPU", "cpu", "1 @0-1200, 3 @1200-2400, 1 @2400-"),
                Rated("GPU", "gres/gpu", "2"),
                Rated("Node", "node", "0.1 @0-600, 0.2 @600-"),
            ],
            combine: .max, tres: "cpu=1,gres/gpu=1,node=1",
            lines: [
                "GPU 0-1200 1x1200 = 0.666667", "CPU 1200-2400 1x1200 = 1",
                "GPU 2400-3600 1x1200 = 0.666667",
            ]),
        PriceRow(
            rule: "of two that cost the same, the first by name",
            card: [Rated("B", "cpu", "1"), Rated("A", "node", "2")], combine: .max,
            tres: "cpu=2,node=1", lines: ["A 0-3600 1x3600 = 2"]),
        PriceRow(
            rule: "the dearest is found before rounding",
            card: [Rated("A", "cpu", "0.0009"), Rated("B", "node", "0.00091")], combine: .max,
            tres: "cpu=1,node=1", seconds: 1, lines: ["B 0-1 1x1 = 0"]),
        PriceRow(
            rule: "max on one cluster leaves the others to their sums",
            card: [cpu, Rated("GPU", "gres/gpu", "10")], combine: .max, tres: "cpu=4,gres/gpu=1",
            cluster: "lagoon",
            lines: ["CPU 0-3600 4x3600 = 4", "GPU 0-3600 1x3600 = 10"]),
        PriceRow(
            rule: "max lists what has no rate and charges the rest",
            card: [cpu, Rated("GPU", "gres/gpu", "10 @1800-")], combine: .max,
            tres: "cpu=4,gres/gpu=1",
            lines: [
                "CPU 0-1800 4x1800 = 2", "GPU 1800-3600 1x1800 = 5", "GPU 0-1800 1x1800: no rate",
            ]),
    ]

    static let gres: [PriceRow] = [
        PriceRow(
            rule: "a typed gres takes its units, the untyped resource the remainder",
            card: [a100, gpu], tres: "gres/gpu=4,gres/gpu:a100=3",
            lines: ["A100 0-3600 3x3600 = 30", "GPU 0-3600 1x3600 = 2"]),
        PriceRow(
            rule: "nothing remains where all are typed and rated", card: [a100, gpu],
            tres: "gres/gpu=4,gres/gpu:a100=4", lines: ["A100 0-3600 4x3600 = 40"]),
        PriceRow(
            rule: "a type that no resource rates counts as untyped", card: [a100, gpu],
            tres: "gres/gpu=4,gres/gpu:h200=4", lines: ["GPU 0-3600 4x3600 = 8"]),
        PriceRow(
            rule: "without an untyped total the types make it", card: [a100, gpu],
            tres: "gres/gpu:a100=3,gres/gpu:h200=2",
            lines: ["A100 0-3600 3x3600 = 30", "GPU 0-3600 2x3600 = 4"]),
        PriceRow(
            rule: "an untyped total below the types gives way to them", card: [gpu],
            tres: "gres/gpu=1,gres/gpu:a100=3", lines: ["GPU 0-3600 3x3600 = 6"]),
        PriceRow(
            rule: "where only a type is rated, untyped units are free", card: [a100],
            tres: "gres/gpu=4", lines: []),
        PriceRow(
            rule: "another gres is none of its units", card: [gpu],
            tres: "gres/gpumem=9,gres/shard:a100=7,gres/gpu=1", lines: ["GPU 0-3600 1x3600 = 2"]),
    ]

    static let scopes: [PriceRow] = [
        PriceRow(
            rule: "the narrower resource rates it",
            card: [
                cpu, Rated("CPU big", "cpu", "3", ResourceScope(partitions: ["cpu"])),
                Rated("CPU top", "cpu", "5", ResourceScope(partitions: ["cpu"], qos: ["high"])),
            ],
            tres: "cpu=1", qos: "high", lines: ["CPU top 0-3600 1x3600 = 5"]),
        PriceRow(
            rule: "a resource out of scope rates nothing",
            card: [
                cpu, Rated("CPU big", "cpu", "3", ResourceScope(partitions: ["big"])),
                Rated(
                    "CPU far", "cpu", "5",
                    ResourceScope(clusters: ["lagoon"], partitions: ["cpu"])),
            ],
            tres: "cpu=1", lines: ["CPU 0-3600 1x3600 = 1"]),
        PriceRow(
            rule: "a job without a QOS is in no scope that names one",
            card: [cpu, Rated("CPU top", "cpu", "5", ResourceScope(qos: ["high"]))], tres: "cpu=1",
            qos: nil, lines: ["CPU 0-3600 1x3600 = 1"]),
        PriceRow(
            rule: "the narrower resource rates it even where it has no rate",
            card: [cpu, Rated("CPU big", "cpu", "3 @9999-", ResourceScope(partitions: ["cpu"]))],
            tres: "cpu=1", lines: ["CPU big 0-3600 1x3600: no rate"]),
    ]

    static let bounds: [PriceRow] = [
        PriceRow(
            rule: "the most base units there may be",
            card: [Rated("CPU", "cpu", "0.01")], tres: "cpu=10000000000", seconds: 36,
            lines: ["CPU 0-36 10000000000x36 = 1000000"]),
        PriceRow(
            rule: "more base units are unrated", card: [cpu], tres: "cpu=10000000001", seconds: 36,
            lines: ["CPU 0-36 10000000001x36: too large"]),
        PriceRow(
            rule: "4·10⁹ seconds are priced", card: [cpu], tres: "cpu=1", seconds: 4_000_000_000,
            lines: ["CPU 0-4000000000 1x4000000000 = 1111111.111111"]),
        PriceRow(
            rule: "more seconds are unrated", card: [cpu], tres: "cpu=1", seconds: 4_000_000_001,
            lines: ["CPU 0-4000000001 1x4000000001: too large"]),
        PriceRow(
            rule: "a line of 10¹² SU is unrated", card: [Rated("CPU", "cpu", "1000000000000")],
            tres: "cpu=1", lines: ["CPU 0-3600 1x3600: too large"]),
        PriceRow(
            rule: "a line just below is priced", card: [Rated("CPU", "cpu", "999999999999")],
            tres: "cpu=1", lines: ["CPU 0-3600 1x3600 = 999999999999"]),
        PriceRow(
            rule: "everything at its bound does not wrap",
            card: [Rated("CPU", "cpu", "1000000000000")],
            tres: "cpu=10000000000", seconds: 4_000_000_000,
            lines: ["CPU 0-4000000000 10000000000x4000000000: too large"]),
        PriceRow(
            rule: "max charges the rest where one is too large",
            card: [cpu, Rated("Node", "node", "1")], combine: .max,
            tres: "cpu=10000000001,node=1", seconds: 3_600,
            lines: ["Node 0-3600 1x3600 = 1", "CPU 0-3600 10000000001x3600: too large"]),
    ]

    @Test(arguments: amounts + time + choice + gres + scopes + bounds)
    func `a usage comes to its lines`(row: PriceRow) throws {
        let card = try makeCard(row.card, factors: row.factors, combine: row.combine)
        let usage = Usage(
            cluster: row.cluster, partition: row.partition, qos: row.qos,
            counts: try TRESCounts(parsing: row.tres),
            interval: span(row.from, row.from + row.seconds))
        let pricing = card.price(usage)
        #expect(shown(pricing.lines, pricing.unrated, on: card) == row.lines)
        var pricer = Pricer(card)
        #expect(pricer.price(usage) == pricing)
        #expect(pricer.price(usage) == pricing)
    }
}
