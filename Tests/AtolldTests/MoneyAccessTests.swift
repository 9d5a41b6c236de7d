import Bank
import Books
import Collector
import Estimate
import Logging
import Registry
import Server
import SiteFiles
import Store
import TestKit
import Testing
import Units
import Wire

@testable import atolld

/// Who may move credit, and who may ask how long it lasts: an operator, a PI, a member, a stranger.
@Suite(.serialized) struct MoneyAccessTests {
    /// A handler over a site whose people are known by their uids; no cluster is watched.
    struct Daemon {
        let test: TestBank
        let handler: Handler
        /// As it was applied.
        let site: Site

        static let (pi, member, stranger): (UInt32, UInt32, UInt32) = (
            4_000_001_001, 4_000_001_002, 4_000_001_003
        )

        init() async throws {
            test = try TestBank()
            var site = try Site.pair()
            // Long enough for the handler's own clock.
            let always = Interval(start: try Instant(parsing: "2026-01-01"), end: nil)!
            site.resources[0].rates[0].window = always
            for index in site.projects.indices {
                site.projects[index].allocations[0].window = always
                site.projects[index].allocations[0].membersPolicy = .listed
            }
            site.projects[0].pi = "uid:\(Self.pi)"
            site.projects[0].allocations[0].members = [SiteMember(user: "uid:\(Self.member)")]
            self.site = site
            _ = try await test.perform(.apply(site, backdate: false), id: "apply")
            try await test.charge(job: 7, cpus: 10, user: "uid:\(Self.member)")
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let now = test.clock
            let collector = Collector(
                [], bank: test.bank, books: test.store, logger: logger, clock: { now.now })
            handler = Handler(
                bank: test.bank, store: test.store, collector: collector,
                policy: LivePolicy(try Policy(Settings())), logger: logger)
        }

        func ask(_ operation: Request.Operation, uid: UInt32, id: String) async -> Answer.Outcome {
            let request = Request(id: RequestID(id)!, operation)
            return await withCheckedContinuation { go in
                let answer = AnswerSink(id: request.id) { line in
                    if case .row = line.outcome { return }
                    go.resume(returning: line.outcome)
                }
                handler.handle(request, from: Peer(pid: 1, uid: uid, gid: uid), answer: answer)
            }
        }

        func code(_ operation: Request.Operation, uid: UInt32, id: String = "q") async -> String {
            switch await ask(operation, uid: uid, id: id) {
            case .done: "done"
            case .failed(let error): error.code.rawValue
            case .row: "row"
            }
        }
    }

    private func changes(_ dryRun: Bool = false) throws -> [Request.Operation] {
        let one = try ServiceUnits(parsing: "1")
        return [
            .withdraw(
                .init(allocation: "astro-2026", amount: one, reason: "r", dryRun: dryRun)),
            .transfer(
                .init(
                    from: "astro-2026", to: "bio-2026", amount: one, reason: "r", dryRun: dryRun)),
            .refund(.init(job: "7", amount: one, reason: "r", dryRun: dryRun)),
            .refundJob(.init(job: "7", reason: "r", dryRun: dryRun)),
        ]
    }

    @Test func `balances of a user whom nobody knows are an error, of one without credit none`()
        async throws
    {
        let daemon = try await Daemon()
        func balance(of user: String) async -> String {
            await daemon.code(.balance(.init(user: user)), uid: 0)
        }
        #expect(await balance(of: "nope") == "not_found")
        #expect(await balance(of: "uid:\(Daemon.member)") == "done")
        daemon.test.stopAndRemove()
    }

    @Test(arguments: [Daemon.pi, Daemon.member, Daemon.stranger])
    func `only operators move credit, dry or not`(uid: UInt32) async throws {
        let daemon = try await Daemon()
        let before = daemon.test.store.tip.seq
        for operation in try changes() + changes(true) {
            #expect(await daemon.code(operation, uid: uid) == "forbidden")
        }
        #expect(daemon.test.store.tip.seq == before)
        daemon.test.stopAndRemove()
    }

    @Test func `an operator's commands are done once an id, and dry runs not at all`() async throws
    {
        let daemon = try await Daemon()
        for (index, operation) in try changes(true).enumerated() {
            #expect(await daemon.code(operation, uid: 0, id: "d\(index)") == "done")
        }
        #expect(try daemon.test.statementLines() == ["grant 100.00", "charge -6.00"])
        for (index, operation) in try changes().enumerated() {
            let first = await daemon.ask(operation, uid: 0, id: "c\(index)")
            let again = await daemon.ask(operation, uid: 0, id: "c\(index)")
            #expect(first == again)
        }
        #expect(
            try daemon.test.statementLines() == [
                "grant 100.00", "charge -6.00", "withdrawal -1.00, r",
                "transfer -1.00, to bio-2026: r", "refund 1.00, r", "refund 5.00, r",
            ])
        // The same id for something else.
        let operations = try changes()
        #expect(await daemon.code(operations[1], uid: 0, id: "c0") == "conflict")
        #expect(try daemon.test.store.verify().finding == nil)
        daemon.test.stopAndRemove()
    }

    @Test func `an operator is told what was done, with figures`() async throws {
        let daemon = try await Daemon()
        let operations = try changes()
        guard
            case .done(.withdraw(let withdrawn)) = await daemon.ask(operations[0], uid: 0, id: "1"),
            case .done(.transfer(let moved)) = await daemon.ask(operations[1], uid: 0, id: "2"),
            case .done(.refund(let refunded)) = await daemon.ask(operations[2], uid: 0, id: "3")
        else { return #expect(Bool(false)) }
        #expect(withdrawn.message == "1.00 SU withdrawn from astro-2026; 93.00 SU available.")
        #expect(
            moved.message
                == "1.00 SU transferred from astro-2026 to bio-2026; 92.00 and 51.00 SU available.")
        #expect(
            refunded.message
                == "1.00 of 6.00 SU of job 7 refunded to astro-2026; 93.00 SU available.")
        #expect(!refunded.isWaived && refunded.run == 1 && refunded.cluster == "reef")
        let tooMuch = Request.Withdraw(
            allocation: "astro-2026", amount: try ServiceUnits(parsing: "94"), reason: "r")
        guard case .failed(let error) = await daemon.ask(.withdraw(tooMuch), uid: 0, id: "4")
        else { return #expect(Bool(false)) }
        #expect(error.code == .insufficientCredit)
        #expect(error.figures.available?.description == "93.00")
        #expect(error.message.hasPrefix("94.00 SU are asked for, 93.00 SU can be taken"))
        daemon.test.stopAndRemove()
    }

    @Test(
        arguments: [
            (0, "done"), (Daemon.pi, "done"), (Daemon.member, "done"),
            (Daemon.stranger, "not_found"),
        ] as [(UInt32, String)])
    func `who may see an allocation may ask for its lots and how long they last`(
        uid: UInt32, answer: String
    ) async throws {
        let daemon = try await Daemon()
        let ask = Request.Deadline(allocation: "astro-2026", tres: "cpu=4,mem=1G")
        #expect(await daemon.code(.deadline(ask), uid: uid) == answer)
        let lots = Request.Lots(allocation: "astro-2026")
        #expect(await daemon.code(.lots(lots), uid: uid) == answer)
        daemon.test.stopAndRemove()
    }

    @Test func `a deadline is answered from the books`() async throws {
        let daemon = try await Daemon()
        let ask = Request.Deadline(allocation: "astro-2026", tres: "cpu=4,mem=1G")
        guard case .done(.deadline(let found)) = await daemon.ask(.deadline(ask), uid: 0, id: "1")
        else { return #expect(Bool(false)) }
        // 94 SU at 0.04 a second.
        #expect(found.until?.seconds(since: found.from) == 2_350)
        #expect(found.reason == "used_up" && found.cost.description == "94.00")
        for (tres, code) in [("cpu", "invalid"), ("cpu=0", "invalid"), ("", "invalid")] {
            let odd = Request.Deadline(allocation: "astro-2026", tres: tres)
            #expect(await daemon.code(.deadline(odd), uid: 0) == code)
        }
        daemon.test.stopAndRemove()
    }
}
