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

/// What a history tells: every change of standing things and of credit, and no charge.
@Suite struct HistoryTests {
    let books: TestBank
    private let root = Asker(userName: "root", isOperator: true)

    init() async throws {
        books = try TestBank()
        var site = try Site.small()
        var other = SiteProject(name: "bio", accounts: ["bio"], allocations: [])
        other.allocations = [
            SiteAllocation(
                name: "bio-2026", clusters: ["reef"], initial: .zero,
                window: site.projects[0].allocations[0].window,
                members: [SiteMember(user: "cleo")])
        ]
        site.projects.append(other)
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
    }

    private func edit(_ verb: Edit.Verb, _ thing: Edit.Thing, because: String?) async throws {
        _ = try await books.bank.perform(
            Order(
                caller: "uid:0", reason: because,
                command: .edit(Edit(verb, thing), by: root)))
    }

    /// `12 uid:0 registered member ben: cap 5.00 SU → none (trusted)`
    private func history(of name: String = "astro-2026") throws -> [String] {
        let allocation = try books.allocation(name)
        let naming = Naming(books.store.tip.registry, users: try books.store.userNames())
        var lines: [String] = []
        try books.store.history(of: allocation.id, project: allocation.project) { entry in
            for change in entry.changes {
                let (what, fields) =
                    switch change {
                    case .registry(let change, let before):
                        (title(change, naming), change.changes(from: before, naming))
                    case .lot(let lot, let fields): ("lot \(lot)", fields)
                    }
                let reason = entry.reason.map { " (\($0))" } ?? ""
                lines.append(
                    "\(entry.actor) \(entry.kind) \(what): "
                        + fields.map(\.description).joined(separator: ", ") + reason)
            }
        }
        return lines
    }

    private func title(_ change: RegistryChange, _ naming: Naming) -> String {
        switch change {
        case .project(let it): "project \(it.name)"
        case .account(let account, _): "account \(account)"
        case .allocation(let it): "allocation \(it.name)"
        case .membership(let it): "member \(naming.user(it.key.user))"
        default: "\(change)"
        }
    }

    private let beginning = [
        "test registered project astro: status none → ACTIVE",
        "test registered account astro: project none → astro",
        "test registered allocation astro-2026: clusters none → reef, resources none → all, "
            + "su none → 100.00 SU, start none → 2026-01-01T00:00:00Z, "
            + "end none → 2027-01-01T00:00:00Z, status none → ACTIVE, "
            + "overdraft_limit none → 0.00 SU, hold none → submit, window none → whole, "
            + "members_policy none → associations",
        "test granted lot 2: start none → 2026-01-01T00:00:00Z, "
            + "end none → 2027-01-01T00:00:00Z, state none → open, granted none → 100.00 SU",
        "test registered member ben: cap none → 5.00 SU, status none → ACTIVE",
    ]

    @Test func `who changed what and why, before and after, and no charge`() async throws {
        var member = MemberFields(allocation: "astro-2026", user: "ben")
        member.cap = .clear
        try await edit(.modify, .member(member), because: "trusted")
        try await edit(.disable, .project(.init(name: "astro")), because: "report is missing")
        try await edit(.enable, .project(.init(name: "astro")), because: nil)
        _ = try await books.perform(.admit(.small(token: "A")), id: "A")
        let t0 = books.clock.now
        _ = try await books.perform(
            .observe(
                .small(job: 7, token: "A", at: t0)
                    .run(submit: t0, start: t0, end: t0.advanced(bySeconds: 10))))
        // Another's changes are no part of it.
        try await edit(.disable, .allocation(.init(name: "bio-2026")), because: "x")
        let changes = try history().dropFirst(beginning.count)
        #expect(try history().prefix(beginning.count) == beginning[...])
        #expect(
            Array(changes) == [
                "uid:0 registered member ben: cap 5.00 SU → none (trusted)",
                "uid:0 registered project astro: status ACTIVE → INACTIVE (report is missing)",
                "uid:0 registered project astro: status INACTIVE → ACTIVE",
            ])
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `grants, a moved end and what expires`() async throws {
        let end = books.clock.now.advanced(bySeconds: 100)
        _ = try await books.perform(
            .grant(
                GrantRequest(
                    allocation: "astro-2026", amount: ServiceUnits(microSU: 7_000_000), end: end)),
            id: "grant")
        books.clock.advance(bySeconds: 200)
        _ = try await books.perform(.tick)
        var fields = AllocationFields(name: "astro-2026")
        fields.end = .set(try Instant(parsing: "2027-04-01"))
        try await edit(.modify, .allocation(fields), because: "extension")
        #expect(
            Array(try history().dropFirst(beginning.count)) == [
                "test granted lot 4: start none → 2026-06-01T00:00:00Z, "
                    + "end none → 2026-06-01T00:01:40Z, state none → open, "
                    + "granted none → 7.00 SU",
                "clock expired lot 4: state open → ended, expired none → 7.00 SU",
                "uid:0 registered allocation astro-2026: "
                    + "end 2027-01-01T00:00:00Z → 2027-04-01T00:00:00Z (extension)",
                "uid:0 registered lot 2: end 2027-01-01T00:00:00Z → 2027-04-01T00:00:00Z "
                    + "(extension)",
            ])
        books.stopAndRemove()
    }

    @Test func `an account that moves is told where it was and where it is`() async throws {
        var fields = ProjectFields(name: "bio")
        fields.accounts = ["astro"]
        try await edit(.modify, .project(fields), because: nil)
        let moved = "uid:0 registered account astro: project astro → bio"
        #expect(try history().last == moved)
        let took = "uid:0 registered account astro: project none → bio"
        #expect(try history(of: "bio-2026").last == took)
        books.stopAndRemove()
    }

    @Test func `a reason that was erased is told no more`() async throws {
        try await edit(.disable, .project(.init(name: "astro")), because: "ben is ill")
        try await DatabaseQueue(path: books.store.path).write { db in
            try db.execute(sql: "UPDATE texts SET salt = NULL, text = NULL")
        }
        #expect(
            try history().last == "uid:0 registered project astro: status ACTIVE → INACTIVE")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a journal from before there were diffs gets them when it is opened`() async throws {
        var fields = ProjectFields(name: "bio")
        fields.accounts = ["astro"]
        try await edit(.modify, .project(fields), because: nil)
        books.clock.advance(bySeconds: 40_000_000)
        _ = try await books.perform(.tick)
        let before = try history().count
        books.bank.stop()
        try books.store.close()
        try await DatabaseQueue(path: books.store.path).write { db in
            try db.execute(
                sql: """
                    DROP TABLE diffs;
                    CREATE TABLE before(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
                    INSERT INTO before SELECT id, name FROM users;
                    DROP TABLE users; ALTER TABLE before RENAME TO users;
                    ALTER TABLE resources DROP COLUMN units;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '2: people%'
                    """)
        }
        let again = try TestBank(folder: books.folder, clock: books.clock)
        #expect(try again.store.verify().finding == nil)
        let names = try again.store.userNames()
        #expect(names.values.sorted() == ["ben", "cleo"])
        let allocation = try again.allocation()
        var count = 0
        try again.store.history(of: allocation.id, project: allocation.project) { entry in
            count += entry.changes.count
        }
        #expect(count == before)
        again.stopAndRemove()
    }
}
