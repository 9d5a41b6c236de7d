import Foundation
import Testing

@testable import Collector

@Suite struct WatchTimerTests {
    struct Row: CustomTestStringConvertible {
        let what: String
        let read: Double
        let failures: Int
        var isUnreachable = false
        let least: Double
        let most: Double
        var testDescription: String { what }
    }

    @Test(arguments: [
        Row(what: "a quick poll", read: 0.01, failures: 0, least: 1, most: 10),
        Row(
            what: "a slow slurmctld is read 2 % of the time", read: 1, failures: 0, least: 49,
            most: 49),
        Row(
            what: "the first failure doubles the pause", read: 0.01, failures: 1, least: 10,
            most: 20),
        Row(what: "hung until the deadline", read: 30, failures: 1, least: 300, most: 300),
        Row(what: "failing for hours", read: 0.01, failures: 500, least: 10, most: 300),
        Row(
            what: "not reached once", read: 0, failures: 1, isUnreachable: true, least: 10,
            most: 15),
        Row(
            what: "not reached for hours", read: 0, failures: 500, isUnreachable: true, least: 10,
            most: 15),
    ])
    func `pauses follow the interval, the share and failures`(row: Row) {
        let pause = PollPause(
            pollSeconds: 10, share: 0.02, readSeconds: row.read, failures: row.failures,
            isUnreachable: row.isUnreachable)
        #expect(abs(pause.leastSeconds - row.least) < 0.001)
        #expect(abs(pause.mostSeconds - row.most) < 0.001)
    }

    @Test func `polls rarer than the longest pause are not made denser by failures`() {
        let pause = PollPause(pollSeconds: 3_600, share: 0.02, readSeconds: 1, failures: 3)
        #expect(pause.mostSeconds == 3_600)
    }

    @Test func `while slurmctld is away it is tried at least each poll_seconds`() {
        let pause = PollPause(
            pollSeconds: 3_600, share: 0.02, readSeconds: 0, failures: 9, isUnreachable: true)
        #expect(pause.mostSeconds == 3_600)
    }

    @Test func `pauses grow while it fails and are the usual ones at once after a success`() {
        let timer = WatchTimer(pollSeconds: 10, share: 0.02)
        timer.stop()
        var told: [Double] = []
        for (failed, isUnreachable) in [
            (true, false), (true, false), (true, true), (false, false), (true, false),
        ] {
            _ = timer.waitForNext(
                readSeconds: 0, failed: failed, isUnreachable: isUnreachable
            ) { told.append($0) }
        }
        #expect(told == [20, 40, 15, 10, 20])
    }

    @Test func `it tells how long it waits`() {
        let timer = WatchTimer(pollSeconds: 3_600, share: 0.5)
        timer.stop()
        var told: [Double] = []
        #expect(!timer.waitForNext(readSeconds: 1, failed: false) { told.append($0) })
        #expect(told == [3_600])
    }

    @Test(.timeLimit(.minutes(5)))
    func `a nudge and a stop end the wait`() {
        let timer = WatchTimer(pollSeconds: 3_600, share: 0.5)
        timer.nudge()
        let begun = ContinuousClock.now
        #expect(timer.waitForNext(readSeconds: 0, failed: false))
        #expect(ContinuousClock.now - begun >= .milliseconds(900))
        Thread.detachNewThread { timer.stop() }
        #expect(!timer.waitForNext(readSeconds: 0, failed: false))
    }
}
