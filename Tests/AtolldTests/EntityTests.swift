import Bank
import Books
import Collector
import Foundation
import Logging
import Rates
import Registry
import Server
import SiteFiles
import Store
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// Edits, lists and histories as each of the four: root is an operator, uid:4001 the PI, uid:4002 a
/// member beside ben, uid:4003 a stranger. No such users exist, so their names are their numbers.
@Suite struct EntityTests {
    let test: TestBank
    let handler: Handler

    static let root: UInt32 = 0
    static let pi: UInt32 = 4_001
    static let member: UInt32 = 4_002
    static let stranger: UInt32 = 4_003

    init() async throws {
        test = try TestBank()
        var site = try Site.small()
        site.organisations = [SiteOrganisation(name: "uni"), SiteOrganisation(name: "other")]
        site.projects[0].pi = "uid:4001"
        site.projects[0].organisation = "uni"
        site.projects[0].allocations[0].members = [
            SiteMember(user: "uid:4002"), SiteMember(user: "ben"),
        ]
        site.projects.append(SiteProject(name: "bio", accounts: ["bio"], allocations: []))
        _ = try await test.perform(.apply(site, backdate: false), id: "site")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let now = test.clock
        let collector = Collector(
            [], bank: test.bank, books: test.store, logger: logger, clock: { now.now })
        handler = Handler(
            bank: test.bank, store: test.store, collector: collector,
            policy: LivePolicy(try Policy(Settings())), logger: logger)
    }

    /// All lines of the answer: rows and the end, or the error.
    private func ask(
        _ operation: Request.Operation, as uid: UInt32, id: String = "q"
    ) async throws -> [Answer.Outcome] {
        let request = Request(id: try #require(RequestID(id)), operation)
        let kept = Lines()
        return await withCheckedContinuation { go in
            let answer = AnswerSink(id: request.id) { line in
                kept.lines.withLock { $0.append(line.outcome) }
                if case .row = line.outcome { return }
                go.resume(returning: kept.lines.withLock { $0 })
            }
            handler.handle(request, from: Peer(pid: 1, uid: uid, gid: uid), answer: answer)
        }
    }

    private final class Lines: Sendable {
        let lines = Mutex<[Answer.Outcome]>([])
    }

    /// The rows' names, or the error's code.
    private func told(_ operation: Request.Operation, as uid: UInt32) async throws -> String {
        try await ask(operation, as: uid).compactMap { outcome -> String? in
            switch outcome {
            case .row(.entity(let entity)): Self.name(entity)
            case .row(.change(let change)): "\(change.name): \(change.detail)"
            case .row(.diff(let diff)): "\(diff.what) \(diff.name)"
            case .failed(let error): error.code.rawValue
            default: nil
            }
        }.joined(separator: " | ")
    }

    private static func name(_ entity: Row.Entity) -> String {
        switch entity {
        case .organisation(let it): it.name
        case .user(let it):
            ([it.known.name] + it.leads + it.uses.map(\.allocation)).joined(separator: "+")
        case .project(let it): it.name
        case .cluster(let it): it.name
        case .resource(let it): it.name
        case .rate(let it): it.resource + (it.changedBy.map { " by \($0)" } ?? "")
        case .allocation(let it): it.declared.name
        case .member(let it): it.user
        }
    }

    struct Listed {
        let request: Request.List
        /// In turn: operator, PI, member, stranger.
        let answers: [String]
    }

    static let lists = [
        Listed(
            request: .init(.project),
            answers: ["astro | bio", "astro", "astro", ""]),
        Listed(
            request: .init(.project, name: "astro"),
            answers: ["astro", "astro", "astro", "not_found"]),
        Listed(
            request: .init(.allocation), answers: ["astro-2026", "astro-2026", "astro-2026", ""]),
        Listed(
            request: .init(.allocation, project: "astro"),
            answers: ["astro-2026", "astro-2026", "astro-2026", "not_found"]),
        Listed(
            request: .init(.allocation, project: "bio"),
            answers: ["", "not_found", "not_found", "not_found"]),
        Listed(
            request: .init(.allocation, name: "astro-2026"),
            answers: ["astro-2026", "astro-2026", "astro-2026", "not_found"]),
        Listed(
            request: .init(.member, allocation: "astro-2026"),
            answers: ["ben | uid:4002", "ben | uid:4002", "uid:4002", "not_found"]),
        Listed(
            request: .init(.member, name: "ben", allocation: "astro-2026"),
            answers: ["ben", "ben", "not_found", "not_found"]),
        Listed(request: .init(.organisation), answers: ["other | uni", "uni", "uni", ""]),
        Listed(
            request: .init(.user),
            answers: [
                "ben+astro-2026 | uid:4001+astro | uid:4002+astro-2026",
                "ben+astro-2026 | uid:4001+astro | uid:4002+astro-2026", "uid:4002+astro-2026", "",
            ]),
        Listed(
            request: .init(.user, name: "ben"),
            answers: ["ben+astro-2026", "ben+astro-2026", "not_found", "not_found"]),
        Listed(request: .init(.cluster), answers: ["reef", "reef", "reef", "reef"]),
        Listed(request: .init(.resource), answers: ["CPU", "CPU", "CPU", "CPU"]),
        Listed(request: .init(.rate), answers: ["CPU by test", "CPU", "CPU", "CPU"]),
    ]

    @Test func `each lists what is theirs to see`() async throws {
        let askers = [Self.root, Self.pi, Self.member, Self.stranger]
        for row in Self.lists {
            for (uid, expected) in zip(askers, row.answers) {
                let told = try await told(.list(row.request), as: uid)
                #expect(told == expected, "\(row.request.kind) \(row.request.name ?? "") as \(uid)")
            }
        }
        test.stopAndRemove()
    }

    struct Edited {
        let edit: Edit
        let answers: [String]
    }

    static let edits: [Edited] = {
        let ben = Edit.Thing.member(.init(allocation: "astro-2026", user: "ben"))
        let disabled = "ben of astro-2026: status ACTIVE → INACTIVE"
        let stops = "astro: status ACTIVE → INACTIVE"
        return [
            Edited(
                edit: Edit(.disable, ben),
                answers: [disabled, disabled, "forbidden", "not_found"]),
            Edited(
                edit: Edit(.disable, .project(.init(name: "astro"))),
                answers: [stops, "forbidden", "forbidden", "not_found"]),
            Edited(
                edit: Edit(.add, .organisation(.init(name: "new"))),
                answers: ["new: ", "forbidden", "forbidden", "forbidden"]),
        ]
    }()

    /// As dry runs, so that each finds the same books.
    @Test func `each may change what is theirs to change`() async throws {
        let askers = [Self.root, Self.pi, Self.member, Self.stranger]
        for row in Self.edits {
            for (uid, expected) in zip(askers, row.answers) {
                let operation = Request.Operation.edit(.init(row.edit, dryRun: true))
                let told = try await told(operation, as: uid)
                #expect(told == expected, "\(row.edit.verb) \(row.edit.thing.kind) as \(uid)")
            }
        }
        test.stopAndRemove()
    }

    @Test func `an operator and the PI see the whole history, a member nothing of others`()
        async throws
    {
        let asks = Request.Operation.history(.init(allocation: "astro-2026"))
        let all = "project astro | account astro | allocation astro-2026 | lot 2"
        #expect(try await told(asks, as: Self.root) == all + " | member uid:4002 | member ben")
        #expect(try await told(asks, as: Self.pi) == all + " | member uid:4002 | member ben")
        #expect(try await told(asks, as: Self.member) == all + " | member uid:4002")
        #expect(try await told(asks, as: Self.stranger) == "not_found")
        let future = Request.Operation.history(
            .init(allocation: "astro-2026", start: test.clock.now.advanced(bySeconds: 1)))
        #expect(try await told(future, as: Self.root).isEmpty)
        test.stopAndRemove()
    }

    @Test func `a history names who by the name that the system has, with the reason`()
        async throws
    {
        let change = Request.Change(
            Edit(.disable, .allocation(.init(name: "astro-2026"))), reason: "report is missing")
        _ = try await ask(.edit(change), as: Self.root, id: "e-1")
        let lines = try await ask(.history(.init(allocation: "astro-2026")), as: Self.pi)
        let diffs = lines.compactMap { outcome -> Row.Diff? in
            if case .row(.diff(let diff)) = outcome { diff } else { nil }
        }
        let last = try #require(diffs.last)
        #expect(last.actor == "root" && last.reason == "report is missing")
        #expect(last.changes == [FieldChange("status", .text("ACTIVE"), .text("INACTIVE"))])
        test.stopAndRemove()
    }

    @Test func `the same id with the same content is done once, with another it is refused`()
        async throws
    {
        let stop = Request.Operation.edit(.init(Edit(.disable, .project(.init(name: "astro")))))
        let first = try await ask(stop, as: Self.root, id: "e-1")
        #expect(first.count == 2)
        let seq = test.store.tip.seq
        #expect(try await ask(stop, as: Self.root, id: "e-1") == first)
        #expect(test.store.tip.seq == seq)
        let other = Request.Operation.edit(.init(Edit(.enable, .project(.init(name: "astro")))))
        guard case .failed(let error) = try await ask(other, as: Self.root, id: "e-1").first else {
            Issue.record("another request under the same id was granted")
            return
        }
        #expect(error.code == .conflict)
        // An edit that changes nothing says so.
        guard case .done(.edit(let end)) = try await ask(stop, as: Self.root, id: "e-2").first
        else {
            Issue.record("rows of nothing")
            return
        }
        #expect(end == .init(rows: 0, message: "nothing to change"))
        test.stopAndRemove()
    }

    @Test func `superseded rates are told with who, when and why, to operators`() async throws {
        let now = test.clock.now
        let fields = RateFields(resource: "CPU", span: RateSpan(suPerHour: .one))
        let change = Request.Change(Edit(.add, .rate(fields)), reason: "board of 3 May")
        _ = try await ask(.edit(change), as: Self.root, id: "r-1")
        let lines = try await ask(.list(.init(.rate, all: true)), as: Self.root)
        let rates = lines.compactMap { outcome -> Row.Rate? in
            if case .row(.entity(.rate(let rate))) = outcome { rate } else { nil }
        }
        #expect(rates.map(\.isSuperseded) == [true, false, false])
        #expect(rates.allSatisfy { $0.changedBy == "root" && $0.changedAt == now })
        #expect(rates.allSatisfy { $0.reason == "board of 3 May" })
        test.stopAndRemove()
    }

    @Test func `what is known of a person is told to who may see the person`() async throws {
        var fields = UserFields(name: "ben")
        (fields.fullName, fields.organisation) = (.set("Ben B."), .set("uni"))
        _ = try await ask(.edit(.init(Edit(.modify, .user(fields)))), as: Self.root, id: "u-1")
        for uid in [Self.root, Self.pi] {
            let lines = try await ask(.list(.init(.user, name: "ben")), as: uid)
            guard case .row(.entity(.user(let user))) = lines.first else {
                Issue.record("no user")
                return
            }
            #expect(user.known == SiteUser(name: "ben", fullName: "Ben B.", organisation: "uni"))
        }
        #expect(try test.store.verify().finding == nil)
        test.stopAndRemove()
    }
}
