import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// Whatever a job's end is: what ran is charged once, by its own times; the rest goes back.
    @Suite struct Ends {
        @Test
        func `however jobs end, each is charged what it ran`() async throws {
            try await onEachKind { kind in
                let bed = try await Beds.all.bed(kind)
                try bed.addPartitions()
                defer { try? bed.removePartitions() }
                var site = try Stage.site(astro: "10000")
                site["bio-2026"].initial = Self.creditPastLimit
                try await play(on: bed, site: site) { stage in
                    try await stage.play(
                        Self.plainEnds + Self.pastTheLimit + Self.lostNode + Self.cancelled
                            + Self.sentOtherwise)
                }
            }
        }

        private static let plainEnds = [
            Life("it completes") { stage in
                let job = try stage.send("-n1 -t5", "sleep 2")
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(1, run.seconds)])
            },
            Life("it fails") { stage in
                let job = try stage.send("-n2 -t5", "sleep 1; exit 3")
                let run = try await stage.ended(job, "FAILED")
                return Lived(job: job, charges: [stage.cores(2, run.seconds)])
            },
        ]

        private static let cancelled = [
            Life("cancelled while it waits") { stage in
                let job = try stage.send("-n4 -t5 --begin=now+1hour", "sleep 1")
                try await stage.bound(job)
                try stage.bed.cancel(job)
                return Lived(job: job, charges: [])
            },
            Life("cancelled while it waits for another") { stage in
                let first = try stage.send("-n1 -t5 --begin=now+1hour", "sleep 1")
                let job = try stage.send("-n4 -t5 -d afterany:\(first)", "sleep 1")
                try await stage.bound(job)
                try await stage.bound(first)
                try stage.bed.cancel(job)
                try stage.bed.cancel(first)
                return Lived(job: job, charges: [])
            },
            Life("cancelled while it runs") { stage in
                let job = try stage.send("-n4 -t5", "sleep 60")
                try await stage.begun(job)
                try stage.bed.cancel(job)
                let run = try await stage.ended(job, "CANCELLED")
                #expect(run.seconds > 0)
                return Lived(job: job, charges: [stage.cores(4, run.seconds)])
            },
            Life("cancelled while it is suspended") { stage in
                let job = try stage.send("-n5 -t5", "sleep 60")
                try await stage.begun(job)
                try stage.bed.slurm("scontrol", "suspend", "\(job)")
                try await stage.shown(job, "SUSPENDED")
                let ran = try #require(try stage.bed.moment("SecsPreSuspend", of: job))
                try await Task.sleep(for: .seconds(3))
                try stage.bed.cancel(job)
                let run = try await stage.ended(job, "CANCELLED")
                #expect(run.seconds == ran)
                return Lived(job: job, charges: [stage.cores(5, ran)])
            },
        ]

        private static let sentOtherwise = [
            Life("an array of odd tasks") { stage in
                let sent = try stage.bed.submit(
                    "atoll-ada", "-A astro -n1 -t5 --array=1,3,5-9:2", sleeping: 1)
                let job = try sent.admitted()
                #expect(try sent.held() == Rate.core.hold(1, for: 300).times(5))
                let runs = try await stage.bed.runs(of: job, count: 5, within: 120)
                return Lived(job: job, charges: runs.map { stage.cores(1, $0.seconds) })
            },
            interactive("srun", cores: 7),
            interactive("salloc", cores: 11),
            Life("a script's own argument is no option") { stage in
                let job = try stage.bed.submitFile("-n2 -t5", "sleep 2", "--test-only").admitted()
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(2, run.seconds)])
            },
        ]

        /// Without a batch script; no other job of the play has as many cores.
        private static func interactive(_ program: String, cores: Int64) -> Life {
            Life(program) { stage in
                let (process, file) = try stage.bed.beginInteractively(
                    program, "-n\(cores) -t5", "sleep 4")
                let amount = Rate.core.hold(cores, for: 300)
                let hold = try await awaited(
                    "\(program) runs, and \(amount) SU are held", within: 60,
                    seen: "\(try stage.books.holds())"
                ) { try stage.books.holds().first { $0.running == 1 && $0.held == amount } }
                let code = try await awaited("\(program) ends", within: 60) { process.exit }
                let said = try String(contentsOfFile: file, encoding: .utf8)
                let job = try #require(said.firstMatch(of: /job (\d+)/).flatMap { Int64($0.1) })
                #expect(code == 0 && hold.job == "\(job)" && hold.tasks == 0, "\(hold)")
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(cores, run.seconds)])
            }
        }

        @Test
        func `a test says what a job would cost, and its hold lapses`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let script = try stage.bed.scriptFile("sleep 1")
                    let tested = try stage.bed.command(
                        as: "atoll-ada", "sbatch --test-only -A astro -n4 -t5 \(script)")
                    #expect(tested.errors.contains("12.00 SU"), "\(tested.errors)")
                    try await awaited(
                        "its hold has lapsed", within: 30, seen: "\(try stage.books.holds())"
                    ) {
                        try stage.books.holds().isEmpty
                    }
                    #expect(try stage.books.balance().available == su("20"))
                    let dear = try stage.bed.command(
                        as: "atoll-ada", "sbatch --test-only -A astro -n8 -t5 \(script)")
                    #expect(
                        dear.errors.contains("At most 00:04:00 of -t would fit"), "\(dear.errors)")
                    #expect(try stage.books.holds().isEmpty)
                }
            }
        }

        @Test
        func `what Slurm refuses after it was admitted holds nothing for long`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -n4 -t5 -w nosuchnode", sleeping: 1)
                    #expect(sent.job == nil && sent.said.contains("12.00 SU held"), "\(sent.said)")
                    #expect(try stage.books.balance().held == su("12"))
                    try await awaited(
                        "its hold has gone", within: 40, seen: "\(try stage.books.holds())"
                    ) {
                        try stage.books.holds().isEmpty
                    }
                    #expect(try stage.books.balance().available == su("20"))
                }
            }
        }
    }
}
