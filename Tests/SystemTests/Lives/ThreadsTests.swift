import Registry
import Testing
import Units

extension SystemTests {
    /// Cores of two threads, which a job has to itself; what a partition adds to a request: CPUs for its
    /// memory, CPUs and memory for its GPUs, whole nodes, minutes. Memory is rated as cores and GPUs are.
    @Suite struct Threads {
        @Test func `what Slurm allocates beyond what was asked for is held and charged`()
            async throws
        {
            try await onEachKind { kind in
                try await withBed(
                    kind, named: "threads", lines: Self.partitions,
                    options: ["--threads-per-core", "2"]
                ) { bed in
                    try await play(on: bed, site: Self.site()) { stage in
                        try await stage.play(Self.asked.map(\.life))
                    }
                    // Where Slurm does not count memory, it is free, whatever was asked for.
                    try bed.configure(
                        lines: "SelectTypeParameters=CR_Core\n" + Self.partitions)
                    try await play(on: bed, site: Self.site()) { stage in
                        try await stage.play(Self.askedWithoutMemory.map(\.life))
                    }
                    var strict = AtolldSettings()
                    strict.estimate = ["nodes = \"strict\""]
                    try await play(on: bed, site: Self.site(), settings: strict) { stage in
                        try await stage.play([Self.heldWithOverTime.life])
                    }
                }
            }
        }

        /// Whole nodes are given on n3 and n4, where nothing else runs.
        private static let partitions = """
            PartitionName=cpu Nodes=n[1-2] Default=YES MaxTime=1-0 DefMemPerCPU=500 State=UP
            PartitionName=whole Nodes=n[3-4] MaxTime=1-0 DefMemPerCPU=500 State=UP
            PartitionName=excl Nodes=n[3-4] MaxTime=1-0 DefMemPerCPU=500 OverSubscribe=EXCLUSIVE State=UP
            PartitionName=maxmem Nodes=n[1-2] MaxTime=1-0 DefMemPerCPU=500 MaxMemPerCPU=1000 State=UP
            PartitionName=gpudef Nodes=n[1-2] MaxTime=1-0 DefCpuPerGPU=5 DefMemPerGPU=4000 State=UP
            PartitionName=late Nodes=n[1-2] MaxTime=1-0 DefMemPerCPU=500 OverTimeLimit=3 State=UP

            """

        /// A GiB-hour costs what no micro-SU divides.
        private static let memory = HourlyRate(7, per: 10 * 1_024)

        private static func site() throws -> Site {
            var site = try Stage.site(astro: "100000")
            try site.rate("mem", "0.7")
            return site
        }

        private struct Asked: Sendable {
            let options: String
            /// What this bed gives for it: that of the tables in Tests/Golden/estimate.
            let cpus: Int64
            var miB: Int64 = 0
            var gpus: Int64 = 0
            var heldSeconds: Int64 = 120

            var life: Life {
                Life(options) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -t2 \(options)", script: "sleep 1")
                    let job = try sent.admitted()
                    let run = try await stage.ended(job, "COMPLETED")
                    let counts = run.counts
                    #expect(counts[.cpu] == cpus && counts[.memory] == miB, "\(options): \(run)")
                    // Without slurmdbd `scontrol` tells no GPUs of a job.
                    if stage.isAccounting {
                        #expect(counts[TRESName("gres/gpu")] == gpus, "\(options): \(run)")
                    }
                    let held = price(run) { $0.hold($1, for: heldSeconds) }
                    #expect(try sent.held() == held, "\(options): \(run)")
                    let charge = price(run) { $0.charge($1, for: run.seconds) }
                    return Lived(job: job, charges: [charge])
                }
            }

            private func price(
                _ run: SlurmRun, by cost: (HourlyRate, Int64) -> ServiceUnits
            ) -> ServiceUnits {
                cost(Rate.core, run.counts[.cpu]) + cost(Threads.memory, run.counts[.memory])
                    + cost(Rate.gpu, gpus)
            }
        }

        private static let asked = [
            Asked(options: "-n3", cpus: 4, miB: 2_000),
            Asked(options: "-n5 -c3", cpus: 16, miB: 8_000),
            Asked(options: "-n4 --threads-per-core=1", cpus: 8, miB: 2_000),
            Asked(options: "-p maxmem -n3 --mem-per-cpu=2500", cpus: 10, miB: 8_340),
            Asked(options: "-p maxmem -n2 -c2 --mem=6500", cpus: 6, miB: 6_500),
            Asked(options: "-p gpudef --gpus=3", cpus: 16, miB: 12_000, gpus: 3),
            Asked(options: "-p gpudef -n3 --gpus=2", cpus: 10, miB: 8_000, gpus: 2),
            Asked(options: "-p gpudef -N2 --gres=gpu:2", cpus: 20, miB: 16_000, gpus: 4),
            Asked(options: "-p excl -n1", cpus: 128, miB: 64_000, gpus: 4),
            Asked(options: "-p excl -n1 --mem=10G", cpus: 128, miB: 10_240, gpus: 4),
            Asked(
                options: "-p whole -n3 --exclusive --mem-per-cpu=100", cpus: 128, miB: 12_800,
                gpus: 4),
            Asked(options: "-p whole -n1 --mem=0", cpus: 2, miB: 256_000),
        ]

        private static let askedWithoutMemory = [
            Asked(options: "-n3", cpus: 4),
            Asked(options: "-N2 -n3 --mem=4G", cpus: 4),
            Asked(options: "-p maxmem -n3 --mem-per-cpu=2500", cpus: 10),
            Asked(options: "-p gpudef --gpus=3", cpus: 16, gpus: 3),
            Asked(options: "-p excl -n1", cpus: 128, gpus: 4),
        ]

        /// Two minutes, and the three that the partition lets pass.
        private static let heldWithOverTime = Asked(
            options: "-p late -N1 -n4", cpus: 4, heldSeconds: 300)
    }
}
