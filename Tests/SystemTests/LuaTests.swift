import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// A site's own job_submit.lua with atoll.lua in it, in Slurm's own job_submit/lua: what the
    /// plugin does, it does.
    @Suite struct LuaHook {
        @Test
        func `a site's script asks as the plugin does, and ends no submission late`() async throws {
            try await onEachKind { kind in
                try await play(kind, named: "lua", astro: "20", hook: .lua) { stage in
                    try await stage.admitsAndRefuses()
                    try await stage.holdsAnArray()
                    try await stage.takesBackAHetJob()
                    try await stage.asksAboutAChange()
                    try await stage.goesOnWithoutAtolld()
                }
            }
        }
    }
}

extension Stage {
    fileprivate func admitsAndRefuses() async throws {
        let sent = try bed.submit("atoll-ada", "-A astro -n4 -t5 -J noted", sleeping: 5)
        let job = try sent.admitted()
        #expect(sent.said.contains("atoll: up to 12.00 SU held, 8.00 SU left in astro-2026."))
        #expect(sent.said.contains("the site speaks first"), "\(sent)")
        let comment = try bed.adminComment(of: job)
        #expect(comment.contains(/^the site's note atoll=[0-9A-Z]{26}$/), "\(comment)")
        let refused = try bed.submit("atoll-ada", "-A astro -n8 -t9", sleeping: 1)
        #expect(refused.job == nil)
        #expect(
            refused.said.contains(
                "error: atoll: refused: this job may cost 43.20 SU, 8.00 SU are available in "
                    + "astro-2026 (granted 20.00, charged 0.00, held 12.00)."), "\(refused)")
        try await settled(job)
        try charged(job, 4, try await bed.onlyRun(of: job))
    }

    fileprivate func holdsAnArray() async throws {
        let before = try books.balance().held
        let sent = try bed.submit("atoll-ada", "-A astro -n1 -t2 --array=0-3%2", sleeping: 2)
        #expect(try books.balance().held - before == Rate.core.hold(4, for: 120))
        let job = try sent.admitted()
        try await settled(job, runs: 4)
        let seconds = try await bed.runs(of: job, count: 4).map(\.seconds)
        let each = seconds.map { Rate.core.charge(1, for: $0) }.reduce(.zero, +)
        #expect(try books.charge(of: job) == each)
    }

    /// The third component is refused, so the first two hold nothing: at once, not after a while.
    fileprivate func takesBackAHetJob() async throws {
        let refused = try bed.submit(
            "atoll-ada", "-A astro -n1 -t2 : -A astro -n2 -t2 : -A astro -n64 -t60", sleeping: 1)
        #expect(refused.job == nil && refused.said.contains("this job may cost"), "\(refused)")
        #expect(try books.balance().held == .zero)
        #expect(try books.holds().isEmpty)
        let job = try bed.submit("atoll-ada", "-A astro -n1 -t2 : -A astro -n2 -t2", sleeping: 4)
            .admitted()
        #expect(try books.balance().held == Rate.core.hold(3, for: 120))
        try await awaited("both are charged", within: 60, seen: "\(try books.holds())") {
            try books.holds().isEmpty && books.chargedRuns(of: job) >= 1
        }
    }

    fileprivate func asksAboutAChange() async throws {
        let job = try send("-n1 -t5 -H", "sleep 1")
        try await bound(job)
        let refused = try bed.command(
            as: "atoll-ada", "scontrol update jobid=\(job) timelimit=90")
        let figures = "this job may cost 54.00 SU"
        #expect(!refused.isGood, "\(refused)")
        #expect(try refused.errors.contains(figures) == bed.tellsWhyOfChanges(), "\(refused)")
        let told = try attempt(
            [bed.folder + "/bin/atoll", "why", "\(job)", "--socket", bed.socket], as: "atoll-ada")
        #expect(told.output.contains(figures), "\(told)")
        // What was said of the change is nothing to the next who submits.
        let next = try bed.submit("atoll-ada", "-A astro -n1 -t1 -H", sleeping: 1)
        #expect(!next.said.contains("may cost"), "\(next)")
        let done = try bed.command(as: "atoll-ada", "scontrol update jobid=\(job) timelimit=10")
        #expect(done.isGood, "\(done)")
        let both = Rate.core.hold(1, for: 600) + Rate.core.hold(1, for: 60)
        #expect(try books.balance().held == both)
        try await awaited("the raise is settled", seen: "\(try books.holds())") {
            let holds = try books.holds()
            return try holds.count == 2 && books.hold(of: job)?.held == Rate.core.hold(1, for: 600)
        }
        try bed.cancel(job)
        try bed.cancel(next.admitted())
        try await awaited("nothing is held") { try books.holds().isEmpty }
    }

    /// Frozen: by the deadline. Stopped: at once. Either way the job is counted afterwards.
    fileprivate func goesOnWithoutAtolld() async throws {
        let deadline = Double(Testbed.pluginDeadlineMilliseconds) / 1_000
        atolld.signal(SIGSTOP)
        let late = try bed.submit("atoll-ada", "-A astro -n1 -t2", sleeping: 1)
        atolld.signal(SIGCONT)
        #expect(late.seconds >= deadline && late.seconds < deadline + 2, "\(late)")
        let frozen = try late.admitted()
        try await settled(frozen)
        try charged(frozen, 1, try await bed.onlyRun(of: frozen))

        #expect(try await atolld.stop().code == 0)
        let sent = try bed.submit("atoll-ada", "-A astro -n2 -t2", sleeping: 6)
        let stopped = try sent.admitted()
        #expect(sent.seconds < deadline, "nobody listens: no time is lost on it")
        #expect(try bed.adminComment(of: stopped).contains(/^atoll=[0-9A-Z]{26}$/))
        try await atolld.start()
        try await settled(stopped)
        try charged(stopped, 2, try await bed.onlyRun(of: stopped))
    }

    private func charged(_ job: Int64, _ cores: Int64, _ run: SlurmRun) throws {
        #expect(
            try books.charge(of: job) == Rate.core.charge(cores, for: run.seconds), "\(run)")
    }
}

extension Testbed {
    /// What slurmctld has in a job's admin_comment.
    fileprivate func adminComment(of job: Int64) throws -> String {
        let shown = try slurm("scontrol", "-a", "show", "job", "\(job)")
        return shown.firstMatch(of: /AdminComment=(.*?) *\n/).map { String($0.1) } ?? ""
    }
}
