/// Grants, charges, refunds, withdrawals, transfers, pull-backs and time in random order: whatever is
/// answered, the books close and every SU charged is some run's.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite(.takingTurns) struct MoneyWalkTests {
    /// SplitMix64: the same numbers for a seed on every machine.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let names = ["astro-2026", "bio-2026"]

    @Test(arguments: UInt64(1)...4)
    func `the books close after any walk`(seed: UInt64) async throws {
        let books = try TestBank()
        var dice = Dice(state: seed)
        var site = try Site.pair()
        site.projects[0].allocations[0].pullbacks = try (1...3).map { n in
            SitePullback(
                at: books.clock.now.advanced(bySeconds: n * 300),
                keep: try Rational(Int128.random(in: 0...4, using: &dice), over: 4))
        }
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
        var jobs: Int64 = 0
        var done: [String: Int] = [:]
        for _ in 0..<80 {
            books.clock.advance(bySeconds: Int64.random(in: 0...20, using: &dice))
            let step = Int.random(in: 0..<10, using: &dice)
            if step < 3 {
                jobs += 1
                try await run(jobs, in: books, &dice)
            } else {
                let command = try command(step, jobs, books, &dice)
                let refusal = try await books.refusal(of: command.what)
                done[command.name, default: 0] += refusal == nil ? 1 : 0
            }
            try check(books)
        }
        #expect(done.count == 4, "each was done at least once: \(done)")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    private func run(_ job: Int64, in books: TestBank, _ dice: inout Dice) async throws {
        let now = books.clock.now
        var seen = JobObservation.small(job: job, token: nil, at: now)
        seen.accountLineage = [Bool.random(using: &dice) ? "astro" : "bio"]
        let cpus = Int64.random(in: 1...60, using: &dice)
        _ = try await books.perform(.observe(seen.run(submit: now, start: now, cpus: cpus)))
        books.clock.advance(bySeconds: Int64.random(in: 1...90, using: &dice))
        let ended = seen.run(submit: now, start: now, end: books.clock.now, cpus: cpus)
        _ = try await books.perform(.observe(ended))
    }

    private func command(
        _ step: Int, _ jobs: Int64, _ books: TestBank, _ dice: inout Dice
    ) throws -> (name: String, what: Command) {
        let name = Self.names.randomElement(using: &dice)!
        let other = Self.names.first { $0 != name }!
        let amount = ServiceUnits(microSU: Int64.random(in: 1...30_000_000, using: &dice))
        let lots = try books.store.lots(of: books.allocation(name).id)
        let lot = Bool.random(using: &dice) ? lots.randomElement(using: &dice)?.id : nil
        switch step {
        case 3, 4:
            let start = books.clock.now.advanced(bySeconds: Int64.random(in: 0...60, using: &dice))
            let end = start.advanced(bySeconds: Int64.random(in: 1...300, using: &dice))
            return (
                "grant",
                .grant(.init(allocation: name, amount: amount, start: start, end: end))
            )
        case 5:
            return ("withdraw", .withdraw(.init(allocation: name, amount: amount, lot: lot)))
        case 6:
            return ("transfer", .transfer(.init(from: name, to: other, amount: amount, lot: lot)))
        default:
            let job = String(Int64.random(in: 1...max(jobs, 1), using: &dice))
            let part = Bool.random(using: &dice) ? amount : nil
            return ("refund", .refund(.init(job: job, amount: part, into: lot)))
        }
    }

    /// What every run was charged and not refunded stands as *charged* in the lots, and nowhere else.
    private func check(_ books: TestBank) throws {
        #expect(books.bank.quarantined.map(\.problem) == [])
        for name in Self.names {
            let allocation = try books.allocation(name).id
            let charged = try books.figures(name).charged
            let used = try books.store.uses(of: allocation).values
                .reduce(ServiceUnits.zero) { $0 + $1.charged - $1.refunded }
            #expect(charged == used, "\(name)")
        }
    }
}
