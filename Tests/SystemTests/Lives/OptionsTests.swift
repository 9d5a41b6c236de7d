import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// What is held at submission beside what Slurm then allocates.
    @Suite struct Options {
        private struct Asked: Sendable {
            let options: String
            /// Told here, for without slurmdbd `scontrol` tells no GPUs of a job.
            var gpus: Int64 = 0
            /// Slurm has a choice: what is held is the least that it may allocate.
            var isLeast = false
            /// The limit that it has: given, or the partition's DefaultTime.
            var limitSeconds: Int64 = 60
        }

        private static let asked = [
            Asked(options: "-n4 -t1"),
            Asked(options: "-n2 -c3 -t1"),
            Asked(options: "-N2 --ntasks-per-node=3 -t1"),
            Asked(options: "-n3 --ntasks-per-node=1 -t1"),
            Asked(options: "-n1", limitSeconds: 3_600),
            Asked(options: "-n1 --exclusive -t1", gpus: 4),
            Asked(options: "-n2 --mem-per-cpu=2000 -t1"),
            Asked(options: "-n1 --mem=0 -t1"),
            Asked(options: "-p cpu,gpu -n2 -t1"),
            Asked(options: "-p gpu -n1 --gpus=2 -t1", gpus: 2),
            Asked(options: "-p gpu -N2 --gpus-per-node=1 -t1", gpus: 2),
            Asked(options: "-p gpu -N1 -n3 --gpus-per-task=1 -t1", gpus: 3),
            Asked(options: "-p gpu -n1 --gres=gpu:h200:2 -t1", gpus: 2),
            Asked(options: "-p gpu -N1 -n1 --gpus=2 --cpus-per-gpu=3 -t1", gpus: 2),
            Asked(options: "-N2-4 -t1", isLeast: true),
            Asked(options: "-n1 -t2 --time-min=1", limitSeconds: 120),
        ]

        @Test func `what is held is what Slurm allocates, where it has no choice`() async throws {
            try await onEachKind { kind in
                try await play(kind, astro: "100000") { stage in
                    try await stage.play(Self.asked.map(Self.life))
                }
            }
        }

        private static func life(_ asked: Asked) -> Life {
            Life(asked.options) { stage in
                let sent = try stage.bed.submit(
                    "atoll-ada", "-A astro \(asked.options)", script: "sleep 2")
                let job = try sent.admitted()
                let held = try sent.held()
                let run = try await stage.ended(job, "COMPLETED")
                let cores = run.counts[.cpu]
                if stage.isAccounting {
                    #expect(run.counts[TRESName("gres/gpu")] == asked.gpus, "\(run)")
                }
                let most =
                    Rate.core.hold(cores, for: asked.limitSeconds)
                    + Rate.gpu.hold(asked.gpus, for: asked.limitSeconds)
                if asked.isLeast {
                    #expect(held <= most && held > .zero, "\(asked.options): \(run)")
                } else {
                    #expect(held == most, "\(asked.options): \(run)")
                }
                var charges = [stage.cores(cores, run.seconds)]
                // A line for each resource, in one entry.
                charges[0] += Rate.gpu.charge(asked.gpus, for: run.seconds)
                return Lived(job: job, charges: charges)
            }
        }
    }
}
