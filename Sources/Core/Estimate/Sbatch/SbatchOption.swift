/// The options of sbatch (22.05), so that any line it takes can be read; sbatch(1), OPTIONS.

/// How an option is written.
package struct SbatchOption: Hashable, Sendable {
    package enum Value: Hashable, Sendable {
        case none
        case required
        /// Only behind `=`, or right behind the letter.
        case optional
    }

    package let name: String
    package let letter: Character?
    package let value: Value

    package init(_ name: String, _ letter: Character? = nil, _ value: Value = .required) {
        (self.name, self.letter, self.value) = (name, letter, value)
    }

    static let ofSbatch: [SbatchOption] =
        withValue + withoutValue + [
            SbatchOption("exclusive", nil, .optional),
            SbatchOption("get-user-env", nil, .optional),
            SbatchOption("nice", nil, .optional),
            SbatchOption("no-kill", "k", .optional),
            SbatchOption("propagate", nil, .optional),
        ]

    private static let withoutValue: [SbatchOption] =
        [
            ("help", "h"), ("hold", "H"), ("overcommit", "O"), ("oversubscribe", "s"),
            ("quiet", "Q"), ("verbose", "v"), ("version", "V"), ("wait", "W"),
            ("contiguous", nil), ("ignore-pbs", nil), ("no-requeue", nil), ("parsable", nil),
            ("reboot", nil), ("requeue", nil), ("share", nil), ("spread-job", nil),
            ("test-only", nil), ("usage", nil), ("use-min-nodes", nil),
        ].map { SbatchOption($0, $1, .none) }

    private static let withValue: [SbatchOption] =
        [
            ("account", "A"), ("array", "a"), ("begin", "b"), ("chdir", "D"), ("clusters", "M"),
            ("constraint", "C"), ("core-spec", "S"), ("cpus-per-task", "c"), ("dependency", "d"),
            ("distribution", "m"), ("error", "e"), ("exclude", "x"), ("extra-node-info", "B"),
            ("gpus", "G"), ("input", "i"), ("job-name", "J"), ("licenses", "L"),
            ("nodefile", "F"), ("nodelist", "w"), ("nodes", "N"), ("ntasks", "n"),
            ("output", "o"), ("partition", "p"), ("qos", "q"), ("time", "t"),
        ].map { SbatchOption($0, $1) }
        + [
            "acctg-freq", "batch", "bb", "bbf", "cluster", "cluster-constraint", "comment",
            "container", "context", "cores-per-socket", "cpu-freq", "cpus-per-gpu", "deadline",
            "delay-boot", "export", "export-file", "extra", "gid", "gpu-bind", "gpu-freq",
            "gpus-per-node", "gpus-per-socket", "gpus-per-task", "gres", "gres-flags", "hint",
            "kill-on-invalid-dep", "mail-type", "mail-user", "mcs-label", "mem", "mem-bind",
            "mem-per-cpu", "mem-per-gpu", "mincpus", "network", "ntasks-per-core",
            "ntasks-per-gpu", "ntasks-per-node", "ntasks-per-socket", "ntasks-per-tres",
            "open-mode", "power", "prefer", "priority", "profile", "reservation", "signal",
            "sockets-per-node", "switches", "tasks-per-node", "thread-spec", "threads-per-core",
            "time-min", "tmp", "uid", "wait-all-nodes", "wckey", "wrap",
        ].map { SbatchOption($0) }

    /// Environment variables that stand for options, in the order in which they count.
    static let variables: [(variable: String, option: String)] = [
        ("SBATCH_ACCOUNT", "account"), ("SBATCH_ARRAY_INX", "array"),
        ("SLURM_CLUSTERS", "clusters"), ("SBATCH_CLUSTERS", "clusters"),
        ("SBATCH_CONSTRAINT", "constraint"), ("SBATCH_CORE_SPEC", "core-spec"),
        ("SBATCH_CPUS_PER_GPU", "cpus-per-gpu"), ("SBATCH_EXCLUSIVE", "exclusive"),
        ("SBATCH_GRES", "gres"), ("SBATCH_GPUS", "gpus"),
        ("SBATCH_GPUS_PER_NODE", "gpus-per-node"), ("SBATCH_GPUS_PER_SOCKET", "gpus-per-socket"),
        ("SBATCH_GPUS_PER_TASK", "gpus-per-task"), ("SLURM_HINT", "hint"), ("SBATCH_HINT", "hint"),
        ("SBATCH_MEM_PER_CPU", "mem-per-cpu"), ("SBATCH_MEM_PER_GPU", "mem-per-gpu"),
        ("SBATCH_MEM_PER_NODE", "mem"), ("SBATCH_OVERCOMMIT", "overcommit"),
        ("SBATCH_PARTITION", "partition"), ("SBATCH_QOS", "qos"),
        ("SBATCH_RESERVATION", "reservation"), ("SBATCH_THREAD_SPEC", "thread-spec"),
        ("SBATCH_THREADS_PER_CORE", "threads-per-core"), ("SBATCH_TIMELIMIT", "time"),
    ]
}
