import Rates
import Testing
import Units

struct RefusalRow: Sendable, CustomTestStringConvertible {
    var rule: String
    var card: [Rated]
    var factors: [Factored] = []
    var refusal: RateCardError?

    var testDescription: String { rule }
}

@Suite struct RateCardTests {
    private static let cpu = Rated("CPU", "cpu", "1")

    static let rows: [RefusalRow] = [
        RefusalRow(
            rule: "two rates at once", card: [Rated("CPU", "cpu", "1 @0-10, 2 @9-20")],
            refusal: .windowOverlap(of: "\"CPU\"", span(9, 10))),
        RefusalRow(
            rule: "one rate after the other", card: [Rated("CPU", "cpu", "1 @0-10, 2 @10-20")]),
        RefusalRow(
            rule: "an empty window", card: [Rated("CPU", "cpu", "1 @5-5")],
            refusal: .emptyWindow(of: "\"CPU\"", at: Instant(epochSeconds: 5))),
        RefusalRow(
            rule: "one name twice", card: [cpu, Rated("CPU", "node", "1")],
            refusal: .repeatedResource("CPU")),
        RefusalRow(
            rule: "one TRES twice, everywhere", card: [cpu, Rated("Core", "cpu", "1")],
            refusal: .resourceOverlap("CPU", "Core", .cpu)),
        RefusalRow(
            rule: "one TRES twice, equally narrow, of the same jobs",
            card: [
                Rated("A", "cpu", "1", ResourceScope(partitions: ["big", "small"])),
                Rated("B", "cpu", "1", ResourceScope(qos: ["high"])),
            ],
            refusal: .resourceOverlap("A", "B", .cpu)),
        RefusalRow(
            rule: "equally narrow, of other jobs",
            card: [
                Rated("A", "cpu", "1", ResourceScope(partitions: ["big"])),
                Rated("B", "cpu", "1", ResourceScope(partitions: ["small"])),
            ]),
        RefusalRow(
            rule: "one of them narrower",
            card: [cpu, Rated("B", "cpu", "1", ResourceScope(partitions: ["small"]))]),
        RefusalRow(
            rule: "typed and untyped of one gres",
            card: [Rated("GPU", "gres/gpu", "1"), Rated("A100", "gres/gpu:a100", "1")]),
        RefusalRow(
            rule: "two factors at once", card: [cpu],
            factors: [
                Factored(.qos("high"), "2 @0-10"), Factored(.qos("high"), "3 @5-", cluster: "reef"),
            ],
            refusal: .windowOverlap(of: "QOS high", span(5, 10))),
        RefusalRow(
            rule: "two factors on two clusters", card: [cpu],
            factors: [
                Factored(.qos("high"), "2", cluster: "lagoon"),
                Factored(.qos("high"), "3", cluster: "reef"),
            ]),
        RefusalRow(
            rule: "an empty window of a factor", card: [cpu],
            factors: [Factored(.partition("gpu"), "2 @7-7")],
            refusal: .emptyWindow(of: "partition gpu", at: Instant(epochSeconds: 7))),
        RefusalRow(
            rule: "rate × factor out of bounds", card: [Rated("CPU", "cpu", "1/999999999989")],
            factors: [Factored(.qos("high"), "1/2")],
            refusal: .effectiveRateTooLarge(resource: "CPU", factors: ["QOS high"])),
        RefusalRow(
            rule: "rate × two factors out of bounds", card: [Rated("CPU", "cpu", "1000000")],
            factors: [Factored(.qos("high"), "1000"), Factored(.partition("gpu"), "999000")],
            refusal: .effectiveRateTooLarge(
                resource: "CPU", factors: ["QOS high", "partition gpu"])),
        RefusalRow(
            rule: "one factor squared is no product there is",
            card: [Rated("CPU", "cpu", "1000")], factors: [Factored(.qos("high"), "1000000")]),
        RefusalRow(
            rule: "two QOS never multiply each other", card: [Rated("CPU", "cpu", "1000000")],
            factors: [Factored(.qos("high"), "1000"), Factored(.qos("low"), "999000")]),
        RefusalRow(
            rule: "out of bounds, but never at one time", card: [Rated("CPU", "cpu", "1000000")],
            factors: [
                Factored(.qos("high"), "1000 @0-10"), Factored(.partition("gpu"), "999000 @10-"),
            ]),
        RefusalRow(
            rule: "out of bounds, but never in scope",
            card: [Rated("CPU", "cpu", "1000000", ResourceScope(partitions: ["cpu"]))],
            factors: [Factored(.partition("gpu"), "10000000")]),
    ]

    @Test(arguments: rows)
    func `a card is refused for`(row: RefusalRow) throws {
        var refusal: RateCardError?
        do {
            _ = try makeCard(row.card, factors: row.factors)
        } catch let error as RateCardError {
            refusal = error
        }
        #expect(refusal == row.refusal)
    }

    @Test func `a rate for a resource that is not there is refused`() {
        let rate = RateVersion(
            id: RateID(3), resource: ResourceID(9), window: span(0, nil), suPerHour: .one,
            recordedAt: Instant(epochSeconds: 0))
        #expect(throws: RateCardError.unknownResource(RateID(3))) {
            try RateCard(version: 0, resources: [], rates: [rate], factors: [], combine: [:])
        }
    }

    @Test func `a refusal names what to change`() {
        let overlap = RateCardError.resourceOverlap("A", "B", .cpu)
        #expect(
            overlap.description == "\"A\" and \"B\" rate cpu of the same jobs, and neither is "
                + "narrower; name a cluster, partition or QOS in one of them")
        let windows = RateCardError.windowOverlap(of: "QOS high", span(0, 60))
        #expect(
            windows.description == "two windows of QOS high overlap in "
                + "1970-01-01T00:00:00Z … 1970-01-01T00:01:00Z; end one where the other starts")
    }
}
