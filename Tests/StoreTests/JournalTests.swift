import Bank
import Books
import Foundation
import GRDB
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// Changes the file behind the daemon's back, as an intruder or a failing disk does.
private func tamper(_ books: TestBank, _ sql: String) throws {
    let db = try DatabaseQueue(path: books.store.path)
    try db.write { try $0.execute(sql: "PRAGMA ignore_check_constraints = ON; " + sql) }
}

@Suite struct JournalTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
        let t0 = books.clock.now
        let job = JobObservation.small(job: 7, token: "A", at: t0)
            .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10)
        _ = try await books.perform(.observe(job))
    }

    @Test func `a second daemon takes the journal over and the first can write no more`()
        async throws
    {
        let second = try TestBank(folder: books.folder, clock: books.clock)
        #expect(second.store.epoch == books.store.epoch + 1)
        let late = GrantRequest(allocation: "astro-2026", amount: ServiceUnits(microSU: 1))
        await #expect(throws: BankError.self) { try await books.perform(.grant(late)) }
        _ = try await second.perform(.grant(late))
        #expect(try second.figures().granted.microSU == 100_000_001)
        books.bank.stop()
        second.stopAndRemove()
    }

    @Test func `what was gathered is whole in its file alone`() async throws {
        let path = books.store.path
        let wal = { try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int }
        #expect(try wal() ?? 0 > 0)
        books.bank.stop()
        #expect(books.store.gather())
        #expect(try wal() == 0)
        try books.store.close()
        let copy = path + ".copy"
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let restored = try JournalStore(path: copy)
        #expect(restored.tip.hash == books.store.tip.hash)
        #expect(try restored.verify().finding == nil)
        try restored.close()
        books.stopAndRemove()
    }

    struct Damage: CustomTestStringConvertible {
        let sql: String
        let finding: String
        var testDescription: String { sql }
    }

    @Test(arguments: [
        Damage(
            sql:
                "UPDATE entries SET payload = CAST(replace(payload, '10', '11') AS BLOB) WHERE seq = 9",
            finding: "entry 9 (admitted) does not fit its hash"),
        Damage(
            sql: "UPDATE entries SET effective_at = effective_at + 1 WHERE seq = 2",
            finding: "entry 2 (registered) does not fit its hash"),
        Damage(
            sql: "PRAGMA foreign_keys = OFF; DELETE FROM entries WHERE seq = 3",
            finding: "entry 3 is missing"),
        Damage(
            sql: "UPDATE lots SET available = available + 5, issued = issued + 5 WHERE id = 2",
            finding: "lots id 2, last changed by entry"),
        Damage(
            sql: "UPDATE claims SET pins = '2=1', held = 1 WHERE id = 1",
            finding: "claims id 1, last changed by entry"),
        Damage(
            sql: "UPDATE postings SET amount = amount + 1 WHERE entry = 9",
            finding: "postings entry 9, n 0, last changed by entry 9: amount is"),
        Damage(
            sql: "UPDATE member_use SET charged = charged + 1",
            finding: "member_use allocation 1, user"),
        Damage(sql: "DELETE FROM runs", finding: "runs id 1, last changed by entry"),
    ])
    func `verify names the first thing that does not fit`(damage: Damage) throws {
        #expect(try books.store.verify().finding == nil)
        try tamper(books, damage.sql)
        let finding = try books.store.verify().finding ?? "none"
        #expect(finding.hasPrefix(damage.finding), "\(finding)")
        books.stopAndRemove()
    }

    @Test func `an older copy of the journal lacks the expected head`() throws {
        let tip = books.store.tip
        let sound = try books.store.verify(expected: (tip.seq, tip.hash))
        #expect(sound.finding == nil && sound.metExpected)
        let older = try books.store.verify(expected: (tip.seq + 1, tip.hash))
        #expect(older.finding?.contains("older or another journal") == true)
        books.stopAndRemove()
    }

    @Test func `a command that breaks a check is set aside and the others go on`() async throws {
        // The lot's accounts no longer add up: any posting in it breaks the table's check.
        try tamper(books, "UPDATE lots SET held = held + 1 WHERE id = 2")
        await #expect(throws: BankError.self) {
            try await books.perform(.admit(.small(token: "B")), id: "B")
        }
        #expect(books.bank.quarantined.count == 1)
        var site = Site()
        site.clusters = [SiteCluster(name: "lagoon")]
        _ = try await books.perform(.apply(site, backdate: false), id: "lagoon")
        #expect(books.bank.picture.tip.registry.clusters["lagoon"] != nil)
        books.stopAndRemove()
    }

    @Test func `a new row that breaks a check of its table is set aside, not passed over`()
        async throws
    {
        try tamper(books, "INSERT INTO organisations VALUES (99, 'uni', NULL, 1)")
        func add(_ name: String) async throws {
            let edit = Edit(.add, .organisation(.init(name: name)))
            let root = Asker(userName: "root", isOperator: true)
            _ = try await books.perform(.edit(edit, by: root), id: name)
        }
        let before = books.store.tip.seq
        await #expect(throws: BankError.self) { try await add("uni") }
        #expect(books.bank.quarantined.map(\.problem).first?.contains("UNIQUE") == true)
        #expect(books.store.tip.seq == before)
        try await add("lab")
        #expect(books.store.tip.seq > before)
        books.stopAndRemove()
    }

    @Test func `a lot that can't be read when its time comes stops no others`() async throws {
        try tamper(books, "UPDATE lots SET start = 7, end = 5 WHERE id = 2")
        var site = Site()
        site.clusters = [SiteCluster(name: "lagoon")]
        _ = try await books.perform(.apply(site, backdate: false), id: "lagoon")
        #expect(books.bank.quarantined.count == 1)
        let error = await #expect(throws: BankError.self) {
            try await books.perform(.admit(.small(token: "B")), id: "B")
        }
        #expect(error?.mayPass == false)
        books.stopAndRemove()
    }

    @Test func `what slurmdbd is to be asked about outlasts a restart, a cluster each`() throws {
        let since = books.clock.now
        try books.store.noteHistoryOwed(since: since, on: "reef")
        let again = try books.reopened()
        #expect(try again.store.historyOwed(on: "reef") == since)
        #expect(try again.store.historyOwed(on: "lagoon") == nil)
        #expect(throws: StoreError.self) {
            try books.store.noteHistoryOwed(since: nil, on: "reef")
        }
        try again.store.noteHistoryOwed(since: nil, on: "reef")
        #expect(try again.store.historyOwed(on: "reef") == nil)
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test func `a refusal in a batch undoes itself alone`() async throws {
        let before = try books.figures()
        async let first = books.perform(.admit(.small(token: "B")), id: "B")
        async let refused = books.refusal(of: .admit(.small(token: "C", cpus: 9_999)))
        async let last = books.perform(.admit(.small(token: "D")), id: "D")
        _ = try await (first, last)
        #expect(try await refused != nil)
        let held = try books.figures().held - before.held
        #expect(held.description == "1.20")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `an id that comes again with another request is refused`() async throws {
        let order = Order(
            caller: "test", id: "A", digest: Array(repeating: 1, count: 32),
            command: .admit(.small(token: "A", cpus: 3)))
        await #expect(throws: BankError.self) { try await books.bank.perform(order) }
        books.stopAndRemove()
    }

    @Test func `a dry run decides and records nothing`() async throws {
        let before = books.store.tip.seq
        let grant = GrantRequest(allocation: "astro-2026", amount: ServiceUnits(microSU: 5))
        let order = Order(caller: "test", id: "dry", isDryRun: true, command: .grant(grant))
        guard case .granted(_, let available) = try await books.bank.perform(order) else {
            return #expect(Bool(false))
        }
        #expect(available.microSU == 99_000_005)
        #expect(books.store.tip.seq == before)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a dry run that changes nothing leaves no user behind`() async throws {
        let order = Order(
            caller: "test", isDryRun: true,
            command: .observe(.small(job: 99, token: nil, user: "zoe", at: books.clock.now)))
        _ = try await books.bank.perform(order)
        #expect(try !books.store.userNames().values.contains("zoe"))
        books.stopAndRemove()
    }

    @Test func `an id whose command changed nothing is answered the same for good`() async throws {
        #expect(
            try await books.perform(.apply(.small(), backdate: false), id: "same") == .applied([]))
        var site = try Site.small()
        site.clusters[0].title = "Reef"
        _ = try await books.perform(.apply(site, backdate: false), id: "titled")
        // Asked again, as after a lost answer: the first site must not undo the second.
        #expect(
            try await books.perform(.apply(.small(), backdate: false), id: "same") == .applied([]))
        #expect(books.bank.picture.tip.registry.clusters["reef"]?.title == "Reef")
        books.stopAndRemove()
    }

    @Test(arguments: [
        "UPDATE claims SET pins = '2=x' WHERE token = 'B'",
        "UPDATE claims SET footprint = 'cpu' WHERE token = 'B'",
        "UPDATE commands SET answer = x'00' WHERE id = 'B'",
    ])
    func `a row that can't be read sets its own command aside and no other`(sql: String)
        async throws
    {
        _ = try await books.perform(.admit(.small(token: "B")), id: "B")
        try tamper(books, sql)
        await #expect(throws: BankError.self) {
            if sql.contains("commands") {
                _ = try await books.perform(.admit(.small(token: "B")), id: "B")
            } else {
                _ = try await books.perform(.void(cluster: "reef", token: "B"))
            }
        }
        #expect(books.bank.quarantined.count == 1)
        books.stopAndRemove()
    }

    @Test func `a lot that can't expire keeps nobody else from the books`() async throws {
        try tamper(books, "UPDATE lots SET held = held + 1 WHERE id = 2")
        books.clock.advance(bySeconds: 366 * 86_400)
        var site = Site()
        site.clusters = [SiteCluster(name: "lagoon")]
        _ = try await books.perform(.apply(site, backdate: false), id: "lagoon")
        #expect(books.bank.quarantined.count == 1)
        books.stopAndRemove()
    }
}
