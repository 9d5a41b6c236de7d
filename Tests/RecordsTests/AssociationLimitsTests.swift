import Records
import Testing
import Units

/// As Slurm 22.05 prints the limits of associations.
@Suite struct AssociationLimitsTests {
    @Test func `sacctmgr's limits of accounts are read, those of users are not`() throws {
        let limits = try AssociationLimits.read(
            """
            root||||
            root|root||3|cpu=9
            astro|||0|cpu=100,gres/gpu=5,gres/gpu:h200=2
            astro|atoll-ada||7|
            astro|atoll-ada|gpu||
            bio||||billing=12

            """)
        #expect(
            limits == [
                "root": AssociationLimits(),
                "astro": AssociationLimits(
                    submitJobs: 0,
                    tresMinutes: [
                        .cpu: 100, TRESName("gres/gpu"): 5, TRESName("gres/gpu:h200"): 2,
                    ]),
                "bio": AssociationLimits(tresMinutes: [TRESName("billing"): 12]),
            ])
    }

    @Test(arguments: ["astro||", "astro|||x|", "astro||||cpu", "astro||||cpu=1k"])
    func `what is no association is told, not passed over`(line: String) {
        #expect(throws: LimitsUnreadable.self) { try AssociationLimits.read(line) }
    }

    @Test func `what slurmctld counted is read from its association manager`() {
        let uses = AssociationUse.read(
            """
            Current Association Manager state
            Association Records
            ClusterName=reef Account=astro UserName= Partition= Priority=0 ID=3 GrpJobs=N(0) \
            GrpTRES=cpu=N(7) GrpTRESMins=cpu=100(260),mem=N(260937),gres/gpu:h200=N(0) \
            GrpTRESRunMins=cpu=N(1800),mem=N(1800000.75),gres/gpu:h200=5(0) MaxJobs=
            ClusterName=reef Account=astro UserName=atoll-ada(999) Partition= GrpTRESMins=cpu=N(1)
            ClusterName=other Account=bio UserName= GrpTRESMins=cpu=N(1)

            """, cluster: "reef")
        var astro = AssociationUse()
        astro.used = [.cpu: 260, .memory: 260_937, TRESName("gres/gpu:h200"): 0]
        astro.running = [.cpu: 1_800, .memory: 1_800_000, TRESName("gres/gpu:h200"): 0]
        #expect(uses == ["astro": astro])
    }
}
