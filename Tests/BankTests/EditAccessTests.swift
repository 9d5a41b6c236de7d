import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// Who may edit what; ada leads astro, ben is a member, cleo is neither.
@Suite struct EditAccessTests {
    enum Answer: String { case done, forbidden, notFound }

    struct Row {
        let name: String
        let edit: Edit
        /// In turn: an operator, the PI, a member, one by association only, a stranger.
        let answers: [Answer]
    }

    static let rows: [Row] = {
        let ofProject: [Answer] = [.done, .forbidden, .forbidden, .forbidden, .notFound]
        let ofMembers: [Answer] = [.done, .done, .forbidden, .forbidden, .notFound]
        let ofSite: [Answer] = [.done, .forbidden, .forbidden, .forbidden, .forbidden]
        let ben = MemberFields(allocation: "astro-2026", user: "ben")
        var capped = ben
        capped.cap = .set(ServiceUnits(microSU: 1))
        var titled = ProjectFields(name: "astro")
        titled.title = .set("Stars")
        var limited = AllocationFields(name: "astro-2026")
        limited.overdraftLimit = ServiceUnits(microSU: 1)
        var second = AllocationFields(name: "astro-2027")
        (second.project, second.initial, second.clusters) = ("astro", .zero, ["reef"])
        second.start = Instant(epochSeconds: 1_830_000_000)
        second.end = .clear
        var resource = ResourceFields(name: "GPU")
        (resource.tres, resource.rate) = (TRESName("gres/gpu"), RateSpan(suPerHour: .one))
        return [
            Row(
                name: "member add",
                edit: Edit(.add, .member(.init(allocation: "astro-2026", user: "dora"))),
                answers: ofMembers),
            Row(name: "member modify", edit: Edit(.modify, .member(capped)), answers: ofMembers),
            Row(name: "member disable", edit: Edit(.disable, .member(ben)), answers: ofMembers),
            Row(name: "member enable", edit: Edit(.enable, .member(ben)), answers: ofMembers),
            Row(name: "member delete", edit: Edit(.delete, .member(ben)), answers: ofProject),
            Row(
                name: "member of nothing",
                edit: Edit(.add, .member(.init(allocation: "none", user: "ben"))),
                answers: [.notFound, .notFound, .notFound, .notFound, .notFound]),
            Row(name: "project modify", edit: Edit(.modify, .project(titled)), answers: ofProject),
            Row(
                name: "project disable",
                edit: Edit(.disable, .project(.init(name: "astro"))), answers: ofProject),
            Row(
                name: "project add of what is there",
                edit: Edit(.add, .project(.init(name: "bio"))), answers: ofSite),
            Row(name: "allocation add", edit: Edit(.add, .allocation(second)), answers: ofProject),
            Row(
                name: "allocation modify", edit: Edit(.modify, .allocation(limited)),
                answers: ofProject),
            Row(
                name: "allocation disable",
                edit: Edit(.disable, .allocation(.init(name: "astro-2026"))),
                answers: ofProject),
            Row(
                name: "org add", edit: Edit(.add, .organisation(.init(name: "uni"))),
                answers: ofSite),
            Row(name: "user add", edit: Edit(.add, .user(.init(name: "zoe"))), answers: ofSite),
            Row(
                name: "cluster add", edit: Edit(.add, .cluster(.init(name: "lagoon"))),
                answers: ofSite),
            Row(name: "resource add", edit: Edit(.add, .resource(resource)), answers: ofSite),
            Row(
                name: "rate add",
                edit: Edit(.add, .rate(.init(resource: "CPU", span: .init(suPerHour: .one)))),
                answers: ofSite),
        ]
    }()

    static let askers = [
        Asker(userName: "root", isOperator: true),
        Asker(userName: "ada", isOperator: false),
        Asker(userName: "ben", isOperator: false),
        Asker(userName: "dora", isOperator: false, accountLineages: [["sub", "astro", "root"]]),
        Asker(userName: "cleo", isOperator: false, accountLineages: [["bio", "root"]]),
    ]

    @Test func `each may what is theirs`() async throws {
        let books = try TestBank()
        var site = try Site.small()
        site.projects[0].pi = "ada"
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        for row in Self.rows {
            for (asker, expected) in zip(Self.askers, row.answers) {
                let refusal = try await refusal(of: row.edit, by: asker, books)
                let answer: Answer? =
                    switch refusal {
                    case nil: .done
                    case .forbidden: .forbidden
                    case .notFound: .notFound
                    default: nil
                    }
                #expect(
                    answer == expected,
                    "\(row.name) by \(asker.userName): \(refusal?.text ?? "done")")
            }
        }
        // Who only asks gets no number, and so leaves no trace.
        #expect(try books.store.userNames().values.sorted() == ["ada", "ben"])
        books.stopAndRemove()
    }

    /// Of a dry run, so that each finds the same books.
    private func refusal(
        of edit: Edit, by asker: Asker, _ books: TestBank
    ) async throws -> Refusal? {
        do {
            _ = try await books.bank.perform(
                Order(caller: "test", isDryRun: true, command: .edit(edit, by: asker)))
            return nil
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            return refusal
        }
    }

    @Test func `a member is told who may change caps, and how to ask`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        let ben = Asker(userName: "ben", isOperator: false)
        var own = MemberFields(allocation: "astro-2026", user: "ben")
        own.cap = .set(try ServiceUnits(parsing: "50"))
        #expect(
            try await refusal(of: Edit(.modify, .member(own)), by: ben, books)?.text
                == "only the project's PI and operators may do this; ben is neither. What may be "
                + "asked for: atoll request new --help")
        books.stopAndRemove()
    }

    @Test func `a stranger is told the same of what is there and of what is not`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        let cleo = try #require(Self.askers.last)
        for (name, edit) in [
            ("astro-2026", Edit(.disable, .allocation(.init(name: "astro-2026")))),
            ("none", Edit(.disable, .allocation(.init(name: "none")))),
        ] {
            #expect(
                try await books.refusal(of: .edit(edit, by: cleo))?.text
                    == "there is no allocation \(name), or it is not yours to see.")
        }
        books.stopAndRemove()
    }
}
