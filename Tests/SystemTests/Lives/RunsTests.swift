import Foundation
import Registry
import Testing
import Units

extension SystemTests {
    /// Jobs of several runs, and runs with gaps in them.
    @Suite struct Runs {
        @Test
        func `requeued, suspended and resized, each second is charged once`() async throws {
            try await onEachKind { kind in
                try await play(kind, astro: "10000") { stage in
                    try await stage.play(
                        [Self.requeuedTwice, Self.suspendedTwice, Self.shrunk]
                            + Self.pausedAndMore)
                }
            }
        }

        private static let requeuedTwice = Life("it runs three times") { stage in
            let job = try stage.send("-n2 -t5", "sleep $((SLURM_RESTART_COUNT > 1 ? 2 : 60))")
            var seconds: [Int64] = []
            for _ in 1...2 {
                try await stage.begun(job)
                let start = try #require(try stage.bed.moment("StartTime", of: job))
                try stage.bed.slurm("scontrol", "requeue", "\(job)")
                seconds.append(try await stage.requeued(job, from: start))
            }
            let runs = try await stage.bed.runs(
                of: job, count: stage.isAccounting ? 3 : 1, within: 90)
            let told = runs.map(\.seconds)
            seconds.append(try #require(told.last))
            #expect(!stage.isAccounting || told == seconds, "\(told) \(seconds)")
            return Lived(job: job, charges: seconds.map { stage.cores(2, $0) })
        }

        private static let suspendedTwice = Life("it is suspended twice") { stage in
            let job = try stage.send("-n3 -t5", Self.working(8))
            for pause in 1...2 {
                try await stage.begun(job)
                try stage.bed.slurm("scontrol", "suspend", "\(job)")
                try await stage.shown(job, "SUSPENDED")
                // Its limit stands still meanwhile: its hold is what it was.
                try await stage.heldRunning(job, Rate.core.hold(3, for: 300))
                try await Task.sleep(for: .seconds(2 + pause))
                try stage.bed.slurm("scontrol", "resume", "\(job)")
                try await stage.shown(job, "RUNNING")
                try await Task.sleep(for: .seconds(2))
            }
            _ = try await stage.ended(job, "COMPLETED")
            let seconds = try stage.bed.secondsRun(of: job)
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            let end = try #require(try stage.bed.moment("EndTime", of: job))
            #expect(end - start - seconds >= 7, "\(end - start) s, of which it ran \(seconds)")
            return Lived(job: job, charges: [stage.cores(3, seconds)])
        }

        private static let shrunk = Life("it gives a node back") { stage in
            let job = try stage.send("-N2 --ntasks-per-node=2 -t5", "sleep 10")
            try await stage.begun(job)
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            let (resized, end) = try await stage.shrunk(job, after: .none(since: start))
            return Lived(
                job: job,
                charges: [stage.cores(4, resized - start), stage.cores(2, end - resized)])
        }

        @Test
        func `suspended seconds fall into the rate window in which they lay`() async throws {
            try await onEachKind { kind in
                // Twice as dear from a moment in the middle of the pause.
                var site = try Stage.site(astro: "10000")
                let window = site.resources[0].rates[0].window
                let dearer = Instant(epochSeconds: Stage.now + 25)
                site.resources[0].rates = [
                    .init(
                        suPerHour: try Rational(36, over: 1),
                        window: try #require(Interval(start: window.start, end: dearer))),
                    .init(
                        suPerHour: try Rational(72, over: 1),
                        window: try #require(Interval(start: dearer, end: window.end))),
                ]
                try await play(kind, site: site) { stage in
                    let job = try stage.send("-n2 -t5", Self.working(8))
                    try await stage.begun(job)
                    let start = try #require(try stage.bed.moment("StartTime", of: job))
                    try stage.bed.slurm("scontrol", "suspend", "\(job)")
                    try await stage.shown(job, "SUSPENDED")
                    let paused = try #require(try stage.bed.moment("SuspendTime", of: job))
                    #expect(paused < dearer.epochSeconds, "the machine was too slow for this test")
                    try await awaited("it is dearer", within: 60) {
                        Stage.now > dearer.epochSeconds + 1
                    }
                    try stage.bed.slurm("scontrol", "resume", "\(job)")
                    try await stage.shown(job, "RUNNING")
                    let resumed = try #require(try stage.bed.moment("SuspendTime", of: job))
                    _ = try await stage.ended(job, "COMPLETED")
                    let end = try #require(try stage.bed.moment("EndTime", of: job))
                    try await stage.settled(job)
                    let cheap = Rate.core.charge(2, for: paused - start)
                    let dear = HourlyRate(72).charge(2, for: end - resumed)
                    #expect(try stage.books.charge(of: job) == cheap + dear)
                }
            }
        }
    }
}
