import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Whatever a job's end is: what ran is charged once, by its own times; the rest goes back.
    @Suite struct Ends {
        @Test
        func `however jobs end, each is charged what it ran`() async throws {
            try await onEachKind { kind in
                try await play(kind, astro: "10000") { stage in
                    try await stage.play(Self.plainEnds + Self.cancelled + Self.sentOtherwise)
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
            Life("it runs past its limit: more than was held is charged in full") { stage in
                let job = try stage.send("-n3 -t1", "sleep 300")
                let run = try await stage.ended(job, "TIMEOUT")
                #expect(run.seconds >= 60)
                return Lived(job: job, charges: [stage.cores(3, run.seconds)])
            },
            Life("its node fails: the site's policy makes it free") { stage in
                let job = try stage.send("-n2 -t5 -w n4 --no-requeue", "sleep 60")
                try await stage.begun(job)
                try stage.bed.slurm(
                    "scontrol", "update", "NodeName=n4", "State=DOWN", "Reason=test")
                defer {
                    _ = try? stage.bed.slurm("scontrol", "update", "NodeName=n4", "State=RESUME")
                }
                let run = try await stage.ended(job, "NODE_FAIL")
                #expect(run.seconds > 0)
                return Lived(job: job, charges: [])
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
                let job = try stage.send("-n1 -t5 --array=1,3,5-9:2", "sleep 1")
                let runs = try await stage.bed.runs(of: job, count: 5, within: 120)
                return Lived(job: job, charges: runs.map { stage.cores(1, $0.seconds) })
            },
            Life("srun without a batch script") { stage in
                let job = try stage.bed.runInteractively("srun", "-n3 -t5", "sleep 2")
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(3, run.seconds)])
            },
            Life("salloc") { stage in
                let job = try stage.bed.runInteractively("salloc", "-n2 -t5", "sleep 2")
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(2, run.seconds)])
            },
            Life("a script's own argument is no option") { stage in
                let job = try stage.bed.submitFile("-n2 -t5", "sleep 2", "--test-only").admitted()
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [stage.cores(2, run.seconds)])
            },
        ]

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
