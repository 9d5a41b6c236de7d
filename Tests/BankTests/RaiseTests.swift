import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// What becomes of credit that was set aside for a change: settled once Slurm shows the change, else
/// free again; each once.
@Suite(.takingTurns) struct RaiseTests {
    let books: TestBank
    let t0: Instant

    init() async throws {
        books = try await .withTwoProjects()
        t0 = books.clock.now
    }

    func expect(_ astro: String, bio: String? = nil, line: Int = #line) throws {
        let place = SourceLocation(fileID: #fileID, filePath: #filePath, line: line, column: 1)
        #expect(try books.figures().description == astro, sourceLocation: place)
        if let bio {
            #expect(try books.figures("bio-2026").description == bio, sourceLocation: place)
        }
        #expect(try books.store.verify().finding == nil, sourceLocation: place)
        #expect(books.bank.quarantined.isEmpty, sourceLocation: place)
    }

    func raise(to seconds: Int64, id: String? = nil) async throws -> String {
        // Of what runs only operators may.
        var asked = Modification(
            cluster: "reef", job: 7, ownerName: "ada", callerName: "root", callerMayAll: true)
        asked.timeLimitSeconds = seconds
        return try await books.answer(to: asked, id: id)
    }

    func show(_ job: JobObservation, after seconds: Int64 = 1) async throws {
        books.clock.advance(bySeconds: seconds)
        var job = job
        job.at = books.clock.now
        _ = try await books.perform(.observe(job))
    }

    var job: JobObservation { .small(job: 7, token: "A", at: t0) }

    @Test func `a raise is held at once, settled when it is shown, and what ran is charged`()
        async throws
    {
        try await books.submit(.waiting)
        #expect(try await raise(to: 120) == "6.00 more, 88.00 left in astro-2026")
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        try await show(job.pending(cpus: 10, seconds: 120))
        #expect(try books.raises().isEmpty)
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        let claim = try #require(try books.store.openHolds().first?.claim)
        #expect(claim.pins.total.description == "12.00" && claim.timeLimitSeconds == 120)
        try await show(
            job.run(
                submit: t0, start: t0, end: t0.advanced(bySeconds: 100), cpus: 10, seconds: 120))
        try expect("granted 100.00 available 90.00 held 0.00 charged 10.00")
        books.stopAndRemove()
    }

    @Test func `a raise of what runs is settled in its share`() async throws {
        try await books.submit(.running)
        _ = try await raise(to: 120)
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        try await show(job.run(submit: t0, start: t0, cpus: 10, seconds: 120))
        #expect(try books.raises().isEmpty)
        #expect(try books.store.runningRuns().first?.share.total.description == "12.00")
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a job that started between the raise and the next poll takes it along`()
        async throws
    {
        try await books.submit(.unseen)
        _ = try await raise(to: 120)
        try await show(job.run(submit: t0, start: t0, cpus: 10, seconds: 120))
        #expect(try books.raises().isEmpty)
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `what Slurm never shows is free again, and why says so`() async throws {
        try await books.submit(.waiting)
        _ = try await raise(to: 120)
        try await show(job.pending(cpus: 10))
        let raise = try #require(try books.raises().first)
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        let lapse = Command.release(claim: raise.id, because: "no job came for it")
        #expect(try await books.perform(lapse) == .released(ServiceUnits(parsing: "6")))
        #expect(try await books.perform(lapse) == .released(.zero))
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00")
        let told = try books.store.notices(ofJob: 7, tokens: ["A"], cluster: "reef")
        #expect(told.map(\.kind) == ["raised", "raise_lapsed"])
        #expect(told.last?.user == "ada")
        books.stopAndRemove()
    }

    @Test func `an older poll settles nothing`() async throws {
        try await books.submit(.waiting)
        try await show(job.pending(cpus: 10, seconds: 50), after: 20)
        _ = try await raise(to: 120)
        var late = job.pending(cpus: 10, seconds: 120)
        late.at = t0
        _ = try await books.perform(.observe(late))
        #expect(try books.raises().count == 1)
        books.stopAndRemove()
    }

    @Test func `the same again, by its id or by its content, adds nothing`() async throws {
        try await books.submit(.array)
        for _ in 0..<2 {
            #expect(try await raise(to: 120, id: "M") == "18.00 more, 64.00 left in astro-2026")
        }
        #expect(try await raise(to: 120, id: "N") == "nothing", "once a record of the array")
        try expect("granted 100.00 available 64.00 held 36.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a raise on a raise holds what it adds; the last that is shown settles both`()
        async throws
    {
        try await books.submit(.waiting)
        _ = try await raise(to: 120)
        #expect(try await raise(to: 180) == "6.00 more, 82.00 left in astro-2026")
        try expect("granted 100.00 available 82.00 held 18.00 charged 0.00")
        try await show(job.pending(cpus: 10, seconds: 180))
        #expect(try books.raises().isEmpty)
        try expect("granted 100.00 available 82.00 held 18.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `of two raises Slurm took the first alone`() async throws {
        try await books.submit(.waiting)
        _ = try await raise(to: 120)
        _ = try await raise(to: 180)
        try await show(job.pending(cpus: 10, seconds: 120))
        #expect(try books.raises().map(\.timeLimitSeconds) == [180])
        try expect("granted 100.00 available 82.00 held 18.00 charged 0.00")
        _ = try await books.perform(.release(claim: books.raises()[0].id, because: "lapsed"))
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `half of a change: the limit is taken, the rest is let go`() async throws {
        try await books.submit(.waiting)
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        (asked.timeLimitSeconds, asked.qos) = (120, "high")
        #expect(try await books.answer(to: asked) == "30.00 more, 64.00 left in astro-2026")
        try await show(job.pending(cpus: 10, seconds: 120))
        try expect("granted 100.00 available 58.00 held 42.00 charged 0.00")
        _ = try await books.perform(.release(claim: books.raises()[0].id, because: "lapsed"))
        try expect("granted 100.00 available 88.00 held 12.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a lower limit moves nothing before Slurm shows it`() async throws {
        try await books.submit(.waiting)
        #expect(try await raise(to: 30) == "nothing")
        try expect("granted 100.00 available 94.00 held 6.00 charged 0.00")
        try await show(job.pending(cpus: 10, seconds: 30))
        try expect("granted 100.00 available 97.00 held 3.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `a job that is over takes its raises along`() async throws {
        try await books.submit(.running)
        _ = try await raise(to: 120)
        try await show(
            job.run(submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10))
        try expect("granted 100.00 available 99.00 held 0.00 charged 1.00")
        #expect(try books.store.openHolds().isEmpty)
        books.stopAndRemove()
    }

    @Test func `a raise outlives a restart`() async throws {
        try await books.submit(.waiting)
        _ = try await raise(to: 120, id: "M")
        let again = try books.reopened()
        let raise = try #require(try again.raises().first?.raise)
        #expect(raise.timeLimitSeconds == 120 && raise.tasks == nil && !raise.changesSize)
        _ = try await again.perform(.observe(job.pending(cpus: 10, seconds: 120)))
        #expect(try again.raises().isEmpty)
        #expect(
            try again.figures().description
                == "granted 100.00 available 88.00 held 12.00 charged 0.00")
        again.stopAndRemove()
    }

    // MARK: Accounts

    @Test func `with another account the hold goes over when Slurm shows it`() async throws {
        try await books.submit(.waiting)
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        asked.accountLineage = ["bio"]
        _ = try await books.answer(to: asked)
        try expect(
            "granted 100.00 available 94.00 held 6.00 charged 0.00",
            bio: "granted 50.00 available 44.00 held 6.00 charged 0.00")
        var moved = job
        moved.accountLineage = ["bio"]
        try await show(moved.pending(cpus: 10))
        #expect(try books.raises().isEmpty)
        try expect(
            "granted 100.00 available 100.00 held 0.00 charged 0.00",
            bio: "granted 50.00 available 44.00 held 6.00 charged 0.00")
        try await show(
            moved.run(submit: t0, start: t0, end: t0.advanced(bySeconds: 30), cpus: 10))
        try expect(
            "granted 100.00 available 100.00 held 0.00 charged 0.00",
            bio: "granted 50.00 available 47.00 held 0.00 charged 3.00")
        books.stopAndRemove()
    }

    @Test func `another account asked for before the first poll counts at first sight`()
        async throws
    {
        try await books.submit(.unseen)
        var moved = job
        moved.accountLineage = ["bio"]
        var asked = Modification(cluster: "reef", job: 7, ownerName: "ada", callerName: "ada")
        asked.accountLineage = ["bio"]
        _ = try await books.answer(to: asked)
        try await show(moved.run(submit: t0, start: t0, cpus: 10))
        try expect(
            "granted 100.00 available 100.00 held 0.00 charged 0.00",
            bio: "granted 50.00 available 44.00 held 6.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `an account that changed unasked moves the hold, if need be below zero`()
        async throws
    {
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10, seconds: 600)), id: "A")
        try await show(job.pending(cpus: 10, seconds: 600))
        var moved = job
        moved.accountLineage = ["bio"]
        try await show(moved.pending(cpus: 10, seconds: 600))
        try expect(
            "granted 100.00 available 100.00 held 0.00 charged 0.00",
            bio: "granted 50.00 available -10.00 held 60.00 charged 0.00")
        books.stopAndRemove()
    }

    @Test func `what runs stays with its allocation, and so does the rest until it ended`()
        async throws
    {
        try await books.submit(.array)
        let first = job.pending(tasks: 2, cpus: 10).run(raw: 8, submit: t0, start: t0, cpus: 10)
        try await show(first)
        var mixed = first
        mixed.showsOneAccount = false
        try await show(mixed)
        var moved = first
        moved.accountLineage = ["bio"]
        try await show(moved)
        try expect(
            "granted 100.00 available 82.00 held 18.00 charged 0.00",
            bio: "granted 50.00 available 50.00 held 0.00 charged 0.00")
        var ended = job.pending(tasks: 2, cpus: 10)
            .run(raw: 8, submit: t0, start: t0, end: t0.advanced(bySeconds: 10), cpus: 10)
        try await show(ended)
        ended.accountLineage = ["bio"]
        try await show(ended)
        try expect(
            "granted 100.00 available 99.00 held 0.00 charged 1.00",
            bio: "granted 50.00 available 38.00 held 12.00 charged 0.00")
        books.stopAndRemove()
    }

    // MARK: One task of an array

    @Test func `one task's longer limit is held for it alone, and goes with it at its start`()
        async throws
    {
        try await books.submit(.array)
        var asked = Modification(
            cluster: "reef", job: 7, part: JobPart(naming: "7_2"), ownerName: "ada",
            callerName: "ada")
        asked.timeLimitSeconds = 180
        #expect(try await books.answer(to: asked) == "12.00 more, 70.00 left in astro-2026")
        let ten = TRESCounts([.cpu: 10, .node: 1])
        var shown = job.pending(tasks: 3, cpus: 10)
        shown.pending?.apart = [.init(tasks: 1, footprint: ten, timeLimitSeconds: 180)]
        try await show(shown)
        #expect(try books.raises().isEmpty)
        try expect("granted 100.00 available 70.00 held 30.00 charged 0.00")
        // It starts: three minutes of ten CPUs are its share, the others keep theirs.
        try await show(
            job.pending(tasks: 2, cpus: 10)
                .run(raw: 8, submit: t0, start: t0, cpus: 10, seconds: 180))
        try expect("granted 100.00 available 70.00 held 30.00 charged 0.00")
        #expect(try books.store.runningRuns().first?.share.total.description == "18.00")
        books.stopAndRemove()
    }

    // MARK: What is told

    @Test func `a refused change leaves a notice, the same again is counted`() async throws {
        try await books.submit(.waiting)
        for _ in 0..<3 { _ = try await raise(to: 3_600) }
        _ = try await raise(to: 7_200)
        let told = try books.store.notices(ofJob: 7, tokens: [], cluster: "reef")
        #expect(told.map(\.kind) == ["modify_refused", "modify_refused"])
        #expect(told.map(\.times) == [3, 1])
        #expect(told[0].figures.contains(.init("fits_minutes", .number(16))))
        #expect(told[0].figures.contains(.init("cost", .amount(try ServiceUnits(parsing: "360")))))
        #expect(told[0].text.hasPrefix("a change: this job may cost 360.00 SU"))
        books.stopAndRemove()
    }

    @Test func `notices are kept a bounded time, and of one job a bounded number`() async throws {
        try await books.submit(.waiting)
        for index in 0..<70 { _ = try await raise(to: 3_600 + Int64(index) * 60) }
        #expect(try books.store.notices(ofJob: 7, tokens: [], cluster: "reef").count == 50)
        books.clock.advance(bySeconds: StoreTransaction.keptSeconds + 1)
        _ = try await books.perform(.tick)
        #expect(try books.store.notices(ofJob: 7, tokens: [], cluster: "reef").isEmpty)
        books.stopAndRemove()
    }

    @Test func `a submission's estimate is told later, and priced again by what it asked for`()
        async throws
    {
        var admission = Admission.small(token: "A", cpus: 10)
        admission.memo = SubmissionMemo(
            notes: ["one node, the fewest that fit"], request: "as asked")
        _ = try await books.perform(.admit(admission), id: "A")
        let told = try books.store.notices(ofJob: 7, tokens: ["A"], cluster: "reef")
        #expect(told.map(\.text) == ["up to 6.00 SU held, 94.00 SU left in astro-2026."])
        #expect(told[0].figures.last == .init("note", .text("one node, the fewest that fit")))
        #expect(try books.store.memo(ofJob: 7, owner: "ada", cluster: "reef") == "as asked")
        #expect(try books.store.memo(ofJob: 7, owner: "ben", cluster: "reef") == nil)
        try await show(job.pending(cpus: 10))
        #expect(try books.store.memo(ofJob: 7, owner: "", cluster: "reef") == "as asked")
        books.stopAndRemove()
    }
}

@Suite struct JobPartTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        let part: JobPart
        let count: Int64?
        let includes: [String]
        let leaves: [String]
        var testDescription: String { name }
    }

    @Test(arguments: [
        Row(name: "71", part: .whole, count: nil, includes: ["71", "71_4"], leaves: []),
        Row(name: "71_4", part: .tasks("4"), count: 1, includes: ["71_4"], leaves: ["71_5", "71"]),
        Row(
            name: "71_[3-5,9]", part: .tasks("3-5,9"), count: 4, includes: ["71_3", "71_9"],
            leaves: ["71_6"]),
        Row(
            name: "71_[0-8:4%2]", part: .tasks("0-8:4%2"), count: 3, includes: ["71_8"],
            leaves: ["71_2"]),
        Row(name: "80+1", part: .component(1), count: nil, includes: ["80+1"], leaves: []),
        Row(name: "71_[x]", part: .tasks("x"), count: 0, includes: [], leaves: ["71_1"]),
        Row(
            name: "71_[0-99999999999999999999]", part: .tasks("0-99999999999999999999"), count: 0,
            includes: [], leaves: ["71_0"]),
        Row(name: "", part: .whole, count: nil, includes: ["71"], leaves: []),
    ])
    func `a name says which records are meant`(row: Row) {
        let part = JobPart(naming: row.name)
        #expect(part == row.part && part.taskCount == row.count)
        for name in row.includes { #expect(part.includes(name), "\(name)") }
        for name in row.leaves { #expect(!part.includes(name), "\(name)") }
    }
}
