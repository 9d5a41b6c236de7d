import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// atolld silent: sbatch goes on all the same, and nothing stays uncounted.
    @Suite struct Unreachable {
        @Test func `away: the job is admitted, adopted later, and charged`() async throws {
            try await play(.accounting) { stage in
                #expect(try await stage.atolld.stop().code == 0)
                let sent = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5", sleeping: 8)
                let job = try sent.admitted()
                // Nobody listens: no time is lost on it.
                #expect(sent.seconds < Double(Testbed.pluginDeadlineMilliseconds) / 1_000)
                try await awaited("it runs") { try stage.bed.states(of: job) == ["RUNNING"] }
                try await stage.atolld.start()
                let hold = try await stage.running(job)
                #expect(hold.held == su("12"))
                #expect(try stage.books.balance().held == su("12"))
                try await stage.settled(job)
                let run = try await stage.bed.onlyRun(of: job)
                #expect(try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
            }
        }

        @Test func `frozen: sbatch returns within the deadline`() async throws {
            try await play(.accounting) { stage in
                let deadline = Double(Testbed.pluginDeadlineMilliseconds) / 1_000
                let usual = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1 -H", sleeping: 1)
                #expect(usual.said.contains("0.60 SU held"))
                stage.atolld.signal(SIGSTOP)
                let sent = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5", sleeping: 1)
                stage.atolld.signal(SIGCONT)
                let job = try sent.admitted()
                #expect(!sent.said.contains("SU held"))
                #expect(sent.seconds >= deadline, "it was asked")
                #expect(sent.seconds < deadline + 2, "\(sent.seconds) s")
                // Whether it still read the question or adopts the job: one hold, one charge.
                try await stage.settled(job)
                let run = try await stage.bed.onlyRun(of: job)
                let balance = try stage.books.balance()
                #expect(balance.charged == Rate.core.charge(4, for: run.seconds), "\(run)")
                #expect(balance.held == su("0.6"))
            }
        }
    }
}
