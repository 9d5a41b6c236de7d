import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Slurm or its gauge in trouble: submissions are answered, status says what is wrong.
    @Suite struct SlurmTrouble {
        @Test func `slurmctld starts anew while a job runs`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit(
                        "atoll-ada", "-A astro -n4 -t5", sleeping: 6
                    ).admitted()
                    _ = try await stage.running(job)
                    try stage.bed.slurmDaemon("restart", "slurmctld")
                    #expect(try stage.books.balance().held == su("12"))
                    try stage.books.nudge()
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    #expect(
                        try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
                    #expect(try stage.books.charges().count == 1)
                }
            }
        }

        @Test func `a poll that waits for slurmctld's restart delays the next one little`()
            async throws
        {
            let settings = AtolldSettings(pollSeconds: 2, share: "2%")
            try await play(.controllerOnly, settings: settings) { stage in
                func polled() throws -> Instant? {
                    try stage.books.status().clusters.first?.polledAt
                }
                // The usual time is known.
                let begun = try #require(try polled())
                try await awaited("some polls", within: 90) {
                    try polled().map { $0.seconds(since: begun) >= 20 } ?? false
                }
                try stage.bed.slurmDaemon("stop", "slurmctld")
                try stage.books.nudge()
                // In this time a poll begins that waits.
                try await Task.sleep(for: .seconds(5))
                try stage.bed.slurmDaemon("start", "slurmctld")
                try await awaited("a poll that waited", seen: "\(try stage.books.status())") {
                    try stage.books.status().clusters.first?.readMilliseconds ?? 0 >= 1_500
                }
                let job = try stage.bed.submit(
                    "atoll-ada", "-A astro -n4 -t5", sleeping: 1
                ).admitted()
                try await awaited(
                    "job \(job) is settled", within: 45,
                    seen: "\(try stage.books.status()) \(stage.atolld.log.suffix(2_000))"
                ) {
                    try stage.books.hold(of: job) == nil
                        && stage.books.chargedRuns(of: job) == 1
                }
                let next = try #require(try stage.books.status().clusters.first?.nextPollAt)
                #expect(next.seconds(since: try #require(try polled())) <= 30)
            }
        }

        @Test(arguments: [
            ("exits with 1", "echo 'no such thing' >&2; exit 1", "no such thing"),
            ("prints nonsense", "echo 'Hello, world|1|2'; echo '\u{1}\u{2}'", "jobs"),
            ("prints half of it", "\"$GAUGE\" \"$@\" | head -c 300", "jobs"),
            ("hangs", "exec sleep 1000", "took longer"),
        ])
        func `a gauge that fails delays no answer, shows in status, and is forgiven`(
            what: String, script: String, told: String
        ) async throws {
            let settings = AtolldSettings(gaugeDeadlineSeconds: 2)
            try await play(.controllerOnly, settings: settings) { stage in
                try stage.atolld.useGauge(script: script)
                let problem = try await awaited("status says that it \(what)") {
                    try stage.books.problem()
                }
                #expect(problem.contains(told), "\(problem)")
                let sent = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5", sleeping: 1)
                let job = try sent.admitted()
                #expect(sent.said.contains("up to 12.00 SU held, 8.00 SU left in astro-2026."))
                #expect(try stage.books.holds().map(\.state) == ["unclaimed"])

                try stage.atolld.useTheGauge()
                try await awaited("it is read again") {
                    try stage.books.nudge()
                    return try stage.books.problem() == nil
                }
                try await stage.settled(job)
                let run = try await stage.bed.onlyRun(of: job)
                #expect(try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
            }
        }

        @Test func `atolld starts anew while slurmdbd is away, and knows who may submit`()
            async throws
        {
            try await play(.accounting) { stage in
                try stage.bed.slurmDaemon("stop", "slurmdbd")
                defer { try? stage.bed.slurmDaemon("start", "slurmdbd") }
                _ = try await stage.atolld.stop()
                try await stage.atolld.start()
                let job = try stage.bed.submit(
                    "atoll-ada", "-A astro -n4 -t5", sleeping: 1
                ).admitted()
                // For a user whom it finds in no account nothing would be held.
                #expect(try stage.books.balance().held == su("12"))
                try await stage.settled(job)
                try stage.bed.slurmDaemon("start", "slurmdbd")
                let run = try await stage.bed.onlyRun(of: job)
                #expect(try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
            }
        }

        @Test func `slurmdbd away: jobs are held and charged from slurmctld alone`() async throws {
            try await play(.accounting) { stage in
                try stage.bed.slurmDaemon("stop", "slurmdbd")
                defer { try? stage.bed.slurmDaemon("start", "slurmdbd") }
                let job = try stage.bed.submit(
                    "atoll-ada", "-A astro -n4 -t5", sleeping: 1
                ).admitted()
                #expect(try stage.books.balance().held == su("12"))
                try await stage.settled(job)
                try stage.bed.slurmDaemon("start", "slurmdbd")
                let run = try await stage.bed.onlyRun(of: job)
                #expect(try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
            }
        }
    }
}
