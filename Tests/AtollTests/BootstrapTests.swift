import Rates
import Registry
import SiteFiles
import Testing
import Units

@testable import atoll

/// What a Slurm has → a site file that `atoll apply` takes.
@Suite struct BootstrapTests {
    private func slurm(
        weights: [(String, String?)] = [("cpu", nil)], accounts: [SlurmSite.Account] = []
    ) -> SlurmSite {
        var slurm = SlurmSite(cluster: "reef")
        slurm.partitions = weights.enumerated().map { index, it in
            .init(name: it.0, isDefault: index == 0, weights: it.1)
        }
        slurm.accounts = accounts
        return slurm
    }

    private func account(
        _ name: String, under parent: String? = nil, users: [String] = [],
        minutes: [(String, Int64)] = []
    ) -> SlurmSite.Account {
        var account = SlurmSite.Account(name: name, parent: parent, users: users)
        account.minutes = minutes.map { .init(tres: TRESName($0.0), minutes: $0.1) }
        return account
    }

    private func site(_ slurm: SlurmSite) throws -> (site: Site, text: String) {
        let year = try window("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
        let text = SiteProposal(slurm, window: year).text
        return (try readSite(text: text, file: "t"), text)
    }

    @Test(
        arguments: [
            ("no weights: CPUs", [("cpu", nil)], ["CPU cpu 1 all"]),
            (
                "the same everywhere", [("a", "CPU=2"), ("b", "cpu=2.0")], ["CPU cpu 2 all"]
            ),
            (
                "one partition has others",
                [("cpu", nil), ("gpu", "CPU=1.0,Mem=0.25G,GRES/gpu=16")],
                ["CPU cpu 1 all", "Memory in gpu mem 0.25 gpu", "GPU in gpu gres/gpu 16 gpu"]
            ),
            (
                "two weights of one TRES", [("a", "CPU=1"), ("b", "CPU=1.5"), ("c", "CPU=1")],
                ["CPU in a, c cpu 1 a,c", "CPU in b cpu 1.5 b"]
            ),
            (
                "memory by MiB, KiB, TiB",
                [("a", "Mem=0.5"), ("b", "Mem=1T"), ("c", "Mem=1K")],
                [
                    "Memory in a mem 512 a", "Memory in b mem 0.0009765625 b",
                    "Memory in c mem 1048576 c",
                ]
            ),
            (
                "a type and a licence", [("a", "GRES/gpu:h200=10,license/x=3,CPU=0")],
                ["GPU h200 gres/gpu:h200 10 all", "license/x license/x 3 all"]
            ),
        ] as [(String, [(String, String?)], [String])])
    func `billing weights become rates`(
        row: (name: String, weights: [(String, String?)], rates: [String])
    ) throws {
        let made = try site(slurm(weights: row.weights))
        let told = made.site.resources.map { resource in
            let places = resource.scope.partitions?.sorted().joined(separator: ",") ?? "all"
            return "\(resource.name) \(resource.tres) \(resource.rates[0].suPerHour) \(places)"
        }
        #expect(told == row.rates, "\(row.name)\n\(made.text)")
    }

    @Test func `a weight that can't be rated is told and left out`() throws {
        let made = try site(slurm(weights: [("a", "CPU=1,energy=3,Mem=oops")]))
        #expect(made.site.resources.map(\.name) == ["CPU"])
        #expect(made.text.contains("LOOK: energy=3 of partition a can't be rated"))
        #expect(made.text.contains("LOOK: Mem=oops of partition a can't be rated"))
    }

    @Test func `limits are first grants, in hours at the rates`() throws {
        let weights: [(String, String?)] = [("gpu", "CPU=1,Mem=0.25G,GRES/gpu=16")]
        let made = try site(
            slurm(
                weights: weights,
                accounts: [
                    account("astro", users: ["ada"], minutes: [("cpu", 60_000)]),
                    account("bio", minutes: [("cpu", 600), ("gres/gpu", 60)]),
                    account("chem", minutes: [("mem", 614_400)]),
                    account("geo", minutes: [("cpu", 600), ("billing", 6_000)]),
                    account("odd", users: ["eve"], minutes: [("node", 5)]),
                ]))
        let grants = made.site.projects.flatMap { project in
            project.allocations.map { "\(project.name) \($0.name) \($0.initial.plain)" }
        }
        #expect(
            grants == [
                "astro astro-2026 1000", "bio bio-2026 26", "chem chem-2026 2.5",
                "geo geo-2026 100",
            ], "\(made.text)")
        #expect(made.text.contains("nothing of its GrpTRESMins (node=5) is rated"))
        #expect(made.text.contains("LOOK: Slurm limits each TRES by itself"))
    }

    @Test func `an account is a project where it has a limit, or users and no limit above`() throws
    {
        let made = try site(
            slurm(
                accounts: [
                    account("dept"), account("astro", under: "dept", users: ["ada"]),
                    account("big", minutes: [("cpu", 60)]),
                    account("small", under: "big", users: ["ben"]),
                    account("rich", under: "big", minutes: [("cpu", 120)]),
                ]))
        #expect(made.site.projects.map(\.name) == ["astro", "big", "rich"])
        #expect(made.site.projects.map(\.allocations.count) == [0, 1, 1])
        #expect(made.text.contains("# Beneath it: small."))
        #expect(made.text.contains("# No project of their own, for they have neither users nor a"))
        #expect(made.text.contains("LOOK: in Slurm its use counts in the limit of big, too"))
        #expect(made.text.contains("# LOOK: it has no GrpTRESMins"))
    }

    @Test func `a description may have the sign that parts sacctmgr's fields`() throws {
        var slurm = slurm(accounts: [account("astro", users: ["ada"])])
        slurm.takeDescriptions("astro|Stars | tides|and more|Reef\n")
        #expect(slurm.accounts[0].description == "Stars | tides|and more")
        #expect(slurm.accounts[0].organisation == "Reef")
    }

    @Test func `coordinators, descriptions, users' limits and QOS factors come along`() throws {
        var slurm = slurm(accounts: [account("astro", users: ["ada", "ben"])])
        slurm.accounts[0].coordinators = ["ben"]
        slurm.takeDescriptions("astro|Tides \"of\" stars|Reef\nroot|default root account|root\n")
        slurm.takeLimits("astro||cpu=600\nastro|ben|cpu=60\nroot||\n")
        slurm.takeFactors("normal|1.000000\nhigh|2.500000\n")
        let made = try site(slurm)
        let project = try #require(made.site.projects.first)
        #expect(project.pi == "ben" && project.title == "Tides \"of\" stars")
        #expect(project.organisation == "Reef")
        #expect(project.allocations[0].initial == (try su("10")))
        #expect(
            project.allocations[0].members.map { "\($0.user) \($0.cap?.plain ?? "")" } == ["ben 1"])
        #expect(made.site.factors.map(\.factor) == [try Rational(5, over: 2)])
    }

    @Test func `no text of others ends a comment or a string`() throws {
        var odd = account("a\"b\\c", users: ["x\ny = 1"])
        odd.description = "line\n[[project]]"
        let made = try site(slurm(accounts: [odd]))
        #expect(made.site.projects.map(\.name) == ["a\"b\\c"])
    }

    @Test func `without slurmdbd there are rates and a pattern for projects`() throws {
        var slurm = slurm()
        slurm.hasAccounting = false
        let made = try site(slurm)
        #expect(made.site.projects.isEmpty && made.site.resources.count == 1)
        #expect(made.text.contains("# [[project.allocation]]"))
    }

    private func gauge(_ kind: String, _ header: String, _ rows: [String]) -> Ran {
        let lines = ["#atoll-records 1 kind=\(kind) cluster=reef at=1", header] + rows
        return Ran(
            code: 0, output: (lines + ["#end rows=\(rows.count)"]).joined(separator: "\n") + "\n",
            errors: "")
    }

    private func desk() -> Desk {
        let desk = Desk([])
        desk.machine.look = { _ in nil }
        desk.programs = [
            "atoll-gauge config": gauge(
                "config", "Key|Value",
                [
                    "ClusterName|reef", "AccountingStorageType|accounting_storage/slurmdbd",
                    "AccountingStorageTRES|cpu,mem,gres/gpu",
                ]),
            "atoll-gauge partitions": gauge(
                "partitions", "PartitionName|Flags|MaxTimeMinutes|BillingWeights",
                ["cpu|DEFAULT|60|"]),
            "atoll-gauge associations": gauge(
                "associations", "Cluster|Account|User|ParentAccount|IsDefault",
                ["reef|root|||0", "reef|astro||root|0", "reef|astro|ada||1"]),
            "show account format=Account,Descr,Org": Ran(
                code: 0, output: "astro|astro|astro\nroot|x|root\n", errors: ""),
            "format=Account,User,GrpTRESMins WOPLimits": Ran(
                code: 0, output: "root||\nastro||cpu=600\nastro|ada|\n", errors: ""),
            "show qos format=Name,UsageFactor": Ran(
                code: 0, output: "normal|1.000000\n", errors: ""),
        ]
        return desk
    }

    @Test func `a person gets a file, never over another one unasked`() throws {
        let desk = desk()
        let screen = desk.run("bootstrap")
        #expect(screen.status == 0, "\(screen)")
        #expect(try readSite(text: screen.out, file: "t").projects.map(\.name) == ["astro"])
        #expect(screen.out.contains("gres/gpu is in AccountingStorageTRES and has no weight"))
        #expect(screen.out.contains("start = 2026-01-01T00:00:00Z"))
        #expect(desk.run("bootstrap").out == screen.out)

        desk.machine.look = { path in
            path != "site.toml"
                ? nil
                : FileSight(
                    kind: .file, ownerID: 0, mode: 0o644, bytes: 1,
                    modifiedAt: Instant(epochSeconds: 0))
        }
        let again = desk.run("bootstrap", "-o", "site.toml")
        #expect(again.status == 1)
        #expect(again.complaints.contains("site.toml is there already; --force writes over it"))
    }

    @Test func `what can't be read is named`() throws {
        let desk = desk()
        desk.programs["atoll-gauge associations"] = Ran(
            code: 4, output: "", errors: "atoll-gauge: slurmdbd did not answer\n")
        let screen = desk.run("bootstrap")
        #expect(screen.status == 1)
        #expect(
            screen.complaints.contains(
                "atoll-gauge associations: atoll-gauge: slurmdbd did not answer"))
        #expect(desk.run("bootstrap", "-S", "2027-01-01", "-E", "2026-01-01").status == 2)
        desk.programs["atoll-gauge config"] = Ran(
            code: 4, output: "", errors: "atoll-gauge: no slurm.conf\n")
        #expect(
            desk.run("bootstrap").complaints == """
                atoll: atoll-gauge config: atoll-gauge: no slurm.conf
                atoll: /etc/atoll/atoll.toml is not there, so Slurm was looked for in its usual \
                places: --config PATH names another atoll.toml.
                atoll: atoll doctor says what is wrong and how to mend it.

                """)
    }
}
