import Bank
import Books
import Foundation
import Logging
import Registry
import Store
import Synchronization
import TestKit
import Testing
import Units

@testable import Collector

/// What slurmdbd is asked about after times in which nobody looked: once all of it, soon after it once
/// more, and never more than a day at a time.
@Suite struct HistoryDebtTests {
    let t0: Instant
    let steady = ContinuousClock.now
    init() throws { t0 = try Instant(parsing: "2026-06-01T00:00:00Z") }

    /// So many seconds after `t0`, by both clocks.
    private func at(_ seconds: Int64) -> (Instant, ContinuousClock.Instant) {
        (t0.advanced(bySeconds: seconds), steady.advanced(by: .seconds(seconds)))
    }

    /// Asks for all that is due, and pays it: `from-to` in seconds.
    private func pay(_ debts: inout HistoryDebts, at seconds: Int64) -> [String] {
        let (now, steady) = at(seconds)
        let spans = HistorySpan.joined(debts.due(upTo: now, at: steady))
        for span in spans { debts.pay(span, upTo: now, at: steady) }
        return spans.map { "\($0.from.seconds(since: t0))-\($0.to.seconds(since: t0))" }
    }

    @Test func `what slurmdbd may not show yet is asked for again after 10 and 60 s`() {
        var debts = HistoryDebts()
        debts.add(since: t0, at: steady)
        #expect(pay(&debts, at: 500) == ["0-500"])
        #expect(pay(&debts, at: 509) == [])
        #expect(pay(&debts, at: 512) == ["0-500"])
        #expect(debts.since == t0)
        #expect(pay(&debts, at: 571) == [])
        #expect(pay(&debts, at: 572) == ["0-500"])
        #expect(debts == HistoryDebts())
    }

    @Test func `a time after one that was asked about already takes no part of it along`() {
        var debts = HistoryDebts()
        var asked: [String] = []
        for poll in Int64(1)...20 {
            let (last, now) = (at(300 * (poll - 1)), at(300 * poll))
            debts.add(since: last.0, at: now.1)
            asked = pay(&debts, at: 300 * poll)
        }
        #expect(asked == ["5100-6000"])
        #expect(debts.since == t0.advanced(bySeconds: 5_400))
    }

    @Test func `what got no answer yet is one time, from its beginning on`() {
        var debts = HistoryDebts()
        debts.add(since: t0.advanced(bySeconds: 300), at: steady)
        debts.add(since: t0, at: steady)
        #expect(pay(&debts, at: 900) == ["0-900"])
    }

    @Test func `a month is asked about a day at a time, and what was told is not owed any more`() {
        var debts = HistoryDebts()
        let day: Int64 = 86_400
        debts.add(since: t0, at: steady)
        for part in Int64(0)..<30 {
            let end = min((part + 1) * day, 30 * day - 500)
            #expect(pay(&debts, at: 30 * day - 500 + part) == ["\(part * day)-\(end)"])
        }
        #expect(debts.since == t0.advanced(bySeconds: 29 * day))
        // Only what slurmdbd may not have known is asked for again.
        #expect(pay(&debts, at: 30 * day) == ["\(29 * day)-\(30 * day - 500)"])
    }

    @Test func `what is another's to tell is not asked about`() {
        var debts = HistoryDebts()
        debts.add(since: t0, at: steady)
        debts.leaveOut(before: t0.advanced(bySeconds: 400))
        #expect(pay(&debts, at: 500) == ["400-500"])
    }

    @Test func `polls five minutes apart, and one after ten days, ask slurmdbd for bounded spans`()
        async throws
    {
        let clock = try TestClock()
        let books = try TestBank(clock: clock)
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(.small(), backdate: false))
        let slurm = PlayedSlurm(story: try PlayedStory(seed: 1), absence: nil, clock: clock)
        let asked = Mutex<[(from: Int64, to: Int64)]>([])
        var gauge = GaugeCommand(program: "/nonexistent")
        gauge.standIn = { words in
            if words[0] == "history", words.count == 5,
                let from = Int64(words[2]), let to = Int64(words[4])
            {
                asked.withLock { $0.append((from, to)) }
            }
            return try slurm.answer(words)
        }
        let (begun, steady) = (clock.now, self.steady)
        let watch = ClusterWatch(
            WatchSettings(cluster: "reef", gauge: gauge), bank: books.bank, books: books.store,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { clock.now },
            steadyClock: { steady.advanced(by: .seconds(clock.now.seconds(since: begun))) })
        var memory = watch.freshMemory()
        for _ in 1...100 {
            clock.advance(bySeconds: 300)
            #expect(watch.look(&memory) == false)
        }
        let longest = asked.withLock { $0.map { $0.to - $0.from }.max() ?? 0 }
        #expect(longest > 300 && longest <= 3 * 300 + 601)
        let noted = try #require(memory.notedOwed)
        #expect(noted >= clock.now.advanced(bySeconds: -900))
        asked.withLock { $0 = [] }
        clock.advance(bySeconds: 10 * 86_400)
        for _ in 1...20 {
            _ = watch.look(&memory)
            clock.advance(bySeconds: 60)
        }
        #expect(memory.notedOwed == nil)
        let spans = asked.withLock { $0 }
        #expect(spans.allSatisfy { $0.to - $0.from <= 86_400 + 1_200 + 900 })
        // All of it, without a gap.
        var reached = try #require(spans.map(\.from).min())
        for span in spans where span.from <= reached { reached = max(reached, span.to) }
        #expect(reached >= clock.now.epochSeconds - 20 * 60)
        #expect(try books.store.verify().finding == nil)
    }
}
