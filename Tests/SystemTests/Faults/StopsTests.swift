import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Slurm's daemons and atolld stopped for seconds in the middle of all kinds of lives at once.
    @Suite struct Stops {
        /// So many seconds of work: one `sleep` would go on while its process is stopped.
        private static func working(_ seconds: Int) -> String {
            "for second in $(seq \(seconds)); do sleep 1; done"
        }

        @Test func `whoever stops in the middle, the books end as Slurm's record says`()
            async throws
        {
            try await onEachKind { kind in
                let bed = try await Beds.all.bed(kind)
                try await bed.clear()
                try bed.deleteReservations()
                try await play(kind, astro: "10000") { stage in
                    do { try await Self.live(stage) } catch {
                        // The next test finds this Slurm in order.
                        for daemon in ["slurmdbd", "slurmctld"] {
                            try? stage.bed.slurmDaemon("start", daemon)
                        }
                        try? await stage.bed.clear()
                        try? stage.bed.deleteReservations()
                        throw error
                    }
                    try stage.bed.deleteReservations()
                }
            }
        }

        private static func live(_ stage: Stage) async throws {
            let bed = stage.bed
            try await bed.reserve("course", "StartTime=now Duration=10 Nodes=n4 Accounts=astro")
            let inside = try stage.send("-n2 -t5 --reservation=course", working(40))
            let array = try stage.send("-a 0-3%2 -n1 -t5", working(25))
            let paused = try stage.send("-n3 -t5", working(35))
            let requeued = try stage.send(
                "-n2 -t5", "[ ${SLURM_RESTART_COUNT:-0} = 0 ] && sleep 100; sleep 2")
            let het = try stage.send("-n1 -t5 : -n2 -t5", working(35))
            let waiting = try stage.send("-n4 -t5 -H", "sleep 2")
            for job in [inside, paused, requeued, het] { try await stage.begun(job) }
            _ = try await stage.running(array, 2)
            try await stage.bound(waiting)
            let started = try #require(try bed.moment("StartTime", of: requeued))

            // atolld is away while a job is requeued and another is suspended.
            try await stage.atolld.kill()
            try bed.slurm("scontrol", "suspend", "\(paused)")
            try bed.slurm("scontrol", "requeue", "\(requeued)")
            let again = try await stage.queuedAgain(requeued, after: started)
            try await Task.sleep(for: .seconds(3))
            try await stage.atolld.start()
            #expect(try stage.books.hold(of: waiting)?.held == su("12"))

            // slurmctld is away while tasks end.
            try bed.slurmDaemon("stop", "slurmctld")
            try await Task.sleep(for: .seconds(6))
            try bed.slurmDaemon("start", "slurmctld")
            try bed.slurm("scontrol", "resume", "\(paused)")

            // slurmdbd is away, and atolld starts anew meanwhile.
            if stage.isAccounting { try bed.slurmDaemon("stop", "slurmdbd") }
            try await stage.atolld.kill()
            try bed.slurm("scontrol", "release", "\(waiting)")
            try await Task.sleep(for: .seconds(3))
            // slurmctld keeps the associations.
            try await stage.atolld.start()
            if stage.isAccounting { try bed.slurmDaemon("start", "slurmdbd") }

            try await settle(stage, [paused: 1, waiting: 1, inside: 1, requeued: 2, array: 4])
            // Slurm lists a het job's components by its leader's number.
            let components = try await bed.runs(of: het, count: 2, within: 90)
            for (offset, cores) in [(0, 1), (1, 2)] as [(Int64, Int64)] {
                let name = "\(het)+\(offset)"
                try await awaited("\(name) is charged", within: 100, seen: "") {
                    try stage.books.charges().contains { $0.job == name }
                }
                let seconds = try #require(components.first { $0.jobID == het + offset }).seconds
                let charged = try stage.books.charges().filter { $0.job == name }
                    .reduce(ServiceUnits.zero) { $0 - $1.amount }
                #expect(charged == stage.cores(cores, seconds), "component \(offset)")
            }
            // What the runs are to cost, by Slurm's own record.
            let tasks = try await bed.runs(of: array, count: 4, within: 90)
            try stage.expectCharged(array, tasks.map { (1, $0.seconds) })
            try stage.expectCharged(paused, [(3, try bed.secondsRun(of: paused))])
            try stage.expectCharged(waiting, [(4, try await bed.onlyRun(of: waiting).seconds)])
            try stage.expectCharged(inside, [(2, try await bed.onlyRun(of: inside).seconds)])
            let last = try await bed.runs(
                of: requeued, count: stage.isAccounting ? 2 : 1, within: 90)
            let both = [again - started, try #require(last.last).seconds]
            #expect(!stage.isAccounting || last.map(\.seconds) == both)
            try stage.expectCharged(requeued, both.map { (2, $0) })
        }

        private static func settle(_ stage: Stage, _ runs: [Int64: Int]) async throws {
            for (job, count) in runs.sorted(by: { $0.key < $1.key }) {
                try await awaited(
                    "job \(job) is settled", within: 100,
                    seen: "\(try stage.books.holds()) \(try stage.books.charges())"
                ) {
                    try stage.books.hold(of: job) == nil
                        && stage.books.chargedRuns(of: job) >= count
                }
            }
        }
    }
}
