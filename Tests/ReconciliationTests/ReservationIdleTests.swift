/// What a reservation leaves idle, by records: slurmdbd's rule, hour by hour.

import Ledger
import Reconciliation
import Testing
import Units

@Suite struct ReservationIdleTests {
    /// An hour's beginning.
    private let t0 = Instant(epochSeconds: 1_780_002_000)
    private func span(_ start: Int64, _ end: Int64) -> Interval {
        Interval(start: t0.advanced(bySeconds: start), end: t0.advanced(bySeconds: end))!
    }

    private func reserved(
        _ start: Int64, _ end: Int64, cpus: Int64 = 64, associations: Set<Int64> = [5],
        down: [Interval] = []
    ) -> ReservedSpan {
        ReservedSpan(
            reservationID: 3, span: span(start, end),
            counts: TRESCounts([.cpu: cpus, .node: 1]), associations: associations,
            down: down.map { DownNode(span: $0, counts: TRESCounts([.cpu: 32, .memory: 7])) })
    }

    private func row(
        _ start: Int64, _ end: Int64, cpus: Int64 = 4, suspended: Int64 = 0, inside: Int64? = 3
    ) -> RecordedUse {
        let lasting = span(start, end)
        var row = RecordedUse(
            key: RunKey(cluster: "reef", jobID: start, submit: lasting.start), account: "astro",
            user: "ada", counts: TRESCounts([.cpu: cpus, .memory: 1_000]), start: lasting.start,
            end: lasting.end, suspendedSeconds: suspended, isExempt: false)
        row.reservationID = inside
        return row
    }

    /// Of the hours from `t0` to `t0` and two hours: core-seconds by association.
    private func idle(
        _ reserved: [ReservedSpan], _ rows: [RecordedUse] = [], parts: [Interval]? = nil
    ) -> [Int64: Int64] {
        let comparing = UseComparing(
            ComparedWindow(span(0, 7_200), rolledUpTo: nil),
            now: t0.advanced(bySeconds: 10_000), bornAt: t0, cutover: nil)
        var idle = ReservationIdle(comparing, reserved)
        for part in parts ?? [span(0, 7_200)] {
            for row in rows { idle.take(row, nil, within: part) }
        }
        // Nodes are not added up.
        #expect(idle.shares.values.allSatisfy { Array($0.keys) == [.cpu] })
        return idle.shares.mapValues { $0[.cpu] ?? 0 }
    }

    @Test func `what nobody used is divided equally, rounded down, in the hours that count`() {
        #expect(idle([reserved(10, 110)]) == [5: 6_400])
        #expect(
            idle([reserved(10, 110, associations: [5, 6, 7])]) == [5: 2_133, 6: 2_133, 7: 2_133])
        #expect(idle([reserved(10, 110, associations: [])]).isEmpty)
        #expect(idle([reserved(-500, 100), reserved(7_000, 9_000)]) == [5: 6_400 + 12_800])
        // An hour's rest is rounded on its own.
        #expect(idle([reserved(3_599, 3_601, cpus: 5, associations: [5, 6])]) == [5: 4, 6: 4])
    }

    @Test func `a job inside takes all of it for as long as it runs`() {
        #expect(idle([reserved(0, 100)], [row(10, 30)]) == [5: 64 * 80])
        #expect(idle([reserved(0, 100)], [row(10, 30, inside: nil)]) == [5: 6_400])
        #expect(idle([reserved(0, 100)], [row(10, 30, inside: 4)]) == [5: 6_400])
        #expect(idle([reserved(0, 100)], [row(10, 30), row(20, 60)]) == [5: 64 * 40])
        // More than there was in one hour takes nothing of the next.
        #expect(
            idle([reserved(3_500, 3_700)], [row(3_400, 3_620), row(3_500, 3_600)])
                == [5: 64 * 80])
    }

    @Test func `one that was changed counts by its records`() {
        let changed = [reserved(0, 100), reserved(100, 200, cpus: 128, associations: [6])]
        #expect(idle(changed, [row(90, 120)]) == [5: 64 * 90, 6: 128 * 80])
    }

    @Test func `cores of a job that was suspended all the hour are idle`() {
        #expect(idle([reserved(0, 100)], [row(10, 30, suspended: 20)]) == [5: 6_400])
        #expect(idle([reserved(0, 100)], [row(10, 30, suspended: 19)]) == [5: 64 * 80])
    }

    @Test func `nodes that were down are not idle`() {
        #expect(idle([reserved(0, 100, down: [span(-10, 20)])]) == [5: 64 * 100 - 32 * 20])
        // The job still counts for all of the reservation.
        #expect(
            idle([reserved(0, 100, down: [span(90, 9_000)])], [row(0, 40)])
                == [5: 64 * 60 - 32 * 10])
        #expect(idle([reserved(0, 10, down: [span(0, 10), span(0, 10), span(0, 10)])]).isEmpty)
    }

    @Test func `a window may be read in parts`() {
        let rows = [row(50, 3_900), row(3_500, 3_610), row(7_100, 7_300)]
        let whole = idle([reserved(20, 7_200, associations: [5, 6])], rows)
        let parts = stride(from: Int64(0), to: 7_200, by: 777).map {
            span($0, min($0 + 777, 7_200))
        }
        #expect(idle([reserved(20, 7_200, associations: [5, 6])], rows, parts: parts) == whole)
        // Half of 64 cores for an hour, less five minutes, ten seconds and a hundred.
        #expect(whole[5].map { $0 } == Int64(32 * 3_190))
    }
}
