/// One step of an examination: what was looked at, what was found, and what mends it.

import Reports

struct Check: Equatable, Sendable {
    enum State: String, Sendable {
        case ok
        /// It works, and somebody should know.
        case warn
        case failed = "FAILED"
        /// It couldn't be looked at, or there is nothing to look at; `found` says why.
        case skipped
    }

    /// In the order in which they are looked at and shown.
    enum Step: String, Sendable, CaseIterable {
        // atolld and its machine.
        case settings, socket, daemon, access, journal, admissions, precedence, members
        case diskSpace = "disk_space"
        case diskSync = "disk_sync"
        case backup
        // One cluster.
        case gauge, slurmctld
        case clusterName = "cluster_name"
        case polling
        case jobsVisible = "jobs_visible"
        case trackedTRES = "tracked_tres"
        case pluginListed = "plugin_listed"
        case pluginLast = "plugin_last"
        case pluginFile = "plugin_file"
        case pluginLoaded = "plugin_loaded"
        case pluginSettings = "plugin_settings"
        case pluginAnswers = "plugin_answers"
        case starts
        case enforcement
        case forgetting = "min_job_age"
        case clock
        case slurmctldTime = "slurmctld_time"
        case slurmdbd
        case dbdQueue = "dbd_queue"
        case reconcile
    }

    var step: Step
    /// Nil: of all clusters.
    var cluster: String?
    var state: State
    /// With figures; one line.
    var found: String
    /// What to do, a command or a line of a file in each line; nil where nothing is to be done.
    var remedy: String?

    private init(_ step: Step, _ state: State, _ found: String, _ remedy: String?) {
        (self.step, self.state, self.found, self.remedy) = (step, state, found, remedy)
    }

    static func ok(_ step: Step, _ found: String) -> Check { Check(step, .ok, found, nil) }
    static func skipped(_ step: Step, _ why: String, remedy: String? = nil) -> Check {
        Check(step, .skipped, why, remedy)
    }
    static func warn(_ step: Step, _ found: String, remedy: String?) -> Check {
        Check(step, .warn, found, remedy)
    }
    static func failed(_ step: Step, _ found: String, remedy: String?) -> Check {
        Check(step, .failed, found, remedy)
    }

    func on(_ cluster: String) -> Check {
        var copy = self
        copy.cluster = cluster
        return copy
    }
}

extension Check {
    static let columns = Columns<Check>([
        Column("Step") { .text($0.step.rawValue) },
        Column("Cluster", .onRequest) { Cell($0.cluster) },
        Column("State") { .text($0.state.rawValue) },
        Column("Found") { .text($0.found) },
        Column("Remedy", .onRequest) { Cell($0.remedy) },
    ])
}
