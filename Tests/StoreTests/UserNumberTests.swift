/// What is kept of users' numbers never outlives what gave them.

import Books
import Registry
import TestKit
import Testing

@testable import Store

@Suite struct UserNumberTests {
    private struct Undone: Error {}

    @Test func `a number that a transaction undid is another's, however often it was looked up`()
        throws
    {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        var first: UserID?
        #expect(throws: StoreError.self) {
            try books.store.transact { transaction in
                first = try transaction.undoingOnError { try transaction.userID(named: "xan") }
                // Something else is refused.
                try? transaction.undoingOnError { throw Undone() }
                // It is there still, and found by its row this time.
                #expect(try transaction.userID(named: "xan") == first)
                throw Undone()
            }
        }
        var (yve, xan): (UserID?, UserID?)
        try books.store.transact { transaction in
            yve = try transaction.userID(named: "yve")
            xan = try transaction.userID(named: "xan")
        }
        #expect(yve == first && xan != yve)
    }

    @Test func `a number that a savepoint undid is another's`() throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        try books.store.transact { transaction in
            var first: UserID?
            #expect(throws: Undone.self) {
                try transaction.undoingOnError {
                    first = try transaction.userID(named: "xan")
                    throw Undone()
                }
            }
            let yve = try transaction.userID(named: "yve")
            #expect(yve == first)
            #expect(try transaction.userID(named: "xan") != yve)
        }
    }
}
