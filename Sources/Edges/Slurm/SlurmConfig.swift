internal import CSlurm

/// slurmctld's settings, as it runs with them now.
package struct SlurmConfig: ~Copyable {
    private let handle: OpaquePointer
    /// ClusterName.
    package let clusterName: String
    /// slurmctld's release: `22.05.8`.
    package let version: String
    /// `accounting_storage/slurmdbd`, or `accounting_storage/none`.
    package let accountingStorageType: String
    /// Of PrivateData: `jobs`, `usage`, …
    package let privateData: [String]
    /// The uid of SlurmUser.
    package let slurmUserID: Int64

    /// Asks slurmctld.
    package init() throws(SlurmError) {
        var loaded: OpaquePointer?
        let code = csl_config_load(&loaded)
        guard code == 0, let loaded else {
            throw .controller("slurmctld's settings", code: code)
        }
        handle = loaded
        var facts = csl_config_facts()
        csl_config_get_facts(loaded, &facts)
        clusterName = text(facts.cluster_name) ?? ""
        version = text(facts.version) ?? ""
        accountingStorageType = text(facts.accounting_storage_type) ?? ""
        privateData = (bitNames(CSL_PRIVATE_DATA, facts.private_data) ?? "")
            .split(separator: ",").map(String.init)
        slurmUserID = facts.slurm_user_id
    }

    deinit { csl_config_free(handle) }

    package var hasAccounting: Bool { accountingStorageType.hasSuffix("/slurmdbd") }

    /// Every setting with its value as `scontrol show config` prints it, in that order; the
    /// values of plugins' own files behind them are left out.
    package func settings() -> [(key: String, value: String)] {
        guard let all = text(csl_config_text(handle)) else { return [] }
        var settings: [(key: String, value: String)] = []
        for line in all.split(separator: "\n", omittingEmptySubsequences: false) {
            guard let equals = line.firstRange(of: " = ") ?? line.firstRange(of: " =") else {
                // A blank line ends slurm.conf's own part.
                if line.isEmpty, !settings.isEmpty { break }
                continue
            }
            let key = line[..<equals.lowerBound].prefix { $0 != " " }
            let value = line[equals.upperBound...]
            settings.append((String(key), value == "(null)" ? "" : String(value)))
        }
        return settings
    }
}
