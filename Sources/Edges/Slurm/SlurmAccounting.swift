internal import CSlurm

/// A connection to slurmdbd, with the names of what it numbers.
package struct SlurmAccounting: ~Copyable {
    private let handle: OpaquePointer
    /// `cpu`, `mem`, `gres/gpu:h200` by slurmdbd's numbers.
    package let tresNames: [Int64: String]
    /// QOS by slurmdbd's numbers, deleted ones included.
    package let qosNames: [Int64: String]

    package init() throws(SlurmError) {
        var opened: OpaquePointer?
        let code = csl_accounting_open(&opened)
        guard code == 0, let opened else { throw .accounting("slurmdbd", code: code) }
        let names: (tres: [Int64: String], qos: [Int64: String])
        do {
            names.tres = try Self.names("slurmdbd's TRES") { csl_tres_names(opened, &$0) }
            names.qos = try Self.names("slurmdbd's QOS") { csl_qos_names(opened, &$0) }
        } catch {
            csl_accounting_close(opened)
            throw error
        }
        tresNames = names.tres
        qosNames = names.qos
        handle = opened
    }

    deinit { csl_accounting_close(handle) }

    /// For what else is asked of it.
    var connection: OpaquePointer { handle }

    private static func names(
        _ operation: String, _ load: (inout OpaquePointer?) -> Int32
    ) throws(SlurmError) -> [Int64: String] {
        var loaded: OpaquePointer?
        let code = load(&loaded)
        guard code == 0, let loaded else { throw .accounting(operation, code: code) }
        return namesByNumber(loaded)
    }

    /// Runs of `cluster` (nil: of all) that overlap `[from, to]`, in epoch seconds, or that ended in it:
    /// every run of a job, nothing clipped. A million need 1.7 GB, so ask by days.
    ///
    /// - Parameter jobs: raw job ids; none: of all jobs. An array's own id brings all its tasks.
    package func runs(
        cluster: String?, from: Int64, to: Int64, onlyEnded: Bool, jobs: [UInt32] = []
    ) throws(SlurmError) -> SlurmJobs {
        var loaded: OpaquePointer?
        let code = csl_runs_load(
            handle, cluster, from, to, onlyEnded ? 1 : 0, jobs, jobs.count, &loaded)
        guard code == 0, let loaded else { throw .accounting("slurmdbd's jobs", code: code) }
        return SlurmJobs(loaded)
    }

    /// Reservations of `cluster` (nil: of all) that overlap `[from, to)`, in epoch seconds.
    package func reservations(
        cluster: String?, from: Int64, to: Int64
    ) throws(SlurmError) -> SlurmReservations {
        var loaded: OpaquePointer?
        let code = csl_past_reservations_load(handle, cluster, from, to, &loaded)
        guard code == 0, let loaded else {
            throw .accounting("slurmdbd's reservations", code: code)
        }
        return SlurmReservations(loaded)
    }

    /// When nodes of `cluster` (nil: of all) were down or drained in `[from, to)`, in epoch seconds.
    package func nodeEvents(
        cluster: String?, from: Int64, to: Int64
    ) throws(SlurmError) -> SlurmNodeEvents {
        var loaded: OpaquePointer?
        let code = csl_node_events_load(handle, cluster, from, to, &loaded)
        guard code == 0, let loaded else { throw .accounting("slurmdbd's events", code: code) }
        return SlurmNodeEvents(loaded)
    }

    package func users() throws(SlurmError) -> SlurmUsers {
        var loaded: OpaquePointer?
        let code = csl_users_load(handle, &loaded)
        guard code == 0, let loaded else { throw .accounting("slurmdbd's users", code: code) }
        return SlurmUsers(taking: loaded)
    }

    /// Associations of `cluster` (nil: of all).
    ///
    /// - Parameter withDeleted: those too that were deleted and are kept, as they have had jobs.
    package func associations(
        cluster: String?, withDeleted: Bool = false
    ) throws(SlurmError) -> SlurmAssociations {
        var loaded: OpaquePointer?
        let code = csl_associations_load(handle, cluster, withDeleted ? 1 : 0, &loaded)
        guard code == 0, let loaded else {
            throw .accounting("slurmdbd's associations", code: code)
        }
        return SlurmAssociations(loaded)
    }
}

/// Takes the handle.
func namesByNumber(_ handle: OpaquePointer) -> [Int64: String] {
    defer { csl_names_free(handle) }
    var names: [Int64: String] = [:]
    var id: Int64 = 0
    var name: UnsafePointer<CChar>?
    while csl_names_next(handle, &id, &name) == 1 {
        names[id] = text(name)
    }
    return names
}
