import Rates
import Testing
import Units

/// How much of a TRES some credit buys at most, wherever on the cluster it is cheapest.
@Suite struct LeastPriceTests {
    /// Resources | where jobs may run | what 1 SU buys at most, in minutes of a base unit.
    static let rows: [(String, [Rated], [Factored], [String], [String: Int128])] = [
        ("an SU an hour", [Rated("CPU", "cpu", "1")], [], ["cpu"], ["cpu": 60]),
        ("rounded up", [Rated("CPU", "cpu", "7")], [], ["cpu"], ["cpu": 9]),
        ("memory by the MiB", [Rated("Mem", "mem", "1")], [], ["cpu"], ["mem": 61_440]),
        (
            "the cheaper partition counts",
            [
                Rated("CPU", "cpu", "4"),
                Rated("Slow CPU", "cpu", "2", ResourceScope(partitions: ["slow"])),
            ], [], ["cpu", "slow"], ["cpu": 30]
        ),
        (
            "a partition that the cluster lacks does not",
            [
                Rated("CPU", "cpu", "4"),
                Rated("Slow CPU", "cpu", "2", ResourceScope(partitions: ["slow"])),
            ], [], ["cpu"], ["cpu": 15]
        ),
        (
            "a cheap QOS counts", [Rated("CPU", "cpu", "4")],
            [Factored(.qos("low"), "1/2")], ["cpu"], ["cpu": 30]
        ),
        (
            "what costs nothing buys nothing",
            [Rated("CPU", "cpu", "4")], [Factored(.qos("free"), "0")], ["cpu"], ["cpu": 15]
        ),
        ("free everywhere: no price", [Rated("CPU", "cpu", "0")], [], ["cpu"], [:]),
        ("no rate yet: no price", [Rated("CPU", "cpu", "1 @200-")], [], ["cpu"], [:]),
        (
            "a typed GPU is a GPU",
            [Rated("GPU", "gres/gpu", "10"), Rated("H200", "gres/gpu:h200", "6")], [], ["gpu"],
            ["gres/gpu": 10, "gres/gpu:h200": 10]
        ),
        (
            "another cluster's price is none here",
            [Rated("CPU", "cpu", "1", ResourceScope(clusters: ["atoll"]))], [], ["cpu"], [:]
        ),
    ]

    @Test(arguments: rows)
    func `the least price says how much credit buys at most`(
        name: String, resources: [Rated], factors: [Factored], partitions: [String],
        minutes: [String: Int128]
    ) throws {
        let card = try makeCard(resources, factors: factors)
        let prices = card.leastPrices(
            on: "reef", partitions: partitions, at: Instant(epochSeconds: 100))
        let one = ServiceUnits(microSU: 1_000_000)
        let bought = Dictionary(
            uniqueKeysWithValues: prices.map {
                ($0.key.description, $0.value.mostUnitMinutes(for: one))
            })
        #expect(bought == minutes, "\(name)")
    }
}
