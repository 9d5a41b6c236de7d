import Rates
import Testing
import Units

/// Two segments, 0–600 and 600–1000, at 3.6 SU an hour: a µSU is a unit-millisecond.
struct SuspensionRow: Sendable, CustomTestStringConvertible {
    var rule: String
    var rates = "3.6 @0-600, 3.6 @600-"
    var suspendedSeconds: Int64?
    var seen: [(Int64, Int64)] = []
    var end: Int64 = 1_000
    var lines: [String]
    var spread: Int64 = 0

    var testDescription: String { rule }
}

@Suite struct SuspensionTests {
    static let rows: [SuspensionRow] = [
        SuspensionRow(
            rule: "seconds that were seen lie where they were seen", suspendedSeconds: 100,
            seen: [(550, 650)],
            lines: ["CPU 0-600 1x550 = 0.55", "CPU 600-1000 1x350 = 0.35"]),
        SuspensionRow(
            rule: "unseen seconds are spread in proportion", suspendedSeconds: 100,
            lines: ["CPU 0-600 1x540 = 0.54", "CPU 600-1000 1x360 = 0.36"], spread: 100),
        SuspensionRow(
            rule: "the largest remainder gets the odd second", suspendedSeconds: 1,
            lines: ["CPU 0-600 1x599 = 0.599", "CPU 600-1000 1x400 = 0.4"], spread: 1),
        SuspensionRow(
            rule: "of two equal remainders the earlier gets it",
            rates: "3.6 @0-500, 3.6 @500-", suspendedSeconds: 1,
            lines: ["CPU 0-500 1x499 = 0.499", "CPU 500-1000 1x500 = 0.5"], spread: 1),
        SuspensionRow(
            rule: "what was seen is placed, the rest spread over what is left",
            suspendedSeconds: 400, seen: [(600, 800)],
            lines: ["CPU 0-600 1x450 = 0.45", "CPU 600-1000 1x150 = 0.15"], spread: 200),
        SuspensionRow(
            rule: "one segment leaves nothing to guess", rates: "3.6", suspendedSeconds: 100,
            lines: ["CPU 0-1000 1x900 = 0.9"]),
        SuspensionRow(
            rule: "Slurm's count stands where more was seen", suspendedSeconds: 50,
            seen: [(0, 100)], lines: ["CPU 0-600 1x550 = 0.55", "CPU 600-1000 1x400 = 0.4"]),
        SuspensionRow(
            rule: "places that come to too much share Slurm's count", suspendedSeconds: 50,
            seen: [(0, 60), (600, 640)],
            lines: ["CPU 0-600 1x570 = 0.57", "CPU 600-1000 1x380 = 0.38"], spread: 50),
        SuspensionRow(
            rule: "without a count what was seen counts, once, and inside the run only",
            seen: [(-50, 50), (20, 100), (990, 2_000)],
            lines: ["CPU 0-600 1x500 = 0.5", "CPU 600-1000 1x390 = 0.39"]),
        SuspensionRow(
            rule: "a segment suspended throughout has no line", suspendedSeconds: 600,
            seen: [(0, 600)], lines: ["CPU 600-1000 1x400 = 0.4"]),
        SuspensionRow(
            rule: "a run suspended throughout costs nothing", suspendedSeconds: 1_000, lines: [],
            spread: 1_000),
        SuspensionRow(
            rule: "no more than the run can be suspended", suspendedSeconds: 9_999, lines: [],
            spread: 1_000),
        SuspensionRow(
            rule: "a negative count is none", suspendedSeconds: -5, end: 600,
            lines: ["CPU 0-600 1x600 = 0.6"]),
        SuspensionRow(
            rule: "unrated seconds have their share", rates: "3.6 @600-", suspendedSeconds: 100,
            lines: ["CPU 600-1000 1x360 = 0.36", "CPU 0-600 1x540: no rate"], spread: 100),
    ]

    @Test(arguments: rows)
    func `suspended seconds are not charged`(row: SuspensionRow) throws {
        let card = try makeCard([Rated("CPU", "cpu", row.rates)])
        let usage = Usage(
            cluster: "reef", partition: "cpu", qos: nil, counts: TRESCounts([.cpu: 1]),
            interval: span(0, row.end), suspendedSeconds: row.suspendedSeconds,
            suspensions: row.seen.map { span($0.0, $0.1) })
        let pricing = card.price(usage)
        #expect(shown(pricing.lines, pricing.unrated, on: card) == row.lines)
        #expect(pricing.spreadSeconds == row.spread)
    }

    @Test func `all resources of a run are suspended in the same seconds`() throws {
        let card = try makeCard([
            Rated("CPU", "cpu", "3.6 @0-300, 3.6 @300-"),
            Rated("GPU", "gres/gpu", "3.6 @0-700, 3.6 @700-"),
        ])
        let usage = Usage(
            cluster: "reef", partition: "gpu", qos: nil,
            counts: try TRESCounts(parsing: "cpu=1,gres/gpu=1"), interval: span(0, 1_000),
            suspendedSeconds: 100)
        let pricing = card.price(usage)
        #expect(
            shown(pricing.lines, pricing.unrated, on: card) == [
                "CPU 0-300 1x270 = 0.27", "CPU 300-1000 1x630 = 0.63",
                "GPU 0-700 1x630 = 0.63", "GPU 700-1000 1x270 = 0.27",
            ])
    }
}
