import ArgumentParser
import Records
import Slurm

/// `atoll-gauge associations`
struct Associations: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmdbd's associations: who may use which account, and each user's default.",
        discussion: "A record without User is the account's own.")

    @Option(help: "A cluster of this slurmdbd's. (default: slurm.conf's; slurmctld is asked)")
    var cluster: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let cluster = try common.accountedCluster(cluster, privateData: "accounts")
        let accounting = try common.accounting { try SlurmAccounting() }
        var associations = try common.accounting {
            try accounting.associations(cluster: cluster)
        }
        let qosNames = accounting.qosNames
        let coordinators = try common.accounting { try accounting.coordinators() }
        var output = Output<AssociationColumn>(.associations, cluster: cluster)
        while let association = associations.next() {
            try output.write { association.value($0, qosNames: qosNames, coordinators) }
        }
        try output.finish()
    }
}

extension SlurmAssociation {
    func value(
        _ column: AssociationColumn, qosNames: [Int64: String], _ coordinators: [String: [String]]
    ) -> FieldValue {
        switch column {
        case .associationID: .integer(associationID)
        case .cluster: FieldValue(cluster)
        case .account: .text(account)
        case .user: FieldValue(user)
        case .partition: FieldValue(partition)
        case .parentAccount: FieldValue(parentAccount)
        case .isDefault: .flag(isDefault)
        case .qos: .text(qosIDs.compactMap { qosNames[$0] }.joined(separator: ","))
        case .coordinators:
            .text(user == nil ? (coordinators[account] ?? []).joined(separator: ",") : "")
        case .defaultQOS: FieldValue(defaultQOSID.flatMap { qosNames[$0] })
        }
    }
}
