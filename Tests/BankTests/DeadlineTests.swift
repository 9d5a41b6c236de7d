/// How long credit lasts, a rule a row: to the second, by the lots' windows and the dated rates.

import Books
import Ledger
import Rates
import Registry
import Testing
import Units

@Suite struct DeadlineTests {
    /// Seconds from the start; amounts in SU.
    struct TestLot: Sendable {
        let available: Int64
        let from: Int64
        let to: Int64
        var held: Int64 = 0
    }

    struct Row: CustomTestStringConvertible {
        let name: String
        let lots: [TestLot]
        var owed: Int64 = 0
        /// The allocation's end; nil: open.
        var end: Int64? = 1_000
        /// SU a second, from that second on.
        var rates: [(from: Int64, micro: Int64)] = [(0, 1_000_000)]
        /// Seconds, and percent that may still be unused then.
        var pullback: (at: Int64, keep: Int128)?
        let reason: Deadline.Reason
        let until: Int64?
        var cost: Int64 = 0
        var unused: Int64 = 0
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(
            name: "credit that is used up", lots: [.init(available: 100, from: -10, to: 1_000)],
            reason: .usedUp, until: 100, cost: 100),
        Row(
            name: "what is held counts as gone",
            lots: [.init(available: 40, from: -10, to: 1_000, held: 60)], reason: .usedUp,
            until: 40, cost: 40),
        Row(
            name: "what is owed too", lots: [.init(available: 100, from: -10, to: 1_000)],
            owed: 30, reason: .usedUp, until: 70, cost: 70),
        Row(
            name: "the allocation ends first",
            lots: [.init(available: 5_000, from: -10, to: 2_000)],
            reason: .allocationEnds, until: 1_000, cost: 1_000, unused: 4_000),
        Row(
            name: "to the very second", lots: [.init(available: 1_000, from: -10, to: 1_000)],
            reason: .allocationEnds, until: 1_000, cost: 1_000),
        Row(
            name: "the last lot ends with credit in it",
            lots: [.init(available: 500, from: -10, to: 300)], reason: .creditExpires, until: 300,
            cost: 300, unused: 200),
        Row(
            name: "the soonest-ending is used first, and what it has left is lost",
            lots: [
                .init(available: 500, from: -10, to: 300),
                .init(available: 100, from: -10, to: 1_000),
            ], reason: .usedUp, until: 400, cost: 400, unused: 200),
        Row(
            name: "a lot that opens in time",
            lots: [
                .init(available: 100, from: -10, to: 1_000),
                .init(available: 50, from: 100, to: 1_000),
            ], reason: .usedUp, until: 150, cost: 150),
        Row(
            name: "a lot that opens a second too late",
            lots: [
                .init(available: 100, from: -10, to: 1_000),
                .init(available: 50, from: 101, to: 1_000),
            ], reason: .usedUp, until: 100, cost: 100),
        Row(
            name: "a gap between two lots",
            lots: [
                .init(available: 500, from: -10, to: 300),
                .init(available: 500, from: 400, to: 1_000),
            ], reason: .creditExpires, until: 300, cost: 300, unused: 200),
        Row(
            name: "a lot that is short pays what is owed, another goes on",
            lots: [
                .init(available: 20, from: -10, to: 50),
                .init(available: 100, from: -10, to: 1_000),
            ], owed: 30, reason: .usedUp, until: 90, cost: 90),
        Row(name: "nothing there", lots: [], reason: .usedUp, until: 0),
        Row(
            name: "only what opens later", lots: [.init(available: 50, from: 10, to: 1_000)],
            reason: .usedUp, until: 0),
        Row(
            name: "a lot that has ended is none", lots: [.init(available: 50, from: -90, to: -10)],
            reason: .usedUp, until: 0),
        Row(
            name: "a rate that rises is split at its second",
            lots: [.init(available: 100, from: -10, to: 1_000)],
            rates: [(0, 1_000_000), (50, 2_000_000)], reason: .usedUp, until: 75, cost: 100),
        Row(
            name: "what doesn't divide leaves less than a second's cost",
            lots: [.init(available: 100, from: -10, to: 1_000)], rates: [(0, 3_000_000)],
            reason: .usedUp, until: 33, cost: 99, unused: 1),
        Row(
            name: "what costs nothing ends with the allocation",
            lots: [.init(available: 100, from: -10, to: 1_000)], rates: [(0, 0)],
            reason: .allocationEnds, until: 1_000, unused: 100),
        Row(
            name: "what costs nothing, with no end in sight",
            lots: [.init(available: 100, from: -10, to: 9_000_000_000)], end: nil, rates: [(0, 0)],
            reason: .never, until: nil, unused: 100),
        Row(
            name: "a pull-back takes what is unused beyond its share",
            lots: [.init(available: 100, from: -10, to: 1_000)], pullback: (20, 50),
            reason: .usedUp, until: 70, cost: 70, unused: 30),
        Row(
            name: "a pull-back that finds enough used takes nothing",
            lots: [.init(available: 100, from: -10, to: 1_000)], pullback: (60, 50),
            reason: .usedUp, until: 100, cost: 100),
        Row(
            name: "a pull-back of all", lots: [.init(available: 100, from: -10, to: 1_000)],
            pullback: (20, 0), reason: .pulledBack, until: 20, cost: 20, unused: 80),
        Row(
            name: "a pull-back takes from the latest-ending, and nothing of what opens later",
            lots: [
                .init(available: 40, from: -10, to: 300),
                .init(available: 60, from: -10, to: 1_000),
                .init(available: 30, from: 50, to: 1_000),
            ], pullback: (10, 30), reason: .usedUp, until: 40, cost: 40, unused: 60),
        Row(
            name: "free first, dear later",
            lots: [.init(available: 100, from: -10, to: 1_000)],
            rates: [(0, 0), (900, 10_000_000)], reason: .usedUp, until: 910, cost: 100),
    ]

    static let start = Instant(epochSeconds: 1_780_000_000)

    @Test(arguments: rows)
    func `credit lasts until`(row: Row) throws {
        let at = { (seconds: Int64) in Self.start.advanced(bySeconds: seconds) }
        func su(_ amount: Int64) -> ServiceUnits { ServiceUnits(microSU: amount * 1_000_000) }
        var overdraft = Lot.Balances()
        (overdraft.available, overdraft.charged) = (su(-row.owed), su(row.owed))
        var lots = [
            Lot(
                id: LotID(1), allocation: 1, kind: .overdraft,
                window: Interval(start: at(-100), end: nil)!, state: .open, balances: overdraft)
        ]
        for (index, lot) in row.lots.enumerated() {
            var balances = Lot.Balances()
            (balances.available, balances.held) = (su(lot.available), su(lot.held))
            lots.append(
                Lot(
                    id: LotID(Int64(index) + 2), allocation: 1, kind: .grant,
                    window: Interval(start: at(lot.from), end: at(lot.to))!,
                    state: lot.to <= 0 ? .ended : lot.from <= 0 ? .open : .pending,
                    balances: balances))
        }
        let pool = Pool(allocation: 1, overdraftLimit: su(1_000), lots: lots)
        let window = Interval(start: at(-100), end: row.end.map(at))!
        let pullbacks = try row.pullback.map { [at($0.at): try Rational($0.keep, over: 100)] }
        let found = pool.deadline(
            from: Self.start, within: window, pullbacks: pullbacks ?? [:]
        ) { until in
            // A naive meter: every second at its own rate, summed stretch by stretch.
            let ends = row.rates.dropFirst().map(\.from) + [Int64.max]
            return zip(row.rates, ends).reduce(Int128(0)) { sum, piece in
                let last = min(until.seconds(since: Self.start), piece.1)
                return sum + Int128(max(last - piece.0.from, 0)) * Int128(piece.0.micro)
            }
        }
        #expect(found.reason == row.reason)
        #expect(found.until?.seconds(since: Self.start) == row.until)
        #expect(found.cost == su(row.cost))
        #expect(found.unused == su(row.unused))
    }

    @Test func `more than can be accounted for is used up at once`() {
        var balances = Lot.Balances()
        balances.available = ServiceUnits(microSU: ServiceUnits.lineLimit - 1)
        let year = Interval(start: Self.start, end: Self.start.advanced(bySeconds: 31_536_000))!
        let lots = [
            Lot(id: LotID(1), allocation: 1, kind: .overdraft, window: year, state: .open),
            Lot(
                id: LotID(2), allocation: 1, kind: .grant, window: year, state: .open,
                balances: balances),
        ]
        let pool = Pool(allocation: 1, overdraftLimit: .zero, lots: lots)
        let found = pool.deadline(from: Self.start, within: year) { until in
            until == Self.start ? 0 : nil
        }
        #expect(found.reason == .usedUp && found.until == Self.start && found.cost == .zero)
    }
}
