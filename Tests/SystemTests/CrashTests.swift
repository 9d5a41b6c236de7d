import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// atolld killed at bad moments: what is held is released once, what ran is charged once.
    @Suite struct Crashes {
        @Test func `killed while a job runs, started after its end`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit(
                        "atoll-ada", "-A astro -n4 -t5", sleeping: 2
                    ).admitted()
                    _ = try await stage.running(job)
                    try await stage.atolld.kill()
                    let run = try await stage.bed.onlyRun(of: job)
                    try await stage.atolld.start()
                    try await stage.settled(job)
                    let balance = try stage.books.balance()
                    #expect(balance.charged == Rate.core.charge(4, for: run.seconds), "\(run)")
                    #expect(balance.held == .zero)
                    #expect(try stage.books.charges().count == 1)

                    // And once more: nothing is done twice.
                    try await stage.atolld.kill()
                    try await stage.atolld.start()
                    #expect(try stage.books.charges().count == 1)
                    #expect(try stage.books.balance() == balance)
                }
            }
        }

        @Test func `killed between sbatch's answer and the first sight of the job`() async throws {
            try await onEachKind { kind in
                // So seldom that the hold is certainly not bound yet.
                try await play(kind, settings: AtolldSettings(pollSeconds: 600)) { stage in
                    let job = try stage.bed.submit(
                        "atoll-ada", "-A astro -n4 -t5", sleeping: 2
                    ).admitted()
                    #expect(try stage.books.holds().map(\.state) == ["unclaimed"])
                    try await stage.atolld.kill()
                    try await stage.atolld.start()
                    #expect(try stage.books.balance().held == su("12"))
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    #expect(
                        try stage.books.balance().charged == Rate.core.charge(4, for: run.seconds))
                    #expect(try stage.books.charges().count == 1)
                }
            }
        }

        @Test func `away while a job was submitted and ended: charged from what Slurm remembers`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    try await stage.atolld.kill()
                    let sent = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5", sleeping: 1)
                    let job = try sent.admitted()
                    #expect(!sent.said.contains("SU held"))
                    let run = try await stage.bed.onlyRun(of: job)
                    try await stage.atolld.start()
                    try await stage.settled(job)
                    let balance = try stage.books.balance()
                    #expect(balance.charged == Rate.core.charge(4, for: run.seconds), "\(run)")
                    #expect(balance.held == .zero)
                }
            }
        }

        @Test func `what slurmctld has forgotten is charged from slurmdbd`() async throws {
            try await play(.accounting) { stage in
                let seen = try stage.bed.submit(
                    "atoll-ada", "-A astro -n4 -t5", sleeping: 1
                ).admitted()
                _ = try await stage.running(seen)
                try await stage.atolld.kill()
                let unseen = try stage.bed.submit(
                    "atoll-ben", "-A astro -n2 -t5", sleeping: 1
                ).admitted()
                let runs = [
                    try await stage.bed.onlyRun(of: seen), try await stage.bed.onlyRun(of: unseen),
                ]
                #expect(runs.allSatisfy { $0.seconds > 0 }, "\(runs)")
                // As after MinJobAge: slurmctld shows neither.
                try stage.atolld.useGauge(
                    script: """
                        [ "$1" = jobs ] || exec "$GAUGE" "$@"
                        "$GAUGE" jobs | sed -n -e 1,2p
                        echo '#end rows=0'
                        """)
                try await stage.atolld.start()
                try await stage.settled(unseen)
                try await stage.settled(seen)
                let balance = try stage.books.balance()
                #expect(
                    balance.charged
                        == Rate.core.charge(4, for: runs[0].seconds)
                        + Rate.core.charge(2, for: runs[1].seconds), "\(runs)")
                #expect(balance.held == .zero)
            }
        }
    }
}
