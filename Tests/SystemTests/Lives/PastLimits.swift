/// Jobs that run past their limit: by OverTimeLimit, or until slurmctld looks.

import Testing
import Units
import Wire

extension SystemTests.Ends {
    /// What bio-2026 has: as much as the one job's hold.
    static let creditPastLimit = Rate.core.hold(16, for: 60)

    static let pastTheLimit = [
        // slurmctld looks for such jobs twice a minute, so it may be one that ran to the second.
        Life("it runs to its limit, and does not end when it is asked to") { stage in
            let job = try stage.send(
                "-n3 -t1", "trap '' TERM; for second in $(seq 300); do sleep 1; done")
            let run = try await stage.ended(job, "TIMEOUT")
            #expect(run.seconds >= 60)
            return Lived(job: job, charges: [stage.cores(3, run.seconds)])
        },
        // With what OverTimeLimit lets pass: over after two minutes, or when slurmctld next looks.
        Life("Slurm ends it when OverTimeLimit is over, too: charged in full, beyond its hold") {
            stage in
            let sent = try stage.bed.submit(
                "atoll-ada", "-A astro -p late -n3 -t1", script: "sleep 300")
            let job = try sent.admitted()
            #expect(try sent.held() == Rate.core.hold(3, for: 60))
            // The end of its limit passes, and nothing but its hold is kept for it.
            try await stage.begun(job)
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            try await awaited("its limit is over", within: 90) { Stage.now > start + 65 }
            try await stage.heldRunning(job, Rate.core.hold(3, for: 60))
            let run = try await stage.ended(job, "TIMEOUT")
            #expect(run.seconds >= 120, "\(run)")
            return Lived(job: job, charges: [stage.cores(3, run.seconds)])
        },
        Life("it runs past its limit: charged in full, beyond its hold and all credit") { stage in
            let sent = try stage.bed.submit(
                "atoll-cleo", "-A bio -p late -n16 -t1", script: "sleep 65")
            let job = try sent.admitted()
            #expect(try sent.held() == creditPastLimit)
            #expect(try stage.books.balance("bio-2026").available == .zero)
            let run = try await stage.ended(job, "COMPLETED")
            #expect(run.seconds > 60)
            try await awaited("job \(job) is settled", seen: "\(try stage.books.holds())") {
                try stage.books.hold(of: job) == nil
                    && stage.books.charges("bio-2026").contains { $0.job == "\(job)" }
            }
            let balance = try stage.books.balance("bio-2026")
            let charge = stage.cores(16, run.seconds)
            #expect(balance.charged == charge && charge > creditPastLimit, "\(run) \(balance)")
            #expect(balance.available == creditPastLimit - charge, "\(balance)")
            // What is owed stops the next one, however small.
            let next = try stage.bed.submit("atoll-cleo", "-A bio -n1 -t1", sleeping: 1)
            #expect(next.job == nil && next.said.contains("are available in bio-2026"), "\(next)")
            return Lived(job: job, charges: [])
        },
    ]
}
