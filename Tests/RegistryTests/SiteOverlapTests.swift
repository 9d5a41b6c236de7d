/// When two allocations, or two resources, get in each other's way.

import Rates
import Registry
import Testing
import Units

private func window(_ start: Int64, _ end: Int64) throws -> Interval {
    try #require(Interval(start: Instant(epochSeconds: start), end: Instant(epochSeconds: end)))
}

private let cpu = Coverage.Item(tres: .cpu, clusters: nil)
private let gpu = Coverage.Item(tres: TRESName("gres/gpu"), clusters: nil)
private let h200 = Coverage.Item(tres: TRESName("gres/gpu:h200"), clusters: nil)
private let a100 = Coverage.Item(tres: TRESName("gres/gpu:a100"), clusters: nil)
private let cpuOfReef = Coverage.Item(tres: .cpu, clusters: ["reef"])
private let cpuOfLagoon = Coverage.Item(tres: .cpu, clusters: ["lagoon"])

struct Pair: CustomTestStringConvertible {
    let a: [Coverage.Item]?
    let b: [Coverage.Item]?
    /// The TRES that both cover; nil where they don't meet.
    let shared: [String]?
    var testDescription: String { "\(text(a)) | \(text(b)) | \(shared.map(text) ?? "apart")" }

    private func text(_ items: [Coverage.Item]?) -> String {
        items.map { text($0.map { "\($0.tres)" }) } ?? "everything"
    }
    private func text(_ words: [String]) -> String { words.joined(separator: " and ") }
}

@Suite struct SiteOverlapTests {
    @Test(arguments: [
        Pair(a: nil, b: nil, shared: []),
        Pair(a: nil, b: [gpu, cpu], shared: ["cpu"]),
        Pair(a: [cpu], b: [gpu], shared: nil),
        Pair(a: [cpu], b: [gpu, cpu], shared: ["cpu"]),
        Pair(a: [gpu], b: [h200], shared: ["gres/gpu", "gres/gpu:h200"]),
        Pair(a: [h200], b: [a100], shared: nil),
        Pair(a: [h200], b: [gpu, h200], shared: ["gres/gpu", "gres/gpu:h200"]),
        Pair(a: nil, b: [cpuOfLagoon], shared: nil),
        Pair(a: [cpuOfReef], b: [cpu], shared: ["cpu"]),
        Pair(a: [cpuOfReef], b: [cpuOfLagoon], shared: nil),
    ])
    func `allocations meet in the TRES they both cover`(pair: Pair) throws {
        let year = try window(1_000, 2_000)
        let a = Coverage(clusters: ["reef"], items: pair.a, window: year, status: .active)
        let b = Coverage(
            clusters: ["reef", "atoll"], items: pair.b, window: year, status: .inactive)
        let shared = a.overlap(with: b).map { $0.tres.map { "\($0)" } }
        #expect(shared == pair.shared)
        #expect(a.overlap(with: b) == b.overlap(with: a))
    }

    @Test(
        arguments: [
            (["reef"], 1_500, 3_000, Status.active, "reef 1500"),
            (["reef"], 2_000, 3_000, .active, nil),
            (["lagoon"], 1_000, 2_000, .active, nil),
            (["reef"], 1_000, 2_000, .deleted, nil),
        ] as [([String], Int64, Int64, Status, String?)])
    func `windows, clusters and DELETED part allocations`(
        clusters: [String], start: Int64, end: Int64, status: Status, overlap: String?
    ) throws {
        let a = Coverage(
            clusters: ["reef"], items: [cpu], window: try window(1_000, 2_000), status: .active)
        let b = Coverage(
            clusters: Set(clusters), items: nil, window: try window(start, end), status: status)
        let found = a.overlap(with: b).map { "\($0.cluster) \($0.window.start.epochSeconds)" }
        #expect(found == overlap)
    }

    @Test(arguments: [
        (ResourceScope(), ResourceScope(), true),
        (ResourceScope(clusters: ["a"]), ResourceScope(), false),
        (ResourceScope(clusters: ["a"]), ResourceScope(clusters: ["a", "b"]), true),
        (ResourceScope(clusters: ["a"]), ResourceScope(clusters: ["b"]), false),
        (ResourceScope(partitions: ["p"]), ResourceScope(qos: ["q"]), true),
        (ResourceScope(partitions: ["p"], qos: ["q"]), ResourceScope(qos: ["q"]), false),
        (ResourceScope(clusters: ["a"], qos: ["q"]), ResourceScope(partitions: ["p"]), false),
        (ResourceScope(clusters: ["a"], qos: ["q"]), ResourceScope(clusters: ["b"]), false),
    ])
    func `a scope is narrower that names one more`(
        a: ResourceScope, b: ResourceScope, asNarrow: Bool
    ) {
        #expect(a.isAsNarrow(as: b) == asNarrow)
        #expect(b.isAsNarrow(as: a) == asNarrow)
    }
}
