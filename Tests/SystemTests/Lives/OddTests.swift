import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Lives that need a Slurm configured for them (`OddBed`).
    @Suite struct Odd {
        @Test
        func `out of memory, never booted, grown, by the minute: each is charged what it had`()
            async throws
        {
            try await onEachKind { kind in
                try await withBed(kind, named: "odd", lines: OddBed.lines(kind)) { bed in
                    try bed.makeOddities()
                    try await play(on: bed, site: Stage.site(astro: "10000")) { stage in
                        try await stage.play(Self.lives)
                    }
                    // By name, what is free and what is short.
                    var settings = AtolldSettings()
                    settings.charging = [
                        "free_states = [\"NODE_FAIL\", \"OUT_OF_MEMORY\"]",
                        "short_runs_seconds = 6",
                    ]
                    try await play(
                        on: bed, site: Stage.site(astro: "10000"), settings: settings
                    ) { stage in try await stage.play(Self.freeLives) }
                }
            }
        }

        private static let lives = [
            Life("its memory runs out") { stage in
                let job = try stage.send("-n2 -t5 --mem=100", "sleep 60")
                try await stage.begun(job)
                try stage.bed.runOutOfMemory(job)
                let run = try await stage.ended(job, "OUT_OF_ME")
                #expect(run.seconds > 0)
                return Lived(job: job, charges: [stage.cores(2, run.seconds)])
            },
            Life("it takes more memory than it asked for: Slurm 22.05 calls that FAILED") { stage in
                let eats = #"perl -e '$x = "a" x 150000000; sleep 60'"#
                let job = try stage.send("-n3 -t5 --mem=40", eats)
                let run = try await stage.ended(job, "FAILED")
                return Lived(job: job, charges: [stage.cores(3, run.seconds)])
            },
            Life("its node never comes up, and it may not be queued again") { stage in
                let job = try stage.send("-p cloud -n1 -t5 --mem=100 --no-requeue", "sleep 60")
                let run = try await stage.ended(job, "NODE_FAIL")
                #expect(run.seconds > 0)
                return Lived(job: job, charges: [])
            },
            grown, grownAfterPause, byTheMinute,
        ]

        private static let grown = Life("it grows while it runs") { stage in
            let job = try stage.send("-n1 -t5 --mem=100", "sleep 25")
            try await stage.begun(job)
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            return try await grow(job, after: .none(since: start), stage)
        }

        private static let grownAfterPause = Life("it is suspended, and grows later") { stage in
            let job = try stage.send("-n1 -t5 --mem=100", Runs.working(20))
            return try await grow(job, after: try await stage.pause(job), stage)
        }

        /// By two cores from a second on: those of a job that is made to give them.
        private static func grow(
            _ job: Int64, after pause: Pause, _ stage: Stage
        ) async throws -> Lived {
            let giver = try stage.bed.allocate("-n2 -t5 --mem=100 -d expand:\(job)")
            try await stage.begun(giver)
            let given = try #require(try stage.bed.moment("StartTime", of: giver))
            try stage.bed.slurm("scontrol", "update", "JobId=\(giver)", "NumNodes=0")
            let resized = try #require(try stage.bed.moment("ResizeTime", of: job))
            #expect(try stage.bed.moment("NumCPUs", of: job) == 3)
            #expect(try stage.bed.moment("ResizeTime", of: giver) == resized)
            let spent = resized - pause.start - pause.seconds
            try await stage.heldRunning(job, Rate.core.hold(3, for: 300 - spent))
            try await stage.settled(giver)
            let cost = stage.cores(2, resized - given)
            #expect(try stage.books.charge(of: giver) == cost, "\(giver) gave at \(resized)")

            try await stage.shown(job, "COMPLETED")
            let end = try #require(try stage.bed.moment("EndTime", of: job))
            #expect(spent > 0 && end > resized)
            return Lived(
                job: job, charges: [stage.cores(1, spent), stage.cores(3, end - resized)],
                beside: cost)
        }

        private static let byTheMinute = Life("it runs each minute: held once at a time") { stage in
            let job = try stage.bed.scrontab(account: "astro")
            try await stage.bound(job)
            let once = Rate.core.hold(1, for: 60)
            #expect(try stage.books.hold(of: job)?.held == once)
            try await awaited("it occurs", within: 75, seen: "\(try stage.books.holds())") {
                try stage.books.hold(of: job)?.running == 1
            }
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            #expect(try stage.books.hold(of: job)?.held == once)
            let seconds = try await stage.requeued(job, from: start)
            try await awaited("the next one is held", seen: "\(try stage.books.holds())") {
                let hold = try stage.books.hold(of: job)
                return hold?.tasks == 1 && hold?.running == 0 && hold?.held == once
            }
            try stage.bed.removeScrontab()
            if stage.isAccounting {
                let told = try await stage.bed.runs(of: job).map(\.seconds)
                #expect(told == [seconds])
            }
            return Lived(job: job, charges: [stage.cores(1, seconds)])
        }

        private static let freeLives = [
            Life("shorter than what is charged") { stage in
                let job = try stage.send("-n2 -t5 --mem=100", "sleep 1")
                let run = try await stage.ended(job, "COMPLETED")
                #expect(run.seconds < 6, "the machine was too slow for this test")
                return Lived(job: job, charges: [])
            },
            Life("long enough") { stage in
                let job = try stage.send("-n2 -t5 --mem=100", "sleep 7")
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(2, run.seconds)])
            },
            Life("ended in a state that is free here") { stage in
                let job = try stage.send("-n2 -t5 --mem=100", "sleep 60")
                try await stage.begun(job)
                let start = try #require(try stage.bed.moment("StartTime", of: job))
                try await awaited("it is no short run") { Stage.now > start + 7 }
                try stage.bed.runOutOfMemory(job)
                _ = try await stage.ended(job, "OUT_OF_ME")
                return Lived(job: job, charges: [])
            },
        ]
    }
}

extension Testbed {
    /// An allocation without a shell or step, of ada's; its job's id.
    fileprivate func allocate(_ options: String) throws -> Int64 {
        let done = try command(as: "atoll-ada", "salloc -A astro --no-shell \(options)")
        guard let job = done.errors.firstMatch(of: /job allocation (\d+)/).flatMap({ Int64($0.1) })
        else { throw CommandFailed(description: "salloc \(options): \(done.errors)") }
        return job
    }
}
