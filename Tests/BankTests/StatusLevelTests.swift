import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// Project, allocation, membership: each is switched on its own, what counts is their AND.
@Suite struct StatusLevelTests {
    static let root = Asker(userName: "root", isOperator: true)
    static let member = Edit.Thing.member(.init(allocation: "astro-2026", user: "ben"))
    static let allocation = Edit.Thing.allocation(.init(name: "astro-2026"))
    static let project = Edit.Thing.project(.init(name: "astro"))

    struct Row: CustomTestStringConvertible {
        let off: [Edit.Thing]
        /// What ben and ada are told; "" where they are admitted.
        let ben: String
        let ada: String
        var testDescription: String { off.map(\.name).joined(separator: " and ") }
    }

    static let rows = [
        Row(off: [member], ben: "your membership in astro-2026 is INACTIVE.", ada: ""),
        Row(
            off: [allocation], ben: "allocation astro-2026 is INACTIVE.",
            ada: "allocation astro-2026 is INACTIVE."),
        Row(
            off: [project], ben: "project astro is INACTIVE.", ada: "project astro is INACTIVE."),
        Row(
            off: [member, allocation, project], ben: "project astro is INACTIVE.",
            ada: "project astro is INACTIVE."),
    ]

    @Test(arguments: rows)
    func `new submissions are refused with the level named, and nobody else is`(
        row: Row
    ) async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        for thing in row.off {
            _ = try await books.perform(.edit(Edit(.disable, thing), by: Self.root))
        }
        let allocation = try books.allocation()
        let registry = books.store.tip.registry
        let ben = registry.memberships.values.first { $0.key.allocation == allocation.id }
        #expect(registry.effectiveStatus(of: ben, in: allocation) == .inactive)
        #expect(
            registry.effectiveStatus(of: allocation) == (row.ada.isEmpty ? .active : .inactive))
        let told = { (user: String) async throws -> String in
            try await books.refusal(of: .admit(.small(token: user, user: user)))?.text ?? ""
        }
        #expect(try await told("ben") == row.ben)
        #expect(try await told("ada") == row.ada)
        // One level after the other comes back; only the last one lets ben in.
        for (index, thing) in row.off.enumerated() {
            let before = try await told("ben")
            #expect(!before.isEmpty, "\(index)")
            _ = try await books.perform(.edit(Edit(.enable, thing), by: Self.root))
        }
        #expect(try await told("ben") == "")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test(arguments: [member, allocation, project])
    func `what runs goes on and is charged`(thing: Edit.Thing) async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", user: "ben")), id: "A")
        let t0 = books.clock.now
        let job = JobObservation.small(job: 7, token: "A", user: "ben", at: t0)
        _ = try await books.perform(.observe(job.run(submit: t0, start: t0)))
        _ = try await books.perform(.edit(Edit(.disable, thing), by: Self.root))
        #expect(try books.figures().held.description == "0.60")
        let end = t0.advanced(bySeconds: 10)
        _ = try await books.perform(.observe(job.run(submit: t0, start: t0, end: end)))
        #expect(try books.figures().held == .zero)
        #expect(try books.figures().charged.description == "0.10")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a member who holds credit is not deleted, and deleted is for good`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        _ = try await books.perform(.admit(.small(token: "A", user: "ben")), id: "A")
        let delete = Command.edit(Edit(.delete, Self.member), by: Self.root)
        #expect(
            try await books.refusal(of: delete)?.text
                == "member ben of astro-2026 still holds 0.60 SU for jobs that wait or run. "
                + "Disable the member now, and delete when they have ended; `atoll holds` shows "
                + "them.")
        _ = try await books.perform(.void(cluster: "reef", token: "A"))
        #expect(try await books.refusal(of: delete) == nil)
        let final = "member ben of astro-2026 is DELETED; that is final."
        #expect(
            try await books.refusal(of: .edit(Edit(.enable, Self.member), by: Self.root))?.text
                == final)
        #expect(
            try await books.refusal(of: .edit(Edit(.modify, Self.member), by: Self.root))?.text
                == final)
        // The site file still says ACTIVE: the same rule.
        #expect(
            try await books.refusal(of: .apply(.small(), backdate: false))?.text == final)
        #expect(
            try await books.refusal(of: .admit(.small(token: "B", user: "ben")))?.text
                == "your membership in astro-2026 is DELETED.")
        books.stopAndRemove()
    }

    @Test func `a project is deleted after its allocations, for good`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        let delete = Command.edit(Edit(.delete, Self.project), by: Self.root)
        let refused = try await books.refusal(of: delete)?.text
        #expect(
            refused == "project astro has allocations that are not DELETED: astro-2026. Delete "
                + "them first; a project that is disabled stops them meanwhile.")
        _ = try await books.perform(.edit(Edit(.delete, Self.allocation), by: Self.root))
        #expect(try await books.refusal(of: delete) == nil)
        let final = try await books.refusal(of: .edit(Edit(.enable, Self.project), by: Self.root))
        #expect(final?.text == "project astro is DELETED; that is final.")
        let modify = try await books.refusal(of: .edit(Edit(.modify, Self.project), by: Self.root))
        #expect(modify?.text == "project astro is DELETED; that is final.")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `an edit is done once by its id, and a dry run not at all`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        var order = Order(
            caller: "uid:0", id: "e-1", digest: Array(repeating: 1, count: 32),
            reason: "report is missing", isDryRun: true,
            command: .edit(Edit(.disable, Self.project), by: Self.root))
        let would = try await books.bank.perform(order)
        let before = books.store.tip.seq
        order.isDryRun = false
        let did = try await books.bank.perform(order)
        #expect(would == did)
        #expect(books.store.tip.seq == before + 1)
        #expect(try await books.bank.perform(order) == did)
        #expect(books.store.tip.seq == before + 1)
        order.digest = Array(repeating: 2, count: 32)
        await #expect(throws: BankError.self) { try await books.bank.perform(order) }
        books.stopAndRemove()
    }
}
