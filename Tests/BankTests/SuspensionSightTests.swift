/// Where suspended seconds lie is seen while the run goes on; what was not seen is spread.

import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

private let start = Instant(epochSeconds: 1_000)

/// `suspended 30 ran 30`: seconds after the start.
private struct Look: Sendable, CustomTestStringConvertible {
    let isSuspended: Bool
    let at: Int64
    let ran: Int64
    var testDescription: String { "\(isSuspended ? "suspended" : "resumed") at \(at), ran \(ran)" }
}

private func suspended(_ at: Int64, ran: Int64) -> Look {
    Look(isSuspended: true, at: at, ran: ran)
}
private func resumed(_ at: Int64, ran: Int64) -> Look {
    Look(isSuspended: false, at: at, ran: ran)
}

@Suite struct SuspensionSightTests {
    private struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        let looks: [Look]
        let placed: [[Int64]]
        var since: Int64?
        var testDescription: String { rule }
    }

    private static let rows = [
        Row(
            rule: "suspended and not yet resumed", looks: [suspended(30, ran: 30)], placed: [],
            since: 30),
        Row(
            rule: "seen at both ends", looks: [suspended(30, ran: 30), resumed(50, ran: 30)],
            placed: [[30, 50]]),
        Row(rule: "seen only when it was over", looks: [resumed(50, ran: 30)], placed: [[30, 50]]),
        Row(
            rule: "the same looks again change nothing",
            looks: [
                suspended(30, ran: 30), suspended(30, ran: 30), resumed(50, ran: 30),
                resumed(50, ran: 30),
            ], placed: [[30, 50]]),
        Row(
            rule: "an older look changes nothing",
            looks: [suspended(30, ran: 30), resumed(50, ran: 30), suspended(30, ran: 30)],
            placed: [[30, 50]]),
        Row(
            rule: "twice, each seen",
            looks: [
                suspended(30, ran: 30), resumed(50, ran: 30), suspended(60, ran: 40),
                resumed(90, ran: 40),
            ], placed: [[30, 50], [60, 90]]),
        Row(
            rule: "twice, the second one seen only when it was over",
            looks: [suspended(30, ran: 30), resumed(50, ran: 30), resumed(90, ran: 40)],
            placed: [[30, 50], [60, 90]]),
        Row(
            rule: "resumed unseen, and suspended again",
            looks: [suspended(30, ran: 30), suspended(60, ran: 40)], placed: [[30, 50]],
            since: 60),
        Row(
            rule: "one that nobody saw before one that goes on is left to be spread",
            looks: [suspended(60, ran: 40)], placed: [], since: 60),
        Row(
            rule: "both in one second", looks: [suspended(30, ran: 30), resumed(30, ran: 30)],
            placed: []),
    ]

    @Test(arguments: rows)
    private func `a suspension lies where the looks put it`(row: Row) {
        var suspensions = Suspensions.none
        for look in row.looks {
            suspensions.take(
                SuspensionSight(
                    isSuspended: look.isSuspended, at: start.advanced(bySeconds: look.at),
                    ranSeconds: look.ran),
                ofRunFrom: start)
        }
        let placed = suspensions.intervals.map {
            [$0.start.seconds(since: start), $0.end.seconds(since: start)]
        }
        #expect(placed == row.placed)
        #expect(suspensions.since?.seconds(since: start) == row.since)
    }

    @Test func `one that goes on is cut at the end`() {
        var suspensions = Suspensions.none
        suspensions.take(
            SuspensionSight(
                isSuspended: true, at: start.advanced(bySeconds: 30), ranSeconds: 30),
            ofRunFrom: start)
        let all = suspensions.intervals(until: start.advanced(bySeconds: 70))
        #expect(all.map(\.seconds) == [40])
    }
}

@Suite struct SuspendedRunTests {
    /// 10 cores at 36 SU an hour until the rate doubles, 600 s after the start.
    @Test(arguments: [
        // 600 s cheap less 400 suspended there: 200 s cheap, 400 s dear.
        (true, "charged 100.00"),
        // Spread: 400 of 1,000 s, 240 in the cheap window, 160 in the dear one.
        (false, "charged 84.00"),
    ])
    func `seconds seen suspended lie where they were seen, the others are spread`(
        isSeen: Bool, charged: String
    ) async throws {
        try await expect(
            isSeen ? [(true, 100, 100), (false, 500, 100)] : [], suspended: 400, charged: charged)
    }

    private func expect(
        _ sights: [(Bool, Int64, Int64)], suspended: Int64, charged: String
    ) async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        let t0 = books.clock.now
        var site = try Site.small(grant: "1000")
        let year = site.resources[0].rates[0].window
        let dearer = t0.advanced(bySeconds: 600)
        site.resources[0].rates = [
            SiteRate(
                suPerHour: try Rational(36, over: 1),
                window: try #require(Interval(start: year.start, end: dearer))),
            SiteRate(
                suPerHour: try Rational(72, over: 1),
                window: try #require(Interval(start: dearer, end: year.end))),
        ]
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
        _ = try await books.perform(
            .admit(.small(token: "A", cpus: 10, seconds: 1_000)), id: "A")
        let job = JobObservation.small(job: 7, token: "A", at: t0)
        var running = job.run(submit: t0, start: t0, cpus: 10, seconds: 1_000)
        _ = try await books.perform(.observe(running))
        for (isSuspended, at, ran) in sights {
            running.at = t0.advanced(bySeconds: at + 5)
            running.runs[0].suspension = SuspensionSight(
                isSuspended: isSuspended, at: t0.advanced(bySeconds: at), ranSeconds: ran)
            _ = try await books.perform(.observe(running))
            _ = try await books.perform(.observe(running))
        }
        let again = try books.reopened()
        defer { again.bank.stop() }
        let ended = job.run(
            submit: t0, start: t0, end: t0.advanced(bySeconds: 1_000), cpus: 10, seconds: 1_000,
            suspended: suspended)
        _ = try await again.perform(.observe(ended))
        #expect(try again.figures().description.hasSuffix(charged))
        #expect(try again.store.verify().finding == nil)
    }
}
