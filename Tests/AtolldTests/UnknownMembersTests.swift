/// Members whom Slurm does not know: a warning in the answer, a line of the doctor's, and no refusal.

import Bank
import Books
import Estimate
import Logging
import Registry
import Server
import SiteFiles
import Store
import Synchronization
import TestKit
import Testing
import Units
import Wire

@testable import Collector
@testable import atolld

@Suite(.serialized) struct UnknownMembersTests {
    /// astro's accounts are astro and all beneath it: ada is in astro, bent in astro_gpu, eve elsewhere.
    private func watching(
        _ test: TestBank, knows: Bool = true
    ) throws -> Handler {
        let settings = WatchSettings(
            cluster: "reef", gauge: GaugeCommand(program: "/nonexistent"))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let collector = Collector(
            [settings], bank: test.bank, books: test.store, logger: logger, clock: { .now })
        var associations = Associations()
        if knows {
            for (user, account) in [("ada", "astro"), ("bent", "astro_gpu"), ("eve", "bio")] {
                associations.add(user: user, account: account)
            }
            associations.parents = ["astro_gpu": "astro", "astro": "root", "bio": "root"]
        }
        collector.watch(of: "reef")?.take(
            ClusterView(
                cluster: "reef",
                config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
                partitions: [], nodes: [], associations: associations))
        return Handler(
            bank: test.bank, store: test.store, collector: collector,
            policy: LivePolicy(try Policy(settingsOfAccess)), logger: logger)
    }

    /// One may answer one's own requests.
    private var settingsOfAccess: Settings {
        var settings = Settings()
        settings.access.approvesOwnRequests = true
        return settings
    }

    private func ask(
        _ operation: Request.Operation, _ handler: Handler, id: String = "q"
    ) async -> Answer.Outcome {
        await withCheckedContinuation { go in
            let sink = AnswerSink(id: RequestID(id)!) { line in
                if case .row = line.outcome { return }
                go.resume(returning: line.outcome)
            }
            let request = Request(id: RequestID(id)!, operation)
            handler.handle(request, from: Peer(pid: 1, uid: 0, gid: 0), answer: sink)
        }
    }

    private func warnings(_ outcome: Answer.Outcome) -> [String] {
        switch outcome {
        case .done(.edit(let it)), .done(.apply(let it)): it.warnings
        case .done(.changeRequest(let it)): it.warnings
        default: ["\(outcome)"]
        }
    }

    private func add(_ user: String, dryRun: Bool = false) -> Request.Operation {
        .edit(
            .init(
                Edit(.add, .member(.init(allocation: "astro-2026", user: user))),
                dryRun: dryRun))
    }

    private static func text(_ user: String, _ near: String? = nil) -> String {
        "Slurm has no association of \(user) with astro, so no job of \(user)'s comes to astro-2026 "
            + "until there is one"
            + (near.map { "; is \($0) meant? Else" } ?? ":")
            + " sacctmgr add user \(user) account=astro"
    }

    @Test(
        arguments: [
            ("ada", []), ("bent", []), ("zoe", [text("zoe")]), ("eve", [text("eve")]),
            ("bendt", [text("bendt", "bent")]),
        ] as [(String, [String])])
    func `a member without an association is added, and told of`(
        row: (user: String, warnings: [String])
    ) async throws {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        _ = try await test.perform(.apply(.small(), backdate: false), id: "apply")
        let handler = try watching(test)
        #expect(warnings(await ask(add(row.user, dryRun: true), handler)) == row.warnings)
        #expect(warnings(await ask(add(row.user), handler, id: "do")) == row.warnings)
        #expect(test.bank.picture.user(named: row.user) != nil, "it was done")
        let off = Edit(.disable, .member(.init(allocation: "astro-2026", user: row.user)))
        #expect(warnings(await ask(.edit(.init(off)), handler, id: "off")) == [])
    }

    @Test func `whose cap is asked for, and approved, is looked for as well`() async throws {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        _ = try await test.perform(.apply(.small(), backdate: false), id: "apply")
        let handler = try watching(test)
        func step(_ action: Request.ChangeRequest.Action, dryRun: Bool = false) async
            -> Answer.Outcome
        {
            let request = Request.ChangeRequest(action, reason: "a test", dryRun: dryRun)
            let id = "r\(UInt64.random(in: 0...99_999))"
            return await ask(.changeRequest(request), handler, id: id)
        }
        let wish = WishMessage.cap(user: "bendt", ServiceUnits(microSU: 5_000_000))
        let open = Request.ChangeRequest.Action.open(allocation: "astro-2026", wish)
        let told = [Self.text("bendt", "bent")]
        #expect(warnings(await step(open, dryRun: true)) == told)
        guard case .done(.changeRequest(let it)) = await step(open) else {
            Issue.record("not opened")
            return
        }
        #expect(it.warnings == told)
        #expect(warnings(await step(.approve(id: it.id, amount: nil), dryRun: true)) == told)
        #expect(warnings(await step(.approve(id: it.id, amount: nil))) == told)
        #expect(test.bank.picture.user(named: "bendt") != nil, "it was done")
        // Nothing is said where nobody becomes a member.
        for wish in [WishMessage.more(ServiceUnits(microSU: 1)), .cap(user: "bent", nil)] {
            #expect(warnings(await step(.open(allocation: "astro-2026", wish))) == [])
        }
        #expect(warnings(await step(.reject(id: it.id + 1))) == [])
    }

    @Test func `where Slurm's associations are not known nothing is said`() async throws {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        _ = try await test.perform(.apply(.small(), backdate: false), id: "apply")
        #expect(warnings(await ask(add("zoe"), try watching(test, knows: false))) == [])
    }

    @Test func `a site file is told of whom it brings, once; the doctor of all`() async throws {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        let handler = try watching(test)
        var site = try Site.small()
        // Long enough for the handler's own clock.
        site.projects[0].allocations[0].window = Interval(
            start: try Instant(parsing: "2026-01-01"), end: nil)!
        site.projects[0].allocations[0].members = ["ada", "zoe", "gone"].map {
            SiteMember(user: $0, status: $0 == "gone" ? .inactive : .active)
        }
        let apply = Request.Operation.apply(.init(site: site, dryRun: true))
        #expect(warnings(await ask(apply, handler, id: "dry")) == [Self.text("zoe")])
        let done = Request.Operation.apply(.init(site: site))
        #expect(warnings(await ask(done, handler, id: "one")) == [Self.text("zoe")])
        #expect(warnings(await ask(done, handler, id: "two")) == [], "nothing is new")
        guard case .done(.doctor(let told)) = await ask(.doctor, handler) else {
            Issue.record("no answer")
            return
        }
        #expect(told.unknownMembers == ["zoe of astro-2026"] && told.unknownMemberCount == 1)
    }
}
