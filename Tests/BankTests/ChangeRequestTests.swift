/// Change requests through the whole Bank: who may, what an approval brings about, and that once.

import Bank
import Books
import Ledger
import Registry
import Requests
import Store
import TestKit
import Testing
import Units

@Suite struct ChangeRequestTests {
    let books: TestBank
    init() async throws {
        books = try TestBank()
        var site = try Site.small()
        site.projects[0].pi = "ada"
        _ = try await books.perform(.apply(site, backdate: false), id: "apply")
    }

    private static let root = Asker(userName: "root", isOperator: true)
    private static let pi = Asker(userName: "ada", isOperator: false)
    private static let member = Asker(
        userName: "dora", isOperator: false, accountLineages: [["astro", "root"]])
    private static let stranger = Asker(
        userName: "cleo", isOperator: false, accountLineages: [["bio", "root"]])

    private func open(
        _ wish: NamedWish, as asker: Asker = pi, allocation: String = "astro-2026"
    ) async throws -> ChangeRequestID {
        let outcome = try await books.perform(
            .request(RequestOrder(.open(allocation: allocation, wish), by: asker)))
        guard case .requested(let it) = outcome else { throw NotARequest() }
        #expect(it.state == .pending && it.effect == nil)
        return it.id
    }

    private func step(
        _ step: RequestStep, _ id: ChangeRequestID, as asker: Asker = root, own: Bool = false
    ) -> Command {
        .request(RequestOrder(.step(id, step), by: asker, approvesOwn: own))
    }

    private func su(_ text: String) throws -> ServiceUnits { try ServiceUnits(parsing: text) }

    private func sound(_ comment: Comment? = nil) throws {
        #expect(try books.store.verify().finding == nil, comment)
        #expect(books.bank.quarantined.isEmpty)
    }

    struct NotARequest: Error {}

    @Test func `an approval grants what was approved, once, and both steps stand in the journal`()
        async throws
    {
        let id = try await open(.more(try su("500")))
        #expect(try books.figures().granted == su("100"))
        let approval = step(.approve(amount: try su("300")), id)
        for _ in 1...2 {
            let outcome = try await books.perform(approval, id: "approve")
            #expect(
                outcome
                    == .requested(
                        .init(
                            id: id, allocation: "astro-2026", state: .approved,
                            effect: "300.00 SU granted")))
        }
        #expect(try books.figures().granted == su("400"))
        // Under another command id it is over.
        #expect(try await books.refusal(of: approval) != nil)
        #expect(try books.figures().granted == su("400"))
        let events = try books.store.events(of: id)
        #expect(events.map(\.event.state) == [.pending, .approved])
        #expect(events.map(\.event.amount) == [nil, try su("300")])
        let users = try books.store.userNames()
        #expect(events.map { users[$0.event.user] } == ["ada", "root"])
        try sound()
        books.stopAndRemove()
    }

    @Test func `each wish comes to what an operator would have done`() async throws {
        let end = books.clock.now.advanced(bySeconds: 86_400)
        _ = try await books.perform(step(.approve(amount: nil), open(.less(su("40")))))
        #expect(try books.figures().available == su("60"))
        _ = try await books.perform(step(.approve(amount: nil), open(.end(end))))
        #expect(try books.allocation().window.end == end)
        _ = try await books.perform(step(.approve(amount: nil), open(.status(.inactive))))
        #expect(try books.allocation().status == .inactive)
        _ = try await books.perform(step(.approve(amount: nil), open(.status(.active))))
        #expect(try books.allocation().status == .active)
        let cap = try await open(.cap(user: "dora", su("25")), as: Self.member)
        _ = try await books.perform(step(.approve(amount: su("20")), cap))
        func membership() throws -> Membership? {
            let registry = books.bank.picture.tip.registry
            let user = try #require(books.bank.picture.user(named: "dora"))
            return registry.memberships[.init(try books.allocation().id, user)]
        }
        #expect(try membership()?.cap == su("20"))
        let none = try await open(.cap(user: "dora", nil))
        _ = try await books.perform(step(.approve(amount: nil), none))
        #expect(try membership() != nil && membership()?.cap == nil)
        try sound()
        books.stopAndRemove()
    }

    @Test func `what can't be done is not approved, and waits on`() async throws {
        let id = try await open(.less(try su("500")))
        #expect(try await books.refusal(of: step(.approve(amount: nil), id)) != nil)
        let waiting = try books.store.changeRequests(
            of: [books.allocation().id], id: id, state: .pending)
        #expect(waiting.count == 1)
        #expect(try books.store.events(of: id).count == 1)
        #expect(try books.figures().granted == su("100"))
        _ = try await books.perform(step(.approve(amount: try su("30")), id))
        #expect(try books.figures().available == su("70"))
        try sound()
        books.stopAndRemove()
    }

    @Test func `a rejected or withdrawn request changes nothing`() async throws {
        for (end, asker) in [(RequestStep.reject, Self.root), (.withdraw, Self.pi)] {
            let id = try await open(.more(try su("500")))
            _ = try await books.perform(step(end, id, as: asker))
            #expect(try await books.refusal(of: step(.approve(amount: nil), id)) != nil)
        }
        #expect(try books.figures().granted == su("100"))
        try sound()
        books.stopAndRemove()
    }

    @Test func `each of the four is told what is theirs`() async throws {
        enum Answer: Equatable { case done, forbidden, notFound, other }
        func answer(_ command: Command) async throws -> Answer {
            switch try await books.refusal(of: command) {
            case nil: .done
            case .forbidden: .forbidden
            case .notFound: .notFound
            default: .other
            }
        }
        func opening(_ wish: NamedWish, _ asker: Asker) -> Command {
            .request(RequestOrder(.open(allocation: "astro-2026", wish), by: asker))
        }
        let askers = [Self.root, Self.pi, Self.member, Self.stranger]
        var answers: [Answer] = []
        for asker in askers { answers.append(try await answer(opening(.more(su("1")), asker))) }
        #expect(answers == [.done, .done, .done, .notFound])
        answers = []
        for asker in askers {
            answers.append(try await answer(opening(.cap(user: "ben", su("1")), asker)))
        }
        #expect(answers == [.done, .done, .forbidden, .notFound])
        // dora's own request, seen by each.
        for (asker, expected) in zip(askers, [Answer.done, .forbidden, .forbidden, .notFound]) {
            let id = try await open(.more(su("1")), as: Self.member)
            #expect(
                try await answer(step(.approve(amount: nil), id, as: asker)) == expected,
                "\(asker.userName) approves")
        }
        for (asker, expected) in zip(askers, [Answer.forbidden, .forbidden, .done, .notFound]) {
            let id = try await open(.more(su("1")), as: Self.member)
            #expect(
                try await answer(step(.withdraw, id, as: asker)) == expected,
                "\(asker.userName) withdraws")
        }
        // Another member's is not there for a member.
        let others = try await open(.more(su("1")))
        #expect(try await answer(step(.withdraw, others, as: Self.member)) == .notFound)
        // Nobody approves the own request, unless the settings say so.
        let own = try await open(.more(su("1")), as: Self.root)
        #expect(try await answer(step(.approve(amount: nil), own)) == .forbidden)
        #expect(try await answer(step(.approve(amount: nil), own, own: true)) == .done)
        try sound()
        books.stopAndRemove()
    }

    @Test func `what makes no sense is refused when it is asked for`() async throws {
        let now = books.clock.now
        let wishes: [NamedWish] = [
            .more(.zero), .more(ServiceUnits(microSU: ServiceUnits.lineLimit)),
            .less(try su("-1")), .status(.active), .status(.deleted),
            .end(now), .end(try books.allocation().window.end),
            .cap(user: "dora", try su("-1")),
        ]
        for wish in wishes {
            let command = Command.request(
                RequestOrder(.open(allocation: "astro-2026", wish), by: Self.pi))
            #expect(try await books.refusal(of: command) != nil, "\(wish)")
        }
        #expect(
            try books.store.changeRequests(of: [books.allocation().id]).isEmpty)
        try sound()
        books.stopAndRemove()
    }

    @Test func `requests outlast a restart`() async throws {
        let id = try await open(.end(books.clock.now.advanced(bySeconds: 86_400)))
        let again = try books.reopened()
        let next = try await again.perform(
            .request(RequestOrder(.open(allocation: "astro-2026", .more(su("1"))), by: Self.pi)))
        guard case .requested(let it) = next else { throw NotARequest() }
        #expect(it.id.number == id.number + 1)
        #expect(try again.store.changeRequests(of: [again.allocation().id]).count == 2)
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }
}
