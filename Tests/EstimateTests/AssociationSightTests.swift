import Estimate
import Testing
import Units

/// Whether a job that slurmctld has taken counts as its user's own.
@Suite struct AssociationSightTests {
    /// enforced | associations known | of the user with the account | counts
    static let rows: [(Bool, Bool, Bool, Bool)] = [
        (true, true, true, true),
        // Newer than our view of them: slurmctld has looked.
        (true, true, false, true),
        (false, true, true, true),
        (false, true, false, false),
        (false, false, false, true),
    ]

    @Test(arguments: rows)
    func `where Slurm enforces associations, a job that it took has one`(
        isEnforced: Bool, areKnown: Bool, isThere: Bool, counts: Bool
    ) {
        var config = ClusterConfig(selection: .init(unit: .core, consumesMemory: true))
        config.enforcesAssociations = isEnforced
        var associations = Associations()
        if areKnown { associations.add(user: "ben", account: "astro") }
        if isThere { associations.add(user: "ada", account: "astro") }
        let view = ClusterView(
            cluster: "reef", config: config, partitions: [], nodes: [],
            associations: associations)
        #expect(view.isAssociated(user: "ada", account: "astro") == counts)
    }
}
