/// `[start]` of the settings: jobs that may not run any more when they start.

/// What becomes of a job that is found running, where no PrologSlurmctld asked before.
package enum LatePolicy: String, Hashable, Sendable, CaseIterable {
    /// It runs, and is charged.
    case charge
    /// It is requeued and held; what it ran until then is charged.
    case hold
}

extension Settings {
    package struct Start: Hashable, Sendable {
        package var late = LatePolicy.charge
        /// Whether a job that can't be requeued (srun, salloc, `--no-requeue`) is cancelled.
        package var kill = false
    }
}

extension TableReader {
    func read(into start: inout Settings.Start) {
        expect(["late", "kill"])
        set(&start.late, "late", Interpret.word(LatePolicy.self))
        set(&start.kill, "kill", Interpret.boolean)
    }
}
