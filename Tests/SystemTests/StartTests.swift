import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// PrologSlurmctld: what may not run any more is held at its start, and let go when it may.
    @Suite struct Starts {
        private static let levels: [(thing: Edit.Thing, reason: String)] = [
            (.project(.init(name: "astro")), "project astro is INACTIVE."),
            (.allocation(.init(name: "astro-2026")), "allocation astro-2026 is INACTIVE."),
            (
                .member(.init(allocation: "astro-2026", user: "atoll-ben")),
                "your membership in astro-2026 is INACTIVE."
            ),
        ]

        @Test
        func
            `disabled while it waits: held at its start with the reason; enabled: let go, charged`()
            async throws
        {
            try await onEachKind { kind in
                for (thing, reason) in Self.levels {
                    try await playStarts(kind) { stage in
                        let job = try stage.bed.submit(
                            "atoll-ben", "-A astro -n1 -t5 -H", sleeping: 2
                        )
                        .admitted()
                        let other = try stage.bed.submit(
                            "atoll-ben", "-A astro -n1 -t1 -H", sleeping: 1
                        )
                        .admitted()
                        try stage.bed.slurm("scontrol", "hold", "\(other)")
                        try stage.books.edit(.disable, thing)
                        try stage.bed.slurm("scontrol", "release", "\(job)")
                        try await stage.isHeldBack(job, reason)
                        #expect(try stage.books.hold(of: job)?.held == su("3"), "its credit stays")
                        #expect(try stage.books.charges().isEmpty)

                        try stage.books.edit(.enable, thing)
                        try await stage.settled(job)
                        #expect(try stage.bed.note(of: job)?.contains("held by atoll") == false)
                        let ran = try await stage.bed.runs(
                            of: job, count: stage.isAccounting ? 2 : 1)
                        let run = try #require(ran.first { $0.state == "COMPLETED" })
                        #expect(
                            try stage.books.balance().charged
                                == Rate.core.charge(1, for: run.seconds))
                        // What an admin held stays held.
                        #expect(try stage.bed.states(of: other) == ["PENDING"])
                        #expect(try stage.bed.priority(of: other) == 0)
                        #expect(try stage.books.hold(of: other)?.heldBack == nil)
                    }
                }
            }
        }

        @Test func `dearer than its credit: held; a grant lets it go`() async throws {
            try await onEachKind { kind in
                try await playStarts(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5 -H", sleeping: 2)
                        .admitted()
                    try stage.books.setRate("72")
                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    try await stage.isHeldBack(
                        job, "this job may cost 24.00 SU, 20.00 SU are available in astro-2026")
                    try stage.books.grant("3")
                    try await Task.sleep(for: .seconds(3))
                    #expect(try stage.bed.priority(of: job) == 0, "that is not enough")
                    try stage.books.grant("1")
                    try await stage.settled(job)
                    let ran = try await stage.bed.runs(of: job, count: stage.isAccounting ? 2 : 1)
                    let run = try #require(ran.first { $0.state == "COMPLETED" })
                    #expect(
                        try stage.books.balance().charged
                            == HourlyRate(72).charge(4, for: run.seconds))
                }
            }
        }

        @Test
        func `its allocation ends before it could: held until that is longer, or it only begins`()
            async throws
        {
            var site = try Stage.site()
            let ends = site["astro-2026"].window.end
            site["bio-2026"].windowPolicy = .start
            try await onEachKind { [site] kind in
                try await playStarts(kind, site: site) { stage in
                    let job = try stage.bed.submit(
                        "atoll-ada", "-A astro -n2 -t5 --begin=now+1hour", sleeping: 2
                    ).admitted()
                    let other = try stage.bed.submit(
                        "atoll-cleo", "-A bio -n1 -t5 --begin=now+1hour", sleeping: 2
                    ).admitted()
                    for waiting in [job, other] { try await stage.bound(waiting) }
                    let soon = Instant(epochSeconds: Stage.now + 150)
                    for name in ["astro-2026", "bio-2026"] {
                        try stage.books.end(name, at: soon)
                    }
                    for waiting in [job, other] {
                        try stage.bed.slurm(
                            "scontrol", "update", "JobId=\(waiting)", "StartTime=now")
                    }
                    try await stage.isHeldBack(
                        job, "allocation astro-2026 ends \(soon), before the job could.")
                    #expect(try stage.books.hold(of: job)?.held == Rate.core.hold(2, for: 300))
                    #expect(try stage.books.charges().isEmpty)
                    // Of the other only the start has to lie within.
                    try await awaited("it is charged", within: 30, seen: stage.seen) {
                        try stage.books.hold(of: other) == nil
                            && !stage.books.charges("bio-2026").isEmpty
                    }
                    let begun = try await stage.bed.onlyRun(of: other)
                    #expect(
                        try stage.books.balance("bio-2026").charged
                            == Rate.core.charge(1, for: begun.seconds))

                    try stage.books.end("astro-2026", at: ends)
                    try await stage.settled(job)
                    let ran = try await stage.bed.runs(of: job, count: stage.isAccounting ? 2 : 1)
                    let run = try #require(ran.first { $0.state == "COMPLETED" })
                    #expect(
                        try stage.books.balance().charged == Rate.core.charge(2, for: run.seconds))
                }
            }
        }

        @Test func `dearer and there is credit: its hold is priced anew at its start`()
            async throws
        {
            // Seldom polls: it is the hook that does it.
            try await playStarts(.accounting, settings: AtolldSettings(pollSeconds: 30)) { stage in
                let job = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5 -H", sleeping: 4)
                    .admitted()
                #expect(try stage.books.balance().held == su("12"))
                try stage.books.setRate("54")
                try stage.bed.slurm("scontrol", "release", "\(job)")
                try await awaited("its hold is 18 SU") {
                    try stage.books.balance().held == su("18")
                }
                #expect(try stage.bed.states(of: job) == ["RUNNING"])
                // The epilog tells of its end long before the next poll.
                try await stage.settled(job)
            }
        }

        @Test func `of an array the tasks are held and let go one by one`() async throws {
            try await playStarts(.accounting) { stage in
                let thing = Edit.Thing.allocation(.init(name: "astro-2026"))
                let job = try stage.bed.submit(
                    "atoll-ada", "-A astro -n1 -t5 -H -a 0-2", sleeping: 1
                ).admitted()
                try stage.books.edit(.disable, thing)
                for task in ["0", "2"] {
                    try stage.bed.slurm("scontrol", "release", "\(job)_\(task)")
                }
                try await awaited("two tasks are held back", within: 30, seen: stage.seen) {
                    try stage.books.hold(of: job)?.heldBack?.contains("(and 1 more)") == true
                }
                try stage.books.edit(.enable, thing)
                try await awaited("two tasks are charged", within: 60, seen: stage.seen) {
                    try stage.books.chargedRuns(of: job) == 2
                }
                // The task that its user holds waits as before.
                try await awaited("one task waits", seen: stage.seen) {
                    let hold = try stage.books.hold(of: job)
                    return hold?.tasks == 1 && hold?.heldBack == nil && hold?.held == su("3")
                }
            }
        }

        @Test(arguments: [false, true])
        func `srun can't be requeued: it runs and is charged, or is cancelled`(
            kill: Bool
        ) async throws {
            let settings = AtolldSettings(start: kill ? ["kill = true"] : [])
            try await playStarts(.accounting, astro: "1000", settings: settings) { stage in
                let ran = try await stage.disabledAtStart("srun", "-n1", "-t5", "sleep", "2")
                #expect(ran.isGood == !kill, "\(ran.errors)")
                let charged = {
                    try stage.books.charges().filter {
                        $0.amount > ServiceUnits(microSU: -1_000_000)
                    }
                }
                guard !kill else {
                    try await awaited("nothing is held", within: 30, seen: stage.seen) {
                        try stage.books.holds().isEmpty
                    }
                    // At most the second in which it was cancelled.
                    return #expect(
                        try charged().allSatisfy { $0.amount >= ServiceUnits(microSU: -10_000) })
                }
                try await awaited("it is charged", within: 30, seen: stage.seen) {
                    try charged().contains { $0.amount <= ServiceUnits(microSU: -20_000) }
                }
            }
        }

        @Test func `atolld away: the job starts, and is charged when it is back`() async throws {
            try await playStarts(.accounting) { stage in
                #expect(try await stage.atolld.stop().code == 0)
                let job = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5", sleeping: 2)
                    .admitted()
                try await awaited("it runs") { try stage.bed.states(of: job) == ["RUNNING"] }
                #expect(stage.bed.hookLog.contains("atolld is not running"))
                try await stage.atolld.start()
                try await stage.settled(job)
                let run = try await stage.bed.onlyRun(of: job)
                #expect(try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
            }
        }

        @Test func `without the hook the collector requeues and holds what may not run`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind, settings: AtolldSettings(start: ["late = \"hold\""])) {
                    stage in
                    let thing = Edit.Thing.allocation(.init(name: "astro-2026"))
                    let job = try stage.bed.submit("atoll-ada", "-A astro -n1 -t5 -H", sleeping: 15)
                        .admitted()
                    _ = try await awaited("it is seen") { try stage.books.hold(of: job) }
                    try stage.books.edit(.disable, thing)
                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    // An operator may hold it, but only SlurmUser may change its AdminComment.
                    try await stage.isHeldBack(
                        job, "allocation astro-2026 is INACTIVE.", isNoted: !stage.isAccounting)
                    try stage.books.edit(.enable, thing)
                    // Its first run may have been over within a second.
                    try await stage.settled(job)
                    #expect(try stage.books.balance().charged >= Rate.core.charge(1, for: 15))
                }
            }
        }
    }
}

/// `play` with the hooks switched on.
private func playStarts(
    _ kind: BedKind, astro: String = "20", settings: AtolldSettings = AtolldSettings(),
    _ body: (Stage) async throws -> Void
) async throws {
    try await playStarts(kind, site: Stage.site(astro: astro), settings: settings, body)
}

private func playStarts(
    _ kind: BedKind, site: Site, settings: AtolldSettings = AtolldSettings(),
    _ body: (Stage) async throws -> Void
) async throws {
    try await play(kind, site: site, settings: settings) { stage in
        try stage.bed.switchHooks(on: true)
        defer { try? stage.bed.switchHooks(on: false) }
        try await body(stage)
    }
}

extension Stage {
    fileprivate var seen: String {
        "\((try? books.holds()) ?? []) \(bed.hookLog.suffix(2_000))"
    }

    /// Waits until Slurm holds the job for the reason, and everybody is told so.
    fileprivate func isHeldBack(
        _ job: Int64, _ reason: String, isNoted: Bool = true
    ) async throws {
        try await awaited("job \(job) is held", within: 30, seen: seen) {
            let states = try bed.states(of: job)
            return try states == ["PENDING"] && bed.priority(of: job) == 0
                && books.hold(of: job)?.heldBack?.contains(reason) == true
        }
        guard isNoted else { return }
        try await awaited("its note is there", seen: seen) {
            let note = try bed.note(of: job)
            return note?.contains("[held by atoll: \(reason)") == true
                && note?.contains("] atoll=") == true
        }
    }

    /// A command that starts while its allocation is disabled: between its submission and its start.
    fileprivate func disabledAtStart(_ command: String...) async throws -> Finished {
        let first = try bed.submit("atoll-ada", "-A astro -N4 -n4 --exclusive -t1", sleeping: 4)
        let blocker = try first.admitted()
        _ = try await running(blocker)
        let waits = Task.detached { [bed] in
            try attempt(
                [command[0], "-A", "astro"] + command.dropFirst(), as: "atoll-ada",
                in: bed.slurm + "/out", environment: bed.environment)
        }
        try await awaited("it waits", seen: seen) { try books.holds().count == 2 }
        try books.edit(.disable, .allocation(.init(name: "astro-2026")))
        try bed.cancel(blocker)
        return try await waits.value
    }
}

extension Books {
    fileprivate func edit(_ verb: Edit.Verb, _ thing: Edit.Thing) throws {
        try ask(.edit(.init(Edit(verb, thing))))
    }

    fileprivate func end(_ allocation: String, at end: Instant) throws {
        var fields = AllocationFields(name: allocation)
        fields.end = .set(end)
        try edit(.modify, .allocation(fields))
    }

    fileprivate func setRate(_ perHour: String) throws {
        var site = try Stage.site()
        site.resources[0].rates[0].suPerHour = try Rational(parsing: perHour)
        try ask(.apply(.init(site: site, backdate: true)))
    }
}

extension Testbed {
    /// What `scontrol show job` has as AdminComment.
    fileprivate func note(of job: Int64) throws -> String? {
        let text = try slurm("scontrol", "-o", "show", "job", "\(job)")
        guard let found = text.firstMatch(of: /AdminComment=(.*?) [A-Z][A-Za-z]+=/) else {
            return nil
        }
        return String(found.1)
    }

    fileprivate func priority(of job: Int64) throws -> Int64? {
        try moment("Priority", of: job)
    }
}
