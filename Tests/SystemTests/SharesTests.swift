import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// Several runs to one hold, and holds whose jobs never run.
    @Suite struct Shares {
        @Test func `an array is held for all its tasks, and each is charged on its own`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -n2 -t1 --array=0-4%2", sleeping: 1)
                    let job = try sent.admitted()
                    let held = Rate.core.hold(2, for: 60).times(5)
                    #expect(held == su("6"))
                    #expect(try stage.books.balance().held == held)
                    try await stage.settled(job, runs: 5)
                    let runs = try await stage.bed.runs(of: job, count: 5)
                    let balance = try stage.books.balance()
                    let charged = runs.reduce(ServiceUnits.zero) {
                        $0 + Rate.core.charge(2, for: $1.seconds)
                    }
                    #expect(balance.charged == charged && balance.held == .zero, "\(runs)")
                    let names = try stage.books.charges().compactMap(\.job)
                    #expect(Set(names) == Set((0..<5).map { "\(job)_\($0)" }) && names.count == 5)
                }
            }
        }

        @Test func `tasks that are cancelled while they wait give their part back`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -n2 -t1 --array=0-4%1", sleeping: 20)
                    let job = try sent.admitted()
                    _ = try await stage.running(job)
                    try stage.bed.slurm("scancel", "\(job)_[2-4]")
                    try await awaited("two tasks are held") {
                        try stage.books.balance().held == su("2.4")
                    }
                    try stage.bed.cancel(job)
                    try await stage.settled(job)
                    let run = try await stage.bed.runs(of: job, count: 1)[0]
                    #expect(
                        try stage.books.balance().charged == Rate.core.charge(2, for: run.seconds))
                }
            }
        }

        @Test func `held for the tasks that may run at once, whatever the throttle becomes`()
            async throws
        {
            try await onEachKind { kind in
                var site = try Stage.site()
                site["astro-2026"].holdPolicy = .throttle
                try await play(kind, site: site) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -n2 -t1 -H --array=0-2%1", sleeping: 2)
                    let (job, task) = (try sent.admitted(), Rate.core.hold(2, for: 60))
                    #expect(try sent.held() == task)
                    // Without a limit of its own it is as if there were none: all three.
                    for (throttle, tasks) in [(2, 2), (0, 3), (1, 1)] as [(Int, Int64)] {
                        let before = try stage.books.balance().held
                        let done = try stage.bed.update(
                            job, "ArrayTaskThrottle=\(throttle)", as: "atoll-ada")
                        #expect(done.isGood, "\(done)")
                        // Before slurmctld accepted it; what needs less goes when it is shown.
                        let held = try stage.books.balance().held
                        #expect(held == max(before, task.times(tasks) ?? .zero))
                        try await awaited(
                            "\(tasks) tasks are held", seen: "\(try stage.books.holds())"
                        ) {
                            let holds = try stage.books.holds()
                            return holds.count == 1 && holds[0].held == task.times(tasks)
                        }
                    }
                    try await refusesMoreAtOnce(stage)
                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    // One after the other: never more is held than for one of them.
                    try await awaited(
                        "all are charged", within: 60, seen: "\(try stage.books.holds())"
                    ) {
                        let held = try stage.books.balance().held
                        #expect(held <= task)
                        return try stage.books.chargedRuns(of: job) == 3 && held == .zero
                    }
                    let runs = try await stage.bed.runs(of: job, count: 3)
                    let charged = runs.reduce(ServiceUnits.zero) {
                        $0 + Rate.core.charge(2, for: $1.seconds)
                    }
                    #expect(try stage.books.balance().charged == charged, "\(runs)")
                }
            }
        }

        /// Of an array of which one task is held, and no credit is left for a second.
        private func refusesMoreAtOnce(_ stage: Stage) async throws {
            let job = try stage.bed.submit(
                "atoll-ada", "-A astro -n8 -t3 -H --array=0-2%1", sleeping: 1
            ).admitted()
            try await awaited("it is seen") { try stage.books.hold(of: job)?.state == "bound" }
            let task = Rate.core.hold(8, for: 180)
            let done = try stage.bed.update(job, "ArrayTaskThrottle=2", as: "atoll-ada")
            #expect(!done.isGood, "\(done)")
            let told = try stage.why(job, as: "atoll-ada").output
            #expect(told.contains("2 tasks at once: this job may cost"), "\(told)")
            // Slurm 22.05 does it before it asks, whatever it is answered: then it is held when shown.
            let shown = try stage.bed.slurm("scontrol", "show", "job", "\(job)")
            let tasks: Int64 = shown.contains("ArrayTaskId=0-2%1") ? 1 : 2
            try await awaited("\(tasks) are held", seen: "\(try stage.books.holds())") {
                try stage.books.hold(of: job)?.held == task.times(tasks)
            }
            try stage.bed.cancel(job)
            try await awaited("it is gone") { try stage.books.hold(of: job) == nil }
        }

        @Test func `a het job is held and charged a component each`() async throws {
            try await play(.accounting) { stage in
                let sent = try stage.bed.submit(
                    "atoll-ada", "-A astro -n1 -t5 : -A astro -n2 -t5", sleeping: 1)
                let job = try sent.admitted()
                #expect(try stage.books.balance().held == su("9"))
                try await stage.settled(job, runs: 2)
                let runs = try await stage.bed.runs(of: job, count: 2)
                let charged = runs.reduce(ServiceUnits.zero) {
                    $0 + Rate.core.charge($1.counts[.cpu], for: $1.seconds)
                }
                try await awaited("both are settled") { try stage.books.holds().isEmpty }
                #expect(try stage.books.balance().charged == charged, "\(runs)")
            }
        }

        @Test func `a het job that is refused in part holds nothing`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -n1 -t5 : -A astro -n64 -t60", sleeping: 1)
                    #expect(sent.job == nil)
                    #expect(
                        sent.said.contains("this job may cost 2,304.00 SU, 17.00 SU are available"))
                    #expect(try stage.books.holds().isEmpty)
                    #expect(try stage.books.balance().available == su("20"))
                }
            }
        }

        @Test func `a job that is cancelled while it waits costs nothing`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let sent = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5 -H", sleeping: 1)
                    let job = try sent.admitted()
                    try await awaited("the hold is bound") {
                        try stage.books.hold(of: job)?.state == "bound"
                    }
                    #expect(try stage.books.balance().held == su("12"))
                    try stage.bed.cancel(job)
                    try await awaited("the hold is gone") { try stage.books.holds().isEmpty }
                    let balance = try stage.books.balance()
                    #expect(balance.available == su("20") && balance.charged == .zero)
                    #expect(try stage.books.charges().isEmpty)
                }
            }
        }

        @Test func `a job that is cancelled while it runs is charged what ran`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit(
                        "atoll-ada", "-A astro -n4 -t5", sleeping: 60
                    ).admitted()
                    _ = try await stage.running(job)
                    try await awaited("a second ran") { try stage.books.balance().inFlight > .zero }
                    try stage.bed.cancel(job)
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    #expect(run.state.hasPrefix("CANCELLED") && run.seconds > 0)
                    #expect(
                        try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
                }
            }
        }

        @Test func `a requeued job is charged for both its runs`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit(
                        "atoll-ada", "-A astro -n2 -t5",
                        script: "sleep $((SLURM_RESTART_COUNT > 0 ? 2 : 60))"
                    ).admitted()
                    _ = try await stage.running(job)
                    // Slurm itself has but one record of runs that were submitted in one second.
                    try await awaited("a second ran") { try stage.books.balance().inFlight > .zero }
                    let begun = try #require(try stage.bed.moment("StartTime", of: job))
                    try stage.bed.slurm("scontrol", "requeue", "\(job)")
                    try await awaited("the hold is whole again") {
                        try stage.books.hold(of: job).map { $0.running == 0 } ?? false
                    }
                    #expect(try stage.books.balance().held == Rate.core.hold(2, for: 300))
                    try await stage.settled(job, runs: 2)
                    let balance = try stage.books.balance()
                    #expect(balance.held == .zero)
                    let first = try await stage.requeued(job, from: begun)
                    let last = try #require(
                        try await stage.bed.runs(of: job, count: kind.hasAccounting ? 2 : 1).last)
                    let seconds = [first, last.seconds]
                    let charged = seconds.reduce(ServiceUnits.zero) {
                        $0 + Rate.core.charge(2, for: $1)
                    }
                    #expect(
                        balance.charged == charged && seconds.allSatisfy { $0 > 0 }, "\(seconds)")
                }
            }
        }
    }
}
