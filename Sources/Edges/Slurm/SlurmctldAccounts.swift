internal import CSlurm

/// slurmctld's own copy of slurmdbd's accounts (`slurm_load_assoc_mgr_info`): it has it in memory, and
/// over a restart in its state folder, whether slurmdbd answers or not.
package struct SlurmctldAccounts: ~Copyable {
    private let handle: OpaquePointer

    package init() throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_ctld_accounts_load(&loaded)
        guard code == 0, let loaded else {
            throw .controller("slurmctld's associations", code: code)
        }
        handle = loaded
    }

    deinit { csl_ctld_accounts_free(handle) }

    /// To be asked for once.
    package func associations() throws(SlurmError) -> SlurmAssociations {
        var taken: OpaquePointer?
        let code = csl_ctld_associations(handle, &taken)
        guard code == 0, let taken else {
            throw .controller("slurmctld's associations", code: code)
        }
        return SlurmAssociations(taken)
    }

    /// To be asked for once.
    package func users() throws(SlurmError) -> SlurmUsers {
        var taken: OpaquePointer?
        let code = csl_ctld_users(handle, &taken)
        guard code == 0, let taken else { throw .controller("slurmctld's users", code: code) }
        return SlurmUsers(taking: taken)
    }

    /// QOS by their numbers; to be asked for once.
    package func qosNames() throws(SlurmError) -> [Int64: String] {
        var taken: OpaquePointer?
        let code = csl_ctld_qos_names(handle, &taken)
        guard code == 0, let taken else { throw .controller("slurmctld's QOS", code: code) }
        return namesByNumber(taken)
    }
}
