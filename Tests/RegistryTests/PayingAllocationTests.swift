import Rates
import Testing
import Units

@testable import Registry

/// Which of a project's allocations pays, by what they cover, their windows and their status.
@Suite struct PayingAllocationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Name, first and last month, status, and what is covered.
        let allocations: [(name: String, months: Range<Int64>, status: Status, covers: Set<Int64>?)]
        let pays: String?
        init(
            _ description: String,
            _ allocations: [(String, Range<Int64>, Status, Set<Int64>?)], pays: String?
        ) {
            (testDescription, self.pays) = (description, pays)
            self.allocations = allocations.map { ($0.0, $0.1, $0.2, $0.3) }
        }
    }

    private static let month: Int64 = 30 * 86_400

    /// At month 5, for resources 1 and 2.
    @Test(arguments: [
        Case("none", [], pays: nil),
        Case("the one that is valid", [("a", 0..<9, .active, nil)], pays: "a"),
        Case(
            "ACTIVE before INACTIVE",
            [("a", 0..<9, .inactive, nil), ("b", 1..<9, .active, nil)], pays: "b"),
        Case(
            "of two that would do the first",
            [("a", 0..<9, .active, nil), ("b", 1..<8, .active, nil)], pays: "a"),
        Case(
            "INACTIVE and valid before ACTIVE and ended",
            [("a", 0..<4, .active, nil), ("b", 1..<9, .inactive, nil)], pays: "b"),
        Case("never a DELETED one", [("a", 0..<9, .deleted, nil)], pays: nil),
        Case(
            "a window's end is not in it",
            [("a", 0..<5, .active, nil), ("b", 5..<9, .active, nil)], pays: "b"),
        Case(
            "the latest that ended",
            [("a", 0..<3, .active, nil), ("b", 0..<4, .active, nil), ("c", 0..<2, .active, nil)],
            pays: "b"),
        Case(
            "one that ended before one to come",
            [("a", 6..<9, .active, nil), ("b", 0..<2, .active, nil)], pays: "b"),
        Case(
            "else the first to come",
            [("a", 8..<9, .active, nil), ("b", 7..<9, .active, nil)], pays: "b"),
        Case(
            "what covers all before what is valid",
            [("a", 0..<9, .active, [1]), ("b", 0..<2, .active, [1, 2, 3])], pays: "b"),
        Case(
            "where none covers all, of all",
            [("a", 0..<2, .active, [1]), ("b", 0..<9, .active, [2])], pays: "b"),
    ])
    func `the allocation that pays is`(it: Case) {
        var registry = Registry()
        for (place, one) in it.allocations.enumerated() {
            let start = Instant(epochSeconds: one.months.lowerBound * Self.month)
            let end = Instant(epochSeconds: one.months.upperBound * Self.month)
            var allocation = Allocation(
                id: AllocationID(Int64(place) + 1), project: ProjectID(1), name: one.name,
                clusters: ["reef"], window: Interval(start: start, end: end)!)
            allocation.status = one.status
            allocation.resources = one.covers.map { Set($0.map { ResourceID($0) }) }
            registry.fold(.allocation(allocation), entry: Int64(place) + 1)
        }
        let instant = Instant(epochSeconds: 5 * Self.month)
        let paying = registry.allocation(
            of: ProjectID(1), on: "reef", at: instant, covering: [ResourceID(1), ResourceID(2)])
        #expect(paying?.name == it.pays)
        #expect(registry.allocation(of: ProjectID(1), on: "atoll", at: instant) == nil)
    }
}
