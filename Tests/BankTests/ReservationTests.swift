/// Reservations through the Bank: versions, holds, charges, corrections. Core at 36 SU an hour: a core's
/// second costs 0.01 SU.

import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

@Suite struct ReservationTests {
    let books: TestBank
    let t0: Instant

    init() async throws {
        books = try TestBank()
        t0 = books.clock.now
        _ = try await books.perform(.apply(.small(), backdate: false), id: "apply")
    }

    // MARK: Telling

    func at(_ seconds: Int64) -> Instant { t0.advanced(bySeconds: seconds) }

    func facts(
        _ start: Int64, _ end: Int64, cpus: Int64 = 10, flags: [String] = [],
        account: String? = "astro", charge: ReservationCharge = .idle
    ) -> ReservationFacts {
        var facts = ReservationFacts(
            start: at(start), end: at(end), counts: TRESCounts([.cpu: cpus, .node: 1]),
            partition: "cpu", charge: charge)
        facts.flags = flags
        facts.accounts = account.map { [$0] } ?? []
        facts.lineages = account.map { [[$0]] } ?? []
        return facts
    }

    /// A poll at `second`, `last` the one before.
    func see(
        _ shown: ReservationFacts?, at second: Int64, last: Int64? = nil,
        recorded: [ReservationFacts] = [], name: String = "course"
    ) async throws {
        advance(to: second)
        var seen = ReservationObservation(
            cluster: "reef", name: name, shown: shown, at: at(second))
        seen.lastShownAt = last.map(at)
        seen.recorded = recorded
        _ = try await books.perform(.reservation(.observe(seen)))
        try await settle()
    }

    func advance(to second: Int64) {
        let ahead = at(second).seconds(since: books.clock.now)
        if ahead > 0 { books.clock.advance(bySeconds: ahead) }
    }

    func settle() async throws {
        let due = try books.store.reservationsToSettle(on: "reef", after: 0).ids
        for id in due { _ = try await books.perform(.reservation(.settle(id))) }
        let left = try books.store.reservationsToSettle(on: "reef", after: 0).ids
        #expect(left.isEmpty, "what is settled is not due again")
    }

    /// A job inside, of 4 cores unless said otherwise.
    func job(
        _ id: Int64, _ start: Int64, _ end: Int64? = nil, cpus: Int64 = 4, suspended: Int64 = 0,
        state: String? = nil, seenAt: Int64, limit: Int64 = 60, in name: String? = "course"
    ) async throws {
        advance(to: seenAt)
        var seen = JobObservation.small(job: id, token: nil, at: at(seenAt))
            .run(
                submit: at(start), start: at(start), end: end.map(at), cpus: cpus, seconds: limit,
                suspended: suspended, state: state)
        seen.reservation = name
        seen.runs[0].reservation = name
        if state == "NODE_FAIL" { seen.runs[0].freeBecause = "free: NODE_FAIL" }
        _ = try await books.perform(.observe(seen))
    }

    func expect(
        _ figures: String, _ comment: Comment? = nil, line: Int = #line
    ) throws {
        let place = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
        #expect(
            try books.figures().description == "granted 100.00 " + figures, comment,
            sourceLocation: place)
        let verification = try books.store.verify()
        #expect(verification.finding == nil, comment, sourceLocation: place)
        #expect(books.bank.quarantined.isEmpty, sourceLocation: place)
    }

    /// `course 0…60 ended idle 6.00`: start and end in seconds from the beginning, and the charge.
    func versions() throws -> [String] {
        try books.store.reservations(all: true).map { row in
            let it = row.version
            let span =
                "\(it.start.seconds(since: t0))…\(it.end.seconds(since: t0))"
            return "\(it.name) \(span) \(it.state.rawValue) \(it.charge.rawValue) \(row.charged)"
        }
    }

    // MARK: Whole lives

    @Test func `an unused reservation is held from first sight and charged at its end`()
        async throws
    {
        try await see(facts(60, 160), at: 0)
        try expect("available 90.00 held 10.00 charged 0.00")
        try await see(facts(60, 160), at: 10)
        try await see(facts(60, 160), at: 150, last: 140)
        try expect("available 90.00 held 10.00 charged 0.00", "seen again")
        try await see(nil, at: 170, last: 159)
        try expect("available 90.00 held 0.00 charged 10.00")
        try await see(nil, at: 180, last: 159)
        try expect("available 90.00 held 0.00 charged 10.00", "gone once more")
        #expect(try versions() == ["course 60…160 ended idle 10.00"])
        books.stopAndRemove()
    }

    @Test func `jobs inside pay for themselves, the owner for what is idle`() async throws {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, seenAt: 11)
        try await settle()
        // 10 SU are the reservation; the job's 4 cores for its limit are held by itself.
        try expect("available 90.00 held 10.00 charged 0.00", "not held twice")
        try await job(1, 10, 40, seenAt: 45)
        try await settle()
        try expect("available 90.00 held 8.80 charged 1.20", "the job: 4 cores, 30 s")
        try await see(nil, at: 101, last: 99)
        try expect("available 90.00 held 0.00 charged 10.00")
        #expect(try versions() == ["course 0…100 ended idle 8.80"])
        books.stopAndRemove()
    }

    @Test func `where the owner pays for all of it, jobs inside are free`() async throws {
        try await see(facts(0, 100, charge: .all), at: 0)
        try await job(1, 10, seenAt: 11)
        try expect("available 90.00 held 10.00 charged 0.00")
        try await job(1, 10, 40, seenAt: 45)
        try await see(nil, at: 101, last: 99)
        try expect("available 90.00 held 0.00 charged 10.00")
        #expect(try versions() == ["course 0…100 ended all 10.00"])
        books.stopAndRemove()
    }

    @Test func `a job that outlasts the reservation that was paid for pays for the rest`()
        async throws
    {
        try await see(facts(0, 100, charge: .all), at: 0)
        try await job(1, 90, seenAt: 91)
        try await see(nil, at: 101, last: 99)
        try await job(1, 90, 120, seenAt: 121)
        // 4 cores for the 20 s after its end.
        try expect("available 89.20 held 0.00 charged 10.80")
        books.stopAndRemove()
    }

    // MARK: What costs nobody

    @Test(
        arguments: [
            (["MAINT"], "astro", "maintenance"), ([], nil, "no owner"),
            (["MAINT", "SPEC_NODES"], nil, "maintenance"),
            ([], "elsewhere", "no owner"),
        ] as [([String], String?, String)])
    func `costs nobody and is listed`(row: ([String], String?, String)) async throws {
        let (flags, account, why) = row
        try await see(facts(0, 100, flags: flags, account: account), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        try await see(nil, at: 101, last: 99)
        try expect("available 98.80 held 0.00 charged 1.20", "only the job inside")
        let rows = try books.store.reservations(all: true)
        #expect(rows.map(\.version.freeBecause) == [why])
        #expect(rows.map(\.version.charge) == [ReservationCharge.none])
        books.stopAndRemove()
    }

    @Test func `jobs may lie outside a FLEX reservation, so they are never free for it`()
        async throws
    {
        try await see(facts(0, 100, flags: ["FLEX"], charge: .all), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        try await see(nil, at: 101, last: 99)
        #expect(try versions() == ["course 0…100 ended idle 8.80"])
        books.stopAndRemove()
    }

    // MARK: Changes

    struct Change: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// start, end, cores of what polls show, and when; nil: gone.
        let polls: [(second: Int64, shown: (Int64, Int64, Int64)?)]
        let versions: [String]

        init(
            _ description: String, _ polls: [(second: Int64, shown: (Int64, Int64, Int64)?)],
            _ versions: [String]
        ) {
            (testDescription, self.polls, self.versions) = (description, polls, versions)
        }
    }

    static let changes: [Change] = [
        Change(
            "extended", [(0, (0, 100, 10)), (50, (0, 150, 10)), (151, nil)],
            ["course 0…150 ended idle 15.00"]),
        Change(
            "shrunk in time", [(0, (0, 100, 10)), (50, (0, 70, 10)), (71, nil)],
            ["course 0…70 ended idle 7.00"]),
        Change(
            "fewer cores", [(0, (0, 100, 10)), (50, (0, 100, 5)), (101, nil)],
            ["course 0…50 ended idle 5.00", "course 50…100 ended idle 2.50"]),
        Change(
            "more cores, and longer", [(0, (0, 100, 10)), (50, (0, 200, 20)), (201, nil)],
            ["course 0…50 ended idle 5.00", "course 50…200 ended idle 30.00"]),
        Change(
            "moved before it began", [(0, (60, 160, 10)), (50, (100, 150, 10)), (151, nil)],
            ["course 100…150 ended idle 5.00"]),
        Change(
            "deleted before it began", [(0, (60, 160, 10)), (50, nil)],
            ["course 60…60 ended idle 0.00"]),
        Change(
            "deleted early", [(0, (0, 100, 10)), (40, (0, 100, 10)), (50, nil)],
            ["course 0…40 ended idle 4.00"]),
        Change(
            "repeated: an occurrence each", [(0, (0, 50, 10)), (60, (100, 150, 10)), (151, nil)],
            ["course 0…50 ended idle 5.00", "course 100…150 ended idle 5.00"]),
        Change(
            "skipped while it went on",
            [(0, (0, 50, 10)), (20, (0, 50, 10)), (30, (100, 150, 10)), (151, nil)],
            ["course 0…20 ended idle 2.00", "course 100…150 ended idle 5.00"]),
        Change(
            "skipped before it began", [(0, (20, 50, 10)), (10, (100, 150, 10)), (151, nil)],
            ["course 100…150 ended idle 5.00"]),
        Change(
            "deleted and made again under the same name",
            [(0, (0, 100, 10)), (20, nil), (30, (30, 60, 10)), (61, nil)],
            ["course 0…0 ended idle 0.00", "course 30…60 ended idle 3.00"]),
        Change(
            "first seen after it began", [(30, (0, 100, 10)), (101, nil)],
            ["course 0…100 ended idle 10.00"]),
    ]

    @Test(arguments: changes)
    func `each version counts for its own time`(change: Change) async throws {
        var last: Int64?
        for (second, shown) in change.polls {
            try await see(
                shown.map { facts($0.0, $0.1, cpus: $0.2) }, at: second, last: last)
            if shown != nil { last = second }
        }
        #expect(try versions() == change.versions)
        let charged = try books.store.reservations(all: true)
            .reduce(ServiceUnits.zero) { $0 + $1.charged }
        #expect(try books.figures().charged == charged)
        #expect(try books.figures().held == .zero)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `slurmdbd's spans say to the second when it changed and ended`() async throws {
        try await see(facts(0, 100), at: 0)
        // Half the cores from 42 on.
        try await see(
            facts(0, 100, cpus: 5), at: 50, last: 40,
            recorded: [facts(0, 42), facts(42, 100, cpus: 5)])
        try await see(
            nil, at: 90, last: 80, recorded: [facts(0, 42), facts(42, 83, cpus: 5)])
        #expect(
            try versions() == ["course 0…42 ended idle 4.20", "course 42…83 ended idle 2.05"])
        try expect("available 93.75 held 0.00 charged 6.25")
        books.stopAndRemove()
    }

    // MARK: Corrections

    @Test func `what is learnt of jobs inside after the charge corrects it, both ways`()
        async throws
    {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, seenAt: 11, limit: 600)
        try await see(nil, at: 101, last: 99)
        // It seems to run on: 4 cores from 10 to 100 are its own.
        #expect(try versions() == ["course 0…100 ended idle 6.40"])
        try await job(1, 10, 50, seenAt: 150)
        try await settle()
        #expect(try versions() == ["course 0…100 ended idle 8.40"], "it had ended at 50")
        try expect("available 90.00 held 0.00 charged 10.00")
        // One that nobody had seen comes to light.
        try await job(2, 60, 80, seenAt: 160)
        try await settle()
        #expect(try versions() == ["course 0…100 ended idle 7.60"])
        try expect("available 90.00 held 0.00 charged 10.00")
        let rows = try statement()
        #expect(rows.contains("correction 0.80"), "\(rows)")
        books.stopAndRemove()
    }

    func statement() throws -> [String] {
        var rows: [String] = []
        let all = Interval(start: Instant(epochSeconds: 0), end: nil)
        _ = try books.store.statement(of: books.allocation().id, over: #require(all)) {
            rows.append("\($0.kind) \($0.amount)")
        }
        return rows
    }

    @Test func `a charge that was refunded in whole is corrected no more`() async throws {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, seenAt: 11, limit: 600)
        try await see(nil, at: 101, last: 99)
        let run = try #require(try books.store.reservations(all: true).first?.version.run)
        var refund = RefundRequest(job: "course")
        refund.run = run
        _ = try await books.perform(.refund(refund))
        try await job(1, 10, 50, seenAt: 150)
        try await settle()
        let row = try #require(try books.store.reservations(all: true).first)
        #expect(row.charged == row.refunded)
        #expect(try books.figures().charged.description == "1.60", "the job alone")
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `suspended seconds are the owner's; a free run was used all the same`()
        async throws
    {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, 40, suspended: 10, seenAt: 45)
        try await job(2, 50, 60, state: "NODE_FAIL", seenAt: 65)
        try await see(nil, at: 101, last: 99)
        // 1000 core seconds, less 4 × 20 and 4 × 10.
        #expect(try versions() == ["course 0…100 ended idle 8.80"])
        books.stopAndRemove()
    }

    @Test func `jobs that take more than is reserved leave nothing idle, and no less`()
        async throws
    {
        try await see(facts(0, 100), at: 0)
        try await job(1, 0, 60, cpus: 8, seenAt: 61)
        try await job(2, 0, 60, cpus: 8, seenAt: 61)
        try await see(nil, at: 101, last: 99)
        #expect(try versions() == ["course 0…100 ended idle 4.00"])
        books.stopAndRemove()
    }

    // MARK: Submissions

    @Test func `a submission for the reservation draws on what is held for it`() async throws {
        // All 100 SU are held for it.
        try await see(facts(0, 1_000), at: 0)
        try expect("available 0.00 held 100.00 charged 0.00")
        var inside = Admission.small(token: "A", cpus: 4, seconds: 60)
        #expect(try await books.refusal(of: .admit(inside)) != nil, "elsewhere it finds nothing")
        inside.reservation = "course"
        let quoted = books.bank.picture.quote(inside, at: books.clock.now)
        #expect(throws: Never.self) { try quoted.answer.get() }
        _ = try await books.perform(.admit(inside), id: "A")
        try await settle()
        try expect("available 0.00 held 100.00 charged 0.00")
        #expect(
            try books.store.openHolds().map(\.claim.pins.total.description) == ["97.60", "2.40"])
        _ = try await books.perform(.void(cluster: "reef", token: "A"))
        try await settle()
        #expect(try books.store.openHolds().map(\.claim.pins.total.description) == ["100.00"])
        books.stopAndRemove()
    }

    @Test func `a submission for one that is paid for in whole holds nothing`() async throws {
        try await see(facts(0, 1_000, charge: .all), at: 0)
        var inside = Admission.small(token: "A", cpus: 4, seconds: 60)
        inside.reservation = "course"
        let outcome = try await books.perform(.admit(inside), id: "A")
        guard case .admitted(let admitted) = outcome else { return #expect(Bool(false)) }
        #expect(admitted.held == .zero)
        try expect("available 0.00 held 100.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `who left the reservation before the start pays, whoever tells of the start`()
        async throws
    {
        try await see(facts(0, 1_000, charge: .all), at: 0)
        try expect("available 0.00 held 100.00 charged 0.00")
        for (id, viaHook) in [(1, true), (2, false)] as [(Int64, Bool)] {
            // It waits for the reservation, at its owner's cost.
            var waits = JobObservation.small(job: id, token: nil, at: books.clock.now)
                .pending(cpus: 4, seconds: 60)
            waits.reservation = "course"
            _ = try await books.perform(.observe(waits))
            #expect(try books.figures().held.description == "100.00")
            let start = id * 10
            if viaHook {
                advance(to: start)
                let ask = StartRequest.small(
                    job: id, token: nil, cpus: 4, submit: at(start), at: at(start))
                #expect(try await books.start(ask).hasPrefix("this job may cost 2.40 SU, 0.00 SU"))
            }
            try await job(id, start, start + 50, seenAt: start + 60, in: nil)
            #expect(try books.figures().charged.description == "\(id * 2).00")
        }
        books.stopAndRemove()
    }

    // MARK: Operators

    @Test func `what was free inside stays at the owner's cost when jobs are to pay from now on`()
        async throws
    {
        try await see(facts(0, 100, charge: .all), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        try expect("available 90.00 held 10.00 charged 0.00")
        advance(to: 60)
        _ = try await books.perform(
            .reservation(
                .assign(.init(cluster: "reef", name: "course", allocation: nil, charge: .idle))),
            id: "assign")
        try await settle()
        #expect(
            try versions() == ["course 0…60 ended all 6.00", "course 60…100 open idle 0.00"])
        try expect("available 90.00 held 4.00 charged 6.00")
        try await see(facts(0, 100), at: 70, last: 50)
        try await job(2, 70, 80, seenAt: 85)
        try await see(nil, at: 101, last: 99)
        #expect(
            try versions() == ["course 0…60 ended all 6.00", "course 60…100 ended idle 3.60"])
        try expect("available 90.00 held 0.00 charged 10.00")
        books.stopAndRemove()
    }

    func leave(_ id: String, next: Bool = false) async throws {
        _ = try await books.perform(
            .reservation(
                .assign(
                    .init(
                        cluster: "reef", name: "course", allocation: nil,
                        charge: ReservationCharge.none, isForNext: next))),
            id: id)
    }

    @Test func `what was said of one that is over says nothing of the next of its name`()
        async throws
    {
        try await leave("before")
        try await see(facts(0, 100), at: 0)
        #expect(try versions() == ["course 0…100 open idle 0.00"])
        try expect("available 90.00 held 10.00 charged 0.00")
        try await see(nil, at: 101, last: 99)
        // The one that was shown alone by slurmdbd is settled; nothing was said of later ones.
        let rules = try books.store.reservationsOfNobody(on: "reef")
        #expect(rules.map { $0.settles(oneEndedAt: at(0)) } == [true])
        #expect(rules.map { $0.settles(oneEndedAt: at(1)) } == [false])
        books.stopAndRemove()
    }

    @Test func `unless it was asked for: then the next one costs nobody, the one after it does`()
        async throws
    {
        try await leave("with", next: true)
        try await see(facts(10, 100), at: 5)
        #expect(try versions() == ["course 10…100 open none 0.00"])
        try await see(nil, at: 101, last: 99)
        try await see(facts(200, 300), at: 150)
        #expect(try versions().last == "course 200…300 open idle 0.00")
        try expect("available 90.00 held 10.00 charged 0.00")
        let refusal = try await books.refusal(
            of: .reservation(
                .assign(
                    .init(
                        cluster: "reef", name: "course", allocation: nil,
                        charge: ReservationCharge.none, isForNext: true))))
        #expect(refusal?.text.contains("Leave --next away") == true)
        books.stopAndRemove()
    }

    @Test func `said again without the next one, it is taken back of the next one`() async throws {
        try await leave("with", next: true)
        try await leave("without")
        try await see(facts(0, 100), at: 0)
        #expect(try versions() == ["course 0…100 open idle 0.00"])
        // Of the one that goes on, and with it of those before that nobody paid for.
        advance(to: 50)
        try await leave("now")
        try expect("available 100.00 held 0.00 charged 0.00")
        try await see(nil, at: 101, last: 99)
        let rules = try books.store.reservationsOfNobody(on: "reef")
        #expect(rules.map { $0.settles(oneEndedAt: at(50)) } == [true])
        #expect(rules.map { $0.settles(oneEndedAt: at(51)) } == [false])
        books.stopAndRemove()
    }

    @Test func `one without an owner is assigned, from its start on`() async throws {
        try await see(facts(0, 100, account: nil), at: 0)
        try expect("available 100.00 held 0.00 charged 0.00")
        advance(to: 50)
        let outcome = try await books.perform(
            .reservation(
                .assign(
                    .init(
                        cluster: "reef", name: "course", allocation: "astro-2026", charge: nil))),
            id: "assign")
        guard case .reserved(let it) = outcome else { return #expect(Bool(false)) }
        #expect(it.held.description == "10.00" && it.charge == .idle)
        #expect(it.since == t0, "what is over counts as well, and that is said")
        try expect("available 90.00 held 10.00 charged 0.00")
        try await see(facts(0, 100, account: nil), at: 60, last: 40)
        try expect("available 90.00 held 10.00 charged 0.00", "and stays so")
        try await see(nil, at: 101, last: 99)
        #expect(try versions() == ["course 0…100 ended idle 10.00"])
        // Another one of that name has an owner of its own.
        try await see(facts(200, 300, account: nil), at: 150)
        #expect(try versions().last == "course 200…300 open none 0.00")
        try expect("available 90.00 held 0.00 charged 10.00")
        books.stopAndRemove()
    }

    @Test func `of a name that the books never saw it is said that it counts for the next`()
        async throws
    {
        func assign(_ name: String) async throws -> Reserved? {
            let outcome = try await books.perform(
                .reservation(
                    .assign(
                        .init(
                            cluster: "reef", name: name, allocation: nil,
                            charge: ReservationCharge.none))),
                id: "assign-\(name)-\(books.clock.now)")
            if case .reserved(let it) = outcome { return it }
            return nil
        }
        #expect(try await assign("course")?.isToCome == true)
        try await see(facts(0, 100), at: 0)
        advance(to: 10)
        #expect(try await assign("course")?.isToCome == false, "it goes on")
        try await see(nil, at: 101, last: 99)
        advance(to: 110)
        #expect(try await assign("course")?.isToCome == false, "it is over")
        books.stopAndRemove()
    }

    @Test func `a plan holds its credit first, is met by what Slurm shows, or goes back`()
        async throws
    {
        func plan(_ end: Int64) -> Command {
            .reservation(
                .plan(
                    .init(
                        cluster: "reef", name: "course", allocation: "astro-2026",
                        facts: facts(60, end, account: nil), charge: .all)))
        }
        let refusal = try await books.refusal(of: plan(2_000))
        #expect(
            refusal?.text.contains("100.00 SU are available") == true, "\(refusal?.text ?? "")")
        _ = try await books.perform(plan(160), id: "one")
        try expect("available 90.00 held 10.00 charged 0.00")
        _ = try await books.perform(
            .reservation(.drop(cluster: "reef", name: "course", because: "Slurm refused it")))
        try expect("available 100.00 held 0.00 charged 0.00")
        _ = try await books.perform(plan(160), id: "two")
        // Slurm reserved half the cores.
        try await see(facts(60, 160, cpus: 5, account: nil), at: 20)
        try expect("available 95.00 held 5.00 charged 0.00")
        try await see(nil, at: 161, last: 159)
        #expect(
            try versions() == ["course 60…60 ended none 0.00", "course 60…160 ended all 5.00"])
        books.stopAndRemove()
    }

    @Test func `a poll that began just before the plan was recorded may show it`() async throws {
        advance(to: 21)
        let plan = ReservationPlan(
            cluster: "reef", name: "course", allocation: "astro-2026",
            facts: facts(22, 122, account: nil), charge: nil)
        _ = try await books.perform(.reservation(.plan(plan)), id: "plan")
        try await see(facts(22, 122, account: nil), at: 20, last: 10)
        #expect(try versions() == ["course 22…122 open idle 0.00"])
        try expect("available 90.00 held 10.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `its use is the one user's that it names, else nobody's own`() async throws {
        var single = facts(10, 20)
        single.users = ["ada"]
        try await see(single, at: 0)
        var several = facts(10, 20)
        several.users = ["ada", "ben"]
        try await see(several, at: 0, name: "other")
        let ada = try #require(books.bank.picture.user(named: "ada")).number
        let ben = try #require(books.bank.picture.user(named: "ben")).number
        let rows = try books.store.reservations(all: true)
        #expect(rows.map(\.version.users) == [[ada], [ada, ben]])
        #expect(try books.store.openHolds().map(\.user) == ["ada", "(reservation)"])
        // What slurmdbd tells has no names: it is as it was.
        var span = facts(10, 15, account: nil)
        span.isOwnedAsBefore = true
        try await see(nil, at: 16, last: 14, recorded: [span])
        #expect(try versions().contains("course 10…15 ended idle 0.50"))
        #expect(try books.store.reservations(all: true)[0].version.users == [ada])
        books.stopAndRemove()
    }

    @Test func `the next occurrence is held in full, whatever jobs took of the one before`()
        async throws
    {
        var monday = facts(0, 100)
        monday.flags = ["DAILY"]
        try await see(monday, at: 0)
        try await job(1, 10, 90, seenAt: 95, limit: 90)
        try await settle()
        try expect("available 90.00 held 6.80 charged 3.20")
        var tuesday = facts(200, 300)
        tuesday.flags = ["DAILY"]
        try await see(tuesday, at: 110, last: 99)
        try expect("available 80.00 held 10.00 charged 10.00")
        books.stopAndRemove()
    }

    @Test func `a part refunded outlasts corrections down and up`() async throws {
        try await see(facts(0, 100), at: 0)
        try await see(nil, at: 101, last: 100)
        try expect("available 90.00 held 0.00 charged 10.00")
        let run = try #require(try books.store.reservations(all: true).first?.version.run)
        let refund = RefundRequest(job: "course", run: run, amount: try books.su("8"))
        _ = try await books.perform(.refund(refund))
        try expect("available 98.00 held 0.00 charged 2.00")
        // 9 of 10 cores were in use all the time: 1 SU is idle; then it is learnt that 5 were.
        try await job(1, 0, 100, cpus: 9, seenAt: 110, limit: 100)
        try await settle()
        try await job(2, 0, 100, cpus: 1, seenAt: 120, limit: 100)
        try await settle()
        #expect(books.bank.quarantined.isEmpty)
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    @Test func `a restart in the middle changes nothing`() async throws {
        try await see(facts(0, 100), at: 0)
        try await job(1, 10, 40, seenAt: 45)
        let again = try books.reopened()
        var gone = ReservationObservation(
            cluster: "reef", name: "course", shown: nil, at: at(101))
        gone.lastShownAt = at(45)
        books.clock.advance(bySeconds: 60)
        _ = try await again.perform(.reservation(.observe(gone)))
        for id in try again.store.reservationsToSettle(on: "reef", after: 0).ids {
            _ = try await again.perform(.reservation(.settle(id)))
        }
        #expect(
            try again.figures().description
                == "granted 100.00 available 90.00 held 0.00 charged 10.00")
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }
}
