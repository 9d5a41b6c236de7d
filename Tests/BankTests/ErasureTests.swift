/// Users who are erased: what goes, what stays, and that the books are right all the same.

import Bank
import Books
import Foundation
import Ledger
import Registry
import Requests
import Store
import TestKit
import Testing
import Units

@Suite struct ErasureTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        var site = try Site.small()
        site.projects[0].pi = "ada"
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
    }

    private static let root = Asker(userName: "root", isOperator: true)

    private func erase(_ name: String = "ben", by asker: Asker = root) -> Command {
        .erase(ErasureRequest(userName: name, by: asker))
    }

    @Test(arguments: ["root", "(reservation)"])
    func `who is no person is not forgotten`(name: String) async throws {
        _ = try await books.perform(.admit(.small(token: "A", user: name)), id: "A")
        let refusal = try await books.refusal(of: erase(name))
        #expect(refusal?.text == "\(name) is no person: there is nothing to forget.")
        books.stopAndRemove()
    }

    private func perform(
        _ command: Command, id: String, reason: String? = nil, isDryRun: Bool = false,
        caller: String = "uid:0"
    ) async throws -> Outcome {
        try await books.bank.perform(
            Order(
                caller: caller, id: id, digest: Array(repeating: 0, count: 32), reason: reason,
                isDryRun: isDryRun, command: command))
    }

    /// ben has a person's data, a charge of 3 SU, a request of his own, and is named in reasons.
    private func live() async throws {
        var fields = UserFields(name: "ben")
        (fields.fullName, fields.mail) = (.set("Benedikt Riff"), .set("ben@reef.org"))
        _ = try await perform(.edit(Edit(.modify, .user(fields)), by: Self.root), id: "u")
        var member = MemberFields(allocation: "astro-2026", user: "ben")
        member.cap = .set(try books.su("20"))
        _ = try await perform(
            .edit(Edit(.modify, .member(member)), by: Self.root), id: "m",
            reason: "Ben asked for it")
        try await books.charge(job: 7, cpus: 5, user: "ben")
        let ben = Asker(userName: "ben", isOperator: false, accountLineages: [["astro"]])
        _ = try await perform(
            .request(
                RequestOrder(.open(allocation: "astro-2026", .more(try books.su("1"))), by: ben)),
            id: "r", reason: "my thesis", caller: "uid:1002")
        _ = try await perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: try books.su("1"))), id: "g",
            reason: "benign top-up")
    }

    /// Whether a word stands anywhere in the journal's file.
    private func isInFile(_ word: String) throws -> Bool {
        let path = books.folder.appendingPathComponent("journal.db").path
        return try [path, path + "-wal"].contains { path in
            guard FileManager.default.fileExists(atPath: path) else { return false }
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            return bytes.range(of: Data(word.utf8)) != nil
        }
    }

    @Test func `who is erased is a number in every report, and the journal stays right`()
        async throws
    {
        try await live()
        let head = books.store.tip
        let user = try #require(books.bank.picture.user(named: "ben"))
        let outcome = try await perform(erase(), id: "e", reason: "request 17")
        #expect(outcome == .erased(Erased(user: user, memberships: 1)))
        #expect(try await perform(erase(), id: "e", reason: "request 17") == outcome)
        #expect(books.bank.picture.user(named: "ben") == nil)
        #expect(try books.store.userNames()[user] == nil)
        #expect(try books.store.people()[user] == nil)
        let stand = "user \(user)"
        let allocation = try books.allocation().id
        #expect(try books.store.uses(of: allocation)[stand]?.charged == books.su("3"))
        var users: [String] = []
        let always = Interval(start: Instant(epochSeconds: 0), end: nil)!
        _ = try books.store.statement(of: allocation, over: always) { row in
            users += [row.user].compactMap(\.self)
        }
        #expect(users == [stand])
        var exported: [String] = []
        _ = try books.store.export(of: nil) { entry in
            exported += entry.postings.compactMap(\.user)
        }
        #expect(Set(exported) == [stand])
        #expect(
            try books.store.accounts(ofJob: 7, cluster: "reef").allSatisfy { $0.user == stand })
        // The entries before it are the same to the byte.
        let found = try books.store.verify(expected: (head.seq, head.hash))
        #expect(found.finding == nil && found.metExpected)
        #expect(books.bank.quarantined.isEmpty)
        books.stopAndRemove()
    }

    @Test func `neither the name nor what was known of the person is left in the file`()
        async throws
    {
        try await live()
        for word in ["Benedikt Riff", "ben@reef.org", "my thesis", "Ben asked for it"] {
            #expect(try isInFile(word), "\(word) before")
        }
        _ = try await perform(erase(), id: "e", reason: "ben wants it")
        books.bank.stop()
        try books.store.close()
        for word in ["Benedikt Riff", "ben@reef.org", "my thesis", "Ben asked for it", "ben wants"]
        {
            #expect(try !isInFile(word), "\(word)")
        }
        // Whole words alone: what others said stands.
        #expect(try isInFile("benign top-up"))
        let again = try TestBank(folder: books.folder, clock: books.clock)
        #expect(try again.store.verify().finding == nil)
        // An answer that is kept names him no more.
        let repeated = try await again.bank.perform(
            Order(
                caller: "uid:0", id: "m", digest: Array(repeating: 0, count: 32),
                command: .tick))
        #expect("\(repeated)".contains("user ") && !"\(repeated)".contains("ben"))
        again.stopAndRemove()
    }

    @Test func `the same login is somebody new afterwards`() async throws {
        try await live()
        let before = try #require(books.bank.picture.user(named: "ben"))
        _ = try await perform(erase(), id: "e", reason: "r")
        let again = try books.reopened()
        try await again.charge(job: 8, cpus: 5, user: "ben")
        let after = try #require(again.bank.picture.user(named: "ben"))
        #expect(after > before)
        #expect(try again.store.uses(of: again.allocation().id)["ben"]?.charged == again.su("3"))
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test func `who holds credit or leads a project is not erased`() async throws {
        _ = try await books.perform(.admit(.small(token: "t1", user: "ben")), id: "t1")
        #expect(
            try await books.answer(to: erase()).hasPrefix(
                "refused: ben has 1 open hold with 0.60 SU in all for jobs that wait or run"))
        #expect(
            try await books.answer(to: erase("ada"))
                == "refused: ada leads astro; name another PI first: atoll project modify astro "
                + "--pi …")
        #expect(
            try await books.answer(to: erase("nix")) == "refused: the books know no user nix.")
        _ = try await books.perform(.void(cluster: "reef", token: "t1"))
        _ = try await books.perform(erase())
        #expect(try books.store.openHolds().isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a dry run forgets nobody`() async throws {
        try await live()
        _ = try await perform(erase(), id: "e", reason: "r", isDryRun: true)
        #expect(books.bank.picture.user(named: "ben") != nil)
        #expect(try books.store.people().values.contains { $0.mail == "ben@reef.org" })
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test(arguments: ["ada", "ben", "cleo"])
    func `only operators erase`(user: String) async throws {
        let asker = Asker(userName: user, isOperator: false, accountLineages: [["astro"]])
        #expect(
            try await books.answer(to: erase(by: asker))
                == "refused: only operators may do this; \(user) is none.")
        books.stopAndRemove()
    }
}
