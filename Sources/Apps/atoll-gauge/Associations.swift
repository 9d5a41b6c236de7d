import ArgumentParser
import Records
import Slurm

/// `atoll-gauge associations`
struct Associations: ParsableCommand {
    enum Source: String, ExpressibleByArgument, CaseIterable { case slurmdbd, slurmctld }

    static let configuration = CommandConfiguration(
        abstract: "Associations: who may use which account, and each user's default.",
        discussion: """
            A record without User is the account's own; that of root names the operators, too: whom
            AdminLevel makes an Operator or Administrator, whatever cluster they run on. slurmctld
            keeps a copy of its cluster's, and answers also while slurmdbd doesn't.

            EXAMPLES
              atoll-gauge associations
              atoll-gauge associations --from slurmctld
              atoll-gauge associations --with-deleted
            """)

    @Option(help: "Who is asked: slurmdbd or slurmctld.")
    var from = Source.slurmdbd

    @Option(help: "A cluster of this slurmdbd's. (default: slurm.conf's; slurmctld is asked)")
    var cluster: String?

    @Flag(help: "Those too that were deleted; slurmdbd keeps them while it has jobs of theirs.")
    var withDeleted = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard from == .slurmdbd || cluster == nil else {
            throw ValidationError("slurmctld knows only its own cluster: leave out --cluster.")
        }
        guard from == .slurmdbd || !withDeleted else {
            throw ValidationError(
                "slurmctld keeps none that are deleted: leave out --with-deleted.")
        }
    }

    func run() throws {
        let name = try common.accountedCluster(cluster, privateData: "accounts")
        switch from {
        case .slurmdbd:
            let accounting = try common.accounting { try SlurmAccounting() }
            let associations = try common.accounting {
                try accounting.associations(cluster: name, withDeleted: withDeleted)
            }
            let users = try common.accounting { try accounting.users() }
            try write(associations, of: name, accounting.qosNames, users)
        case .slurmctld:
            let kept = try common.controller { try SlurmctldAccounts() }
            try write(try kept.associations(), of: name, try kept.qosNames(), try kept.users())
        }
    }

    private func write(
        _ associations: consuming SlurmAssociations, of cluster: String,
        _ qosNames: [Int64: String], _ users: SlurmUsers
    ) throws {
        var output = Output<AssociationColumn>(.associations, cluster: cluster)
        while let association = associations.next() {
            try output.write { association.value($0, qosNames: qosNames, users) }
        }
        try output.finish()
    }
}

extension SlurmAssociation {
    func value(
        _ column: AssociationColumn, qosNames: [Int64: String], _ users: SlurmUsers
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
            .text(user == nil ? (users.coordinators[account] ?? []).joined(separator: ",") : "")
        case .operators:
            // Whatever their accounts: once, where each cluster has a record.
            .text(user == nil && account == "root" ? users.operators.joined(separator: ",") : "")
        case .defaultQOS: FieldValue(defaultQOSID.flatMap { qosNames[$0] })
        }
    }
}
