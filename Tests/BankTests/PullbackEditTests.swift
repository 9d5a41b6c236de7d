/// Pull-backs set and taken back by command, by the rules of the site file's.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct PullbackEditTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        var site = try Site.small()
        site.projects[0].pi = "ada"
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
    }

    private static let root = Asker(userName: "root", isOperator: true)

    private func edit(
        set keep: String? = nil, drop: Bool = false, in seconds: Int64 = 100,
        by asker: Asker = root
    ) throws -> Command {
        let at = try Instant(parsing: "2026-06-01").advanced(bySeconds: seconds)
        var fields = AllocationFields(name: "astro-2026")
        if let keep { fields.pullbacks = [SitePullback(at: at, keep: try Rational(parsing: keep))] }
        if drop { fields.droppedPullbacks = [at] }
        return .edit(Edit(.modify, .allocation(fields)), by: asker)
    }

    private func pass(_ seconds: Int64) async throws {
        books.clock.advance(bySeconds: seconds)
        _ = try await books.perform(.tick)
    }

    @Test func `a rule that is set is carried out at its date, once`() async throws {
        let outcome = try await books.perform(edit(set: "0.5"))
        #expect(
            outcome
                == .applied([
                    .init(.add, "pullback", "astro-2026", "2026-06-01T00:01:40Z, keep 50%")
                ]))
        // The same again changes nothing.
        #expect(try await books.perform(edit(set: "0.5")) == .applied([]))
        try await pass(99)
        #expect(try books.lotLines() == ["2 open: available 100.00"])
        try await pass(1)
        #expect(try books.lotLines() == ["2 open: available 50.00 withdrawn 50.00"])
        try await pass(100)
        #expect(try books.lotLines() == ["2 open: available 50.00 withdrawn 50.00"])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `who set, changed and took a rule back, and why, is in the history`() async throws {
        for (id, command) in [
            ("a", try edit(set: "0.5")), ("b", try edit(set: "0.9")), ("c", try edit(drop: true)),
        ] {
            _ = try await books.bank.perform(
                Order(
                    caller: "uid:0", id: id, digest: Array(repeating: 0, count: 32),
                    reason: "by-law \(id)", command: command))
        }
        let allocation = try books.allocation()
        let naming = Naming(books.bank.picture.tip.registry, users: [:])
        var told: [String] = []
        try books.store.history(of: allocation.id, project: allocation.project) { entry in
            for case .registry(.pullback(let rule), let before) in entry.changes {
                let fields = RegistryChange.pullback(rule).changes(from: before, naming).map {
                    "\($0.field) \($0.before?.description ?? "-") → \($0.after?.description ?? "-")"
                }
                told.append(
                    "\(entry.actor) \(entry.reason ?? ""): " + fields.joined(separator: ", "))
            }
        }
        #expect(
            told == [
                "uid:0 by-law a: keep - → 50%, state - → pending",
                "uid:0 by-law b: keep 50% → 90%", "uid:0 by-law c: state pending → dropped",
            ])
        books.stopAndRemove()
    }

    @Test func `a rule may be changed and taken back until its date, and set again`() async throws {
        _ = try await books.perform(edit(set: "0.5"))
        _ = try await books.perform(edit(set: "0.9"))
        _ = try await books.perform(edit(drop: true))
        #expect(
            try await books.answer(to: edit(drop: true))
                == "refused: astro-2026 has no pull-back at 2026-06-01T00:01:40Z.")
        let again = try books.reopened()
        #expect(try again.store.verify().finding == nil)
        _ = try await again.perform(edit(set: "0.9"))
        again.clock.advance(bySeconds: 100)
        _ = try await again.perform(.tick)
        #expect(try again.lotLines() == ["2 open: available 90.00 withdrawn 10.00"])
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test func `what was taken back takes nothing`() async throws {
        _ = try await books.perform(edit(set: "0.5"))
        _ = try await books.perform(edit(drop: true))
        try await pass(200)
        #expect(try books.lotLines() == ["2 open: available 100.00"])
        books.stopAndRemove()
    }

    @Test func `what is past or out of bounds is refused`() async throws {
        #expect(
            try await books.answer(to: edit(set: "0.5", in: -1)).hasPrefix(
                "refused: a pull-back is for a date to come; 2026-05-31T23:59:59Z is past"))
        #expect(try await books.answer(to: edit(set: "1.1")).hasPrefix("refused: a pull-back of"))
        #expect(
            try await books.answer(to: edit(set: "0.5", in: 400 * 86_400)).hasPrefix(
                "refused: a pull-back of astro-2026 lies within"))
        _ = try await books.perform(edit(set: "0.5", in: 200))
        #expect(
            try await books.answer(to: edit(drop: true)).hasSuffix(
                "; there is one at 2026-06-01T00:03:20Z."))
        try await pass(200)
        #expect(
            try await books.answer(to: edit(drop: true, in: 200)).contains("is done; what it took"))
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `only operators set one`() async throws {
        let pi = Asker(userName: "ada", isOperator: false)
        #expect(try await books.answer(to: edit(set: "0.5", by: pi)).contains("only operators"))
        let stranger = Asker(userName: "cleo", isOperator: false)
        #expect(
            try await books.answer(to: edit(set: "0.5", by: stranger)).contains("not yours to see"))
        books.stopAndRemove()
    }
}
