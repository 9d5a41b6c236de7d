/// Long payloads are packed: they come back byte for byte, or are known to be damaged.

import Bank
import Books
import Foundation
import GRDB
import Ledger
import TestKit
import Testing
import Units

@testable import Store

@Suite struct PackingTests {
    @Test(arguments: [0, 1, 4_095, 4_096, 1_000_000], [true, false])
    func `what is packed comes back`(count: Int, isMonotonous: Bool) throws {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in
            isMonotonous ? 7 : UInt8.random(in: .min ... .max, using: &generator)
        }
        let packed = Packing.packed(bytes)
        #expect(try Packing.unpacked(packed) == Data(bytes))
        #expect(!isMonotonous || packed.count <= max(count, 16))
    }

    struct Damage: CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (Data) -> Data
    }

    @Test(arguments: [
        Damage(testDescription: "cut off") { $0.prefix($0.count - 1) },
        Damage(testDescription: "nothing left") { _ in Data() },
        Damage(testDescription: "something behind it") { $0 + [0] },
        Damage(testDescription: "another byte within") {
            var it = $0
            it[it.count / 2] ^= 0x55
            return it
        },
        Damage(testDescription: "never packed") { _ in Data(#"{"rows":[]}"#.utf8) },
    ])
    func `what isn't what was packed is damaged`(damage: Damage) {
        let packed = Packing.packed((0..<10_000).map { UInt8(truncatingIfNeeded: $0 * $0) })
        #expect(throws: DamagedRow.self) { try Packing.unpacked(damage.change(packed)) }
    }

    private func imported(_ count: Int64) throws -> ImportBatch {
        let start = try Instant(parsing: "2026-01-10")
        return ImportBatch(
            cluster: "reef",
            runs: (1...count).map { job in
                let begin = start.advanced(bySeconds: job)
                let facts = RunFacts(
                    key: RunKey(cluster: "reef", jobID: job, submit: begin), jobName: "\(job)",
                    partition: "cpu", qos: nil, counts: TRESCounts([.cpu: 1, .node: 1]),
                    start: begin, end: begin.advanced(bySeconds: 10), suspendedSeconds: 0,
                    timeLimitSeconds: 3_600, state: "COMPLETED")
                return ImportedRun(facts: facts, userName: "ada", accountLineage: ["astro"])
            })
    }

    @Test func `an entry of many runs is packed, and one of few can be read as it stands`()
        async throws
    {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(.small(), backdate: true))
        _ = try await books.perform(.importRuns(try imported(2)))
        _ = try await books.perform(.importRuns(try imported(100)))
        let stored = try books.store.pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT version, payload FROM entries WHERE kind = 'imported'")
        }
        #expect(stored.map { $0["version"] as Int64 } == [1, 2])
        let payloads = try stored.map { try Payload.decode($0["payload"], version: $0["version"]) }
        #expect(payloads.map(\.rows.count) == [2, 98])
        #expect(payloads.map(\.postings.count) == [2, 98])
        let plain: Data = stored[0]["payload"]
        let packed: Data = stored[1]["payload"]
        #expect(plain.starts(with: Data(#"{"rows":[{"table":"runs""#.utf8)))
        #expect(packed.count * 4 < plain.count * 49)
        #expect(try books.store.verify().finding == nil)
    }

    @Test func `what is undone while its payload is made leaves nothing`() async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(.small(), backdate: true))
        let before = books.store.tip
        var dry = Order(caller: "tests", command: .importRuns(try imported(100)))
        dry.isDryRun = true
        _ = try await books.bank.perform(dry)
        #expect(books.store.tip.seq == before.seq && books.store.tip.hash == before.hash)
        _ = try await books.perform(.importRuns(try imported(100)))
        #expect(books.store.tip.seq == before.seq + 1)
        #expect(try books.store.verify().finding == nil)
    }
}
