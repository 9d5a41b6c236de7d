/// What stands beside the entries is verified, too: each kind of damage is found and named.

import Bank
import Books
import Foundation
import GRDB
import Registry
import TestKit
import Testing
import Units

@testable import Store

@Suite struct RecordCheckTests {
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let sql: String
        let finding: String
    }

    static let damages: [Damage] = [
        Damage(
            testDescription: "an altered reason",
            sql: "UPDATE texts SET text = 'x' WHERE text IS NOT NULL",
            finding: "was altered"),
        Damage(
            testDescription: "a reason that is gone", sql: "DELETE FROM texts",
            finding: "is gone, and not marked as erased"),
        Damage(
            testDescription: "a reason of no entry",
            sql: "INSERT INTO texts VALUES (randomblob(32), randomblob(16), 'x')",
            finding: "no entry has this reason"),
        Damage(
            testDescription: "a user who is gone", sql: "DELETE FROM users WHERE name = 'ada'",
            finding: "is missing, and entries name that number"),
        Damage(
            testDescription: "a name taken away",
            sql: "UPDATE users SET name = NULL WHERE name = 'ada'",
            finding: "has no name, and no entry erased it"),
        Damage(
            testDescription: "a name given back",
            sql: "UPDATE users SET name = 'eve' WHERE name IS NULL",
            finding: "has a name, and entry"),
        Damage(
            testDescription: "an answer that is gone", sql: "DELETE FROM commands WHERE id = 'g'",
            finding: "the answer to its command g of uid:0 is not kept"),
        Damage(
            testDescription: "an answer that can't be read",
            sql: "UPDATE commands SET answer = x'7b7d' WHERE id = 'g'",
            finding: "commands uid:0 g: a stored answer"),
        Damage(
            testDescription: "an answer at another's entry",
            sql: "UPDATE commands SET entry = 1 WHERE id = 'g'",
            finding: "commands uid:0 g: entry 1 was made by another command"),
        Damage(
            testDescription: "an answer at no entry",
            sql: "UPDATE commands SET entry = 999 WHERE id = 'g'",
            finding: "commands uid:0 g: there is no entry 999"),
    ]

    @Test(arguments: damages)
    func `damage beside the entries is found`(damage: Damage) async throws {
        let books = try TestBank()
        func perform(_ command: Command, id: String, reason: String? = nil) async throws {
            _ = try await books.bank.perform(
                Order(
                    caller: "uid:0", id: id, digest: Array(repeating: 0, count: 32),
                    reason: reason, command: command))
        }
        try await perform(.apply(.small(), backdate: false), id: "a")
        try await books.charge(job: 7, cpus: 10)
        try await perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: books.su("5"))), id: "g",
            reason: "proposal 7")
        let root = Asker(userName: "root", isOperator: true)
        try await perform(
            .erase(ErasureRequest(userName: "ben", by: root)), id: "e", reason: "ben asked")
        #expect(try books.store.verify().finding == nil)
        try await books.store.pool.writeWithoutTransaction { db in
            try db.execute(sql: damage.sql)
        }
        let finding = try books.store.verify().finding
        #expect(finding?.contains(damage.finding) == true, "\(finding ?? "nothing found")")
        books.stopAndRemove()
    }
}
