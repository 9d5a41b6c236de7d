import Slurm

extension CommonOptions {
    /// Begins the library and says which cluster slurmdbd is to be asked about: the one named, or
    /// slurmctld's. With a name slurmctld need not be up.
    func accountedCluster(_ cluster: String?, privateData what: String) throws -> String {
        if let cluster {
            try begin()
            return cluster
        }
        let config = try controllerConfig()
        guard config.hasAccounting else {
            throw Failure(
                "the cluster \(config.clusterName) keeps no accounts in slurmdbd "
                    + "(AccountingStorageType=\(config.accountingStorageType)); "
                    + "only jobs, partitions, nodes, config and reservations can be asked for",
                status: ExitStatus.accountingUnreachable)
        }
        warnOfPrivateData(config, what)
        return config.clusterName
    }
}
