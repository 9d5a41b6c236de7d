/// Which answers stay in the journal with their commands' ids.

import Bank
import Books
import GRDB
import Ledger
import Store
import TestKit
import Testing
import Units

@Suite struct KeptAnswerTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A")), id: "A")
        _ = try await books.perform(
            .observe(.small(job: 7, token: "A", at: books.clock.now).pending()))
    }

    private func keptCount() throws -> Int? {
        try DatabaseQueue(path: books.store.path).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM commands")
        }
    }

    private func change(by caller: String, seconds: Int64) -> Command {
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: caller)
        asked.timeLimitSeconds = seconds
        return .modify(asked)
    }

    @Test func `changes that move nothing leave no row behind, whoever asks how often`()
        async throws
    {
        defer { books.stopAndRemove() }
        let before = try keptCount()
        for number in 1...20 {
            // A stranger raises, and the owner lowers.
            for (caller, seconds) in [("eve", 3_600), ("ada", 30)] as [(String, Int64)] {
                let answer = try await books.perform(
                    change(by: caller, seconds: seconds), id: "\(caller)-\(number)")
                var nothing = Modified()
                nothing.isPassedOver = caller == "eve"
                #expect(answer == .modified(nothing))
            }
        }
        #expect(try keptCount() == before)
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `a change that sets something aside does so once by its id`() async throws {
        defer { books.stopAndRemove() }
        let before = try #require(try keptCount())
        let first = try await books.perform(change(by: "ada", seconds: 120), id: "raise")
        let again = try await books.perform(change(by: "ada", seconds: 120), id: "raise")
        #expect(first == again)
        #expect(try books.figures().held == ServiceUnits(microSU: 1_200_000))
        #expect(try keptCount() == before + 1)
        #expect(try books.store.verify().finding == nil)
    }
}
