import Foundation
import Records
import Testing
import Units

extension SystemTests {
    /// One run has one key, from whatever source it is told (money.md 3.5).
    @Suite struct RunKeys {
        private struct Key: Hashable, CustomStringConvertible {
            let cluster: String
            let jobID: Int64
            let submit: Int64

            init(_ job: JobRecord) {
                (cluster, jobID, submit) = (job.cluster, job.rawJobID, job.submit.epochSeconds)
            }
            var description: String { "\(cluster):\(jobID):\(submit)" }
        }

        @Test func `live, from history and from a plain sacct dump a run has the same key`()
            async throws
        {
            let bed = try await Beds.all.bed(.accounting)
            try await bed.clear()
            let begun = Int64(Date().timeIntervalSince1970)
            // The second of submission must be told apart from the requeue's.
            let requeued = try send(bed, "-n1", 60)
            let plain = try send(bed, "-n2", 1)
            let array = try send(bed, "-n1 --array=1-3%2", 1)
            let het = try send(bed, "-n1 : -A astro -n2", 1)
            var live: Set<Key> = []
            func look() throws {
                let text = try must([gauge(bed), "jobs"], environment: bed.environment)
                for job in try records(text) where !job.allocTRES.isEmpty && job.start != nil {
                    guard job.state != .pending, job.submit.epochSeconds >= begun else { continue }
                    live.insert(Key(job))
                }
            }
            try await awaited("it runs") {
                try look()
                return try bed.states(of: requeued) == ["RUNNING"]
            }
            try await awaited("its second of submission is over") {
                Int64(Date().timeIntervalSince1970) > begun + 2
            }
            try look()
            try bed.slurm("scontrol", "requeue", "\(requeued)")
            try await awaited("it runs again") {
                try look()
                return try bed.states(of: requeued) == ["RUNNING"]
            }
            try look()
            try bed.cancel(requeued)
            for (job, count) in [(requeued, 2), (plain, 1), (array, 3), (het, 2)] {
                _ = try await bed.runs(of: job, count: count)
            }
            try look()

            let end = Int64(Date().timeIntervalSince1970) + 60
            let history = try must(
                [gauge(bed), "history", "--start", "\(begun)", "--end", "\(end)"],
                environment: bed.environment)
            let dump = try must(
                [
                    "sacct", "-XDPa", "--noconvert", "-S", clock(begun), "-E", clock(end), "-o",
                    "JobID,JobIDRaw,Cluster,User,Account,Partition,Submit,Start,End,State,AllocTRES",
                ],
                environment: ["SLURM_CONF": bed.environment["SLURM_CONF"] ?? "", "TZ": "UTC"])
            let ours = { (keys: [Key]) in Set(keys.filter { $0.submit >= begun }) }
            let fromHistory = ours(try records(history).map(Key.init))
            let fromDump = ours(try records(dump).map(Key.init))
            #expect(live.count == 8, "\(live)")
            #expect(fromHistory == live)
            #expect(fromDump == live)
        }

        private func send(_ bed: Testbed, _ options: String, _ seconds: Int) throws -> Int64 {
            try bed.submit("atoll-ada", "-A astro -t5 " + options, sleeping: seconds).admitted()
        }

        private func gauge(_ bed: Testbed) -> String { bed.folder + "/bin/atoll-gauge" }

        private func clock(_ seconds: Int64) -> String {
            String(Instant(epochSeconds: seconds).description.dropLast())
        }

        private func records(_ text: String) throws -> [JobRecord] {
            var reader = JobReader(ReadSettings())
            let found = try reader.read(Array(text.utf8))
            try reader.finish()
            #expect(reader.problems.isEmpty)
            return found
        }
    }
}
