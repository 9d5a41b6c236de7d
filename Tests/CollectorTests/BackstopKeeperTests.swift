import Bank
import Books
import Estimate
import Foundation
import Logging
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Collector

/// What is written to slurmdbd, by a sacctmgr that writes down what it is told. One core costs an SU a
/// minute.
@Suite struct BackstopKeeperTests {
    let books: TestBank
    let folder: String
    let keeper: BackstopKeeper
    let view: ClusterView

    init() async throws {
        books = try TestBank()
        let folder = books.folder.path
        self.folder = folder
        var settings = WatchSettings(
            cluster: "reef",
            gauge: try Self.program(
                "gauge", in: folder,
                """
                echo '#atoll-records 1 kind=config cluster=reef at=1'; echo 'Key|Value'
                cat conf; echo "#end rows=$(wc -l <conf)"
                """))
        settings.sacctmgr = try Self.program(
            "sacctmgr", in: folder,
            """
            case "$*" in
            *'show assoc'*) cat limits ;;
            *) [ ! -e denied ] || { echo "sacctmgr: error: $(cat denied)" >&2; exit 1; }
               echo "$5 $7 $8" >>told ;;
            esac
            """)
        settings.scontrol = try Self.program("scontrol", in: folder, "cat used")
        settings.backstopLookSeconds = 3_600
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let clock = books.clock
        keeper = BackstopKeeper(
            settings, bank: books.bank, books: books.store, logger: logger,
            clock: { clock.now })
        let shape = NodeShape(
            cpus: 64, sockets: 2, coresPerSocket: 32, threadsPerCore: 1, realMemoryMiB: 1_000)
        var associations = Associations()
        associations.parents = ["astro": "root", "astro-x": "astro", "bio": "astro"]
        view = ClusterView(
            cluster: "reef",
            config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
            partitions: [PartitionRecord(name: "cpu", nodes: "n1")],
            nodes: [NodeRecord(name: "n1", shape: shape)], associations: associations)
        try write("conf", Self.conf)
        try write("limits", "root||||\nastro||||\nastro-x||||\n")
        try use("astro", used: 30)
        var site = try Site.small(grant: "100", rate: "60")
        site.projects[0].accounts = ["astro"]
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
    }

    private static func program(
        _ name: String, in folder: String, _ script: String
    ) throws -> GaugeCommand {
        let path = folder + "/" + name
        try ("#!/bin/sh\ncd \(folder)\n" + script + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return GaugeCommand(program: path, deadlineSeconds: 20)
    }

    private static let conf = """
        AccountingStorageType|accounting_storage/slurmdbd
        AccountingStorageEnforce|associations,limits,safe
        PriorityType|priority/multifactor
        PriorityDecayHalfLife|00:00:00
        PriorityUsageResetPeriod|NONE

        """

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    }

    private func use(_ account: String, used: Int, running: Int = 0) throws {
        try write(
            "used",
            "ClusterName=reef Account=\(account) UserName= Partition= "
                + "GrpTRESMins=cpu=N(\(used)) GrpTRESRunMins=cpu=N(\(running))\n")
    }

    /// What sacctmgr was told since the last time, a line each: account, cluster's limits.
    private func told() throws -> [String] {
        let path = folder + "/told"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            .map(String.init)
    }

    private func look(_ kind: BackstopKind? = .tresMinutes, strict: Bool = false) -> Bool {
        var rules = WatchRules()
        rules.backstop.kind = kind
        rules.backstop.margin = (try? Rational(1, over: 10)) ?? .zero
        rules.backstop.isStrict = strict
        return keeper.look(view, rules)
    }

    private func states() -> [String] {
        keeper.seen.rows.map { "\($0.account) \($0.limit) \($0.state.rawValue)" }
    }

    @Test func `what was used, waits and is left, with a margin, for the topmost account`()
        async throws
    {
        defer { books.stopAndRemove() }
        // 20 core minutes are set aside: 80 are left.
        _ = try await books.perform(.admit(.small(token: "A", cpus: 2, seconds: 600)), id: "A")
        try use("astro", used: 30, running: 40)
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=184"])  // 30 + (40+20+80)·1.1
        #expect(states() == ["astro GrpTRESMins=cpu right"])
        let record = try #require(try books.store.backstopRecords(on: "reef").first)
        #expect(record.value == 184 && record.intended == nil)
    }

    @Test func `where somebody beneath is not to be stopped ours is taken away, and comes back`()
        async throws
    {
        defer { books.stopAndRemove() }
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=140"])
        try write("limits", "root||||\nastro||||cpu=140\nastro-x||||\n")
        try await books.set(.observe, account: "astro-x")
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=-1"])
        try write("limits", "root||||\nastro||||\nastro-x||||\n")
        #expect(look())
        #expect(try told().isEmpty)
        try await books.set(nil, account: "astro-x")
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=140"])
    }

    @Test func `written again when credit comes, and lowered no sooner than an hour later`()
        async throws
    {
        defer { books.stopAndRemove() }
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=140"])
        try write("limits", "astro||||cpu=140\n")
        // Used, and charged: it may still be what it is.
        try use("astro", used: 20)
        #expect(look())
        #expect(try told().isEmpty)
        #expect(states() == ["astro GrpTRESMins=cpu waits"])
        _ = try await books.perform(
            .grant(GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: "50"))))
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=185"])
        try write("limits", "astro||||cpu=185\n")
        try use("astro", used: 0)
        books.clock.advance(bySeconds: 3_599)
        #expect(look())
        #expect(try told().isEmpty)
        books.clock.advance(bySeconds: 1)
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=165"])
    }

    @Test func `a limit set by hand is left and told; ours that was changed is left as well`()
        async throws
    {
        defer { books.stopAndRemove() }
        try write("limits", "astro|||3|cpu=5,mem=9\n")
        #expect(look())
        #expect(try told().isEmpty)
        #expect(states() == ["astro GrpTRESMins=cpu foreign"])
        try write("limits", "astro|||3|mem=9\n")
        #expect(look())
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=140"])
        try write("limits", "astro|||3|cpu=77,mem=9\n")
        books.clock.advance(bySeconds: 7_200)
        #expect(look())
        #expect(try told().isEmpty)
        #expect(states() == ["astro GrpTRESMins=cpu foreign"])
        let cleared = try keeper.clear(account: nil, isDryRun: false)
        #expect(cleared.map(\.state) == [.foreign])
        #expect(try told().isEmpty)
        #expect(try books.store.backstopRecords(on: "reef").isEmpty)
    }

    @Test func `nothing left twice in a row: no job may be sent; credit: at once again`()
        async throws
    {
        defer { books.stopAndRemove() }
        #expect(look(.submitJobs))
        #expect(states() == ["astro GrpSubmitJobs open"])
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10, seconds: 600)), id: "A")
        #expect(look(.submitJobs))
        #expect(try told().isEmpty)
        #expect(look(.submitJobs))
        #expect(try told() == ["name=astro set GrpSubmitJobs=0"])
        try write("limits", "astro|||0|\n")
        #expect(look(.submitJobs))
        #expect(try told().isEmpty)
        _ = try await books.perform(.void(cluster: "reef", token: "A"), id: "V")
        #expect(look(.submitJobs))
        #expect(try told() == ["name=astro set GrpSubmitJobs=-1"])
        #expect(try books.store.backstopRecords(on: "reef").isEmpty)
    }

    @Test func `the other limit is taken away when the settings name this one`() async throws {
        defer { books.stopAndRemove() }
        #expect(look())
        _ = try told()
        try write("limits", "astro||||cpu=140\n")
        #expect(look(.submitJobs))
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=-1"])
    }

    @Test func `no privilege: said with what to do, and what was about to be written is known`()
        async throws
    {
        defer { books.stopAndRemove() }
        try write("denied", "Your user doesn't have privilege to perform this action")
        #expect(!look())
        #expect(keeper.problem?.contains("AdminLevel=Operator") == true)
        #expect(states() == ["astro GrpTRESMins=cpu failed"])
        // It died there, and had written: ours.
        try write("limits", "astro||||cpu=140\n")
        try FileManager.default.removeItem(atPath: folder + "/denied")
        #expect(look())
        #expect(try told().isEmpty)
        #expect(states() == ["astro GrpTRESMins=cpu right"])
        #expect(keeper.problem == nil)
    }

    @Test func `off: nothing is touched; clear takes away exactly what was written`() async throws {
        defer { books.stopAndRemove() }
        #expect(look())
        _ = try told()
        try write("limits", "astro|||7|cpu=140,mem=5\n")
        #expect(look(nil))
        #expect(try told().isEmpty)
        #expect(try keeper.leftovers().map(\.state) == [.leftover])
        #expect(try keeper.clear(account: nil, isDryRun: true).map(\.state) == [.wouldClear])
        #expect(try keeper.clear(account: "bio", isDryRun: false).isEmpty)
        #expect(try told().isEmpty)
        #expect(try keeper.clear(account: "astro", isDryRun: false).map(\.state) == [.cleared])
        #expect(try told() == ["name=astro set GrpTRESMins=cpu=-1"])
        #expect(try keeper.clear(account: nil, isDryRun: false).isEmpty)
    }

    @Test func `another project beneath an account counts in its limit, and keeps it open`()
        async throws
    {
        defer { books.stopAndRemove() }
        var site = try Site.small(grant: "100", rate: "60")
        var bio = site.projects[0]
        (bio.name, bio.accounts) = ("bio", ["bio"])
        bio.allocations[0].name = "bio-2026"
        bio.allocations[0].initial = try ServiceUnits(parsing: "10")
        site.projects = [bio]
        _ = try await books.perform(.apply(site, backdate: false), id: "bio")
        try write("limits", "root||||\nastro||||\nastro-x||||\nbio||||\n")
        try write(
            "used",
            """
            ClusterName=reef Account=astro UserName= GrpTRESMins=cpu=N(0) GrpTRESRunMins=cpu=N(0)
            ClusterName=reef Account=bio UserName= GrpTRESMins=cpu=N(0) GrpTRESRunMins=cpu=N(0)

            """)
        #expect(look())
        #expect(
            try told() == [
                "name=astro set GrpTRESMins=cpu=121", "name=bio set GrpTRESMins=cpu=11",
            ])
        _ = try await books.perform(.admit(.small(token: "A", cpus: 10, seconds: 600)), id: "A")
        try write("limits", "root||||\nastro||||\nbio||||\n")
        for _ in 0..<3 { _ = look(.submitJobs) }
        #expect(try told().isEmpty)
        #expect(keeper.seen.rows.first?.why?.contains("bio") == true)
    }

    static let troubles: [(String, String, String?)] = [
        ("AccountingStorageEnforce", "associations", "lacks limits"),
        ("PriorityType", "priority/basic", "take GrpSubmitJobs"),
        ("AccountingStorageType", "accounting_storage/none", "needs slurmdbd"),
        ("PriorityDecayHalfLife", "7-00:00:00", nil),
        ("PriorityUsageResetPeriod", "MONTHLY", nil),
    ]

    @Test(arguments: troubles)
    func `a slurm.conf that would not heed the limits is told, and nothing written`(
        key: String, value: String, problem: String?
    ) async throws {
        defer { books.stopAndRemove() }
        let lines = Self.conf.split(separator: "\n").map { line in
            line.hasPrefix(key + "|") ? "\(key)|\(value)" : String(line)
        }
        try write("conf", lines.joined(separator: "\n") + "\n")
        #expect(look() == (problem == nil))
        if let problem {
            #expect(keeper.problem?.contains(problem) == true)
            #expect(try told().isEmpty)
        } else {
            #expect(keeper.seen.notes.contains { $0.contains(value) })
            #expect(try told().count == 1)
        }
    }
}
