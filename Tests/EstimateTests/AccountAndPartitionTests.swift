/// Account, partition, QOS and time as slurmctld fills them in.

import Testing
import Units

@testable import Estimate

/// Two partitions, ten small nodes; ada has a default account and a default QOS, bob has neither.
private let reef: ClusterView = {
    var short = PartitionRecord(name: "short", nodes: "n[01-10]")
    short.isDefault = true
    (short.defaultTimeMinutes, short.maxTimeMinutes) = (60, 1_440)
    short.defaultMemory = .perCPU(1_000)
    short.overTimeLimitMinutes = 5
    var long = PartitionRecord(name: "long", nodes: "n[01-04]")
    long.maxTimeMinutes = 10_080
    let endless = PartitionRecord(name: "endless", nodes: "n01")
    let shape = NodeShape(
        cpus: 8, sockets: 1, coresPerSocket: 8, threadsPerCore: 1, realMemoryMiB: 16_000)
    var associations = Associations()
    associations.add(user: "ada", account: "astro", defaultQOS: "low")
    associations.add(user: "ada", account: "bio")
    associations.defaultAccounts["ada"] = "astro"
    return ClusterView(
        cluster: "reef", config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
        partitions: [short, long, endless],
        nodes: (1...10).map { .init(name: $0 < 10 ? "n0\($0)" : "n10", shape: shape) },
        associations: associations)
}()

@Suite struct AccountAndPartitionTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var request: String
        var user: String? = "ada"
        /// "account partition qos seconds" of each footprint.
        var filled: [String]
        var testDescription: String { "\(user ?? "nobody"): \(request)" }
    }

    @Test(arguments: [
        Row(request: "min_cpus=1", filled: ["astro short low 3600"]),
        Row(request: "account=bio", filled: ["bio short - 3600"]),
        Row(request: "account=BIO", filled: ["bio short - 3600"]),
        Row(request: "account=bio", user: nil, filled: ["bio short - 3600"]),
        Row(request: "qos=high", filled: ["astro short high 3600"]),
        Row(request: "partition=long", filled: ["astro long low 604800"]),
        Row(request: "partition=long time_limit_minutes=90", filled: ["astro long low 5400"]),
        Row(request: "partition=endless time_limit_minutes=1", filled: ["astro endless low 60"]),
        Row(request: "time_limit_minutes=2000", filled: ["astro short low 120000"]),
        Row(request: "time_limit_minutes=4294967295", filled: ["astro short low 86400"]),
        // The DefaultTime of the first partition is written into the job.
        Row(
            request: "partition=short,long",
            filled: ["astro short low 3600", "astro long low 3600"]),
        Row(
            request: "partition=long,short",
            filled: ["astro long low 604800", "astro short low 3600"]),
        Row(request: "partition=long,long", filled: ["astro long low 604800"]),
    ])
    func `what is left unsaid is filled in`(row: Row) throws {
        let filled = try estimate(request(row.request), userName: row.user, view: reef).map {
            "\($0.account) \($0.partition) \($0.qos ?? "-") \($0.timeLimitSeconds)"
        }
        #expect(filled == row.filled)
    }

    @Test(
        arguments: [
            ("min_cpus=1", "bob", EstimateRefusal.needsAccount(user: "bob")),
            ("min_cpus=1", nil, .needsAccount(user: nil)),
            ("partition=nosuch", "ada", .unknownPartition("nosuch")),
            ("partition=short,", "ada", .unknownPartition("")),
            ("partition=endless", "ada", .needsTimeLimit(partition: "endless")),
            ("partition=short,endless", "bob", .needsAccount(user: "bob")),
            ("array=1-", "ada", .malformed(field: "array", text: "1-")),
            ("array=1-1001", "ada", .tooLarge(field: "array index", limit: 1_000)),
            ("licenses=a:b", "ada", .malformed(field: "licenses", text: "a:b")),
            (
                "tres_per_node=gres:gpu:x:y", "ada",
                .malformed(field: "tres_per_node", text: "gres:gpu:x:y")
            ),
            ("tres_per_job=gres:gpu:", "ada", .malformed(field: "tres_per_job", text: "gres:gpu:")),
            ("cpus_per_tres=gres::3", "ada", .malformed(field: "cpus_per_tres", text: "gres::3")),
            ("req_nodes=n[1", "ada", .malformed(field: "req_nodes", text: "n[1")),
            ("exc_nodes=n[1-99999]", "ada", .tooLarge(field: "exc_nodes", limit: 65_536)),
        ] as [(String, String?, EstimateRefusal)])
    func `what can't be filled in is refused by name`(
        text: String, user: String?, refusal: EstimateRefusal
    ) {
        #expect(throws: refusal) { try estimate(request(text), userName: user, view: reef) }
    }

    @Test func `nothing is estimated before the gauge has answered`() {
        let view = ClusterView.notYetKnown("reef")
        #expect(!view.isKnown)
        #expect(throws: EstimateRefusal.viewMissing(cluster: "reef")) {
            try estimate(request("account=bio"), userName: "ada", view: view)
        }
    }

    @Test func `a cluster without a default partition needs one named`() {
        let view = ClusterView(
            cluster: "reef", config: reef.config, partitions: [], nodes: [],
            associations: reef.associations)
        #expect(throws: EstimateRefusal.needsPartition) {
            try estimate(request("min_cpus=1"), userName: "ada", view: view)
        }
    }

    @Test func `the strict bound adds the time a job may run over`() throws {
        let strict = try estimate(
            request("time_limit_minutes=10"), userName: "ada", view: reef,
            options: .init(bound: .strict))
        #expect(strict[0].timeLimitSeconds == 15 * 60)
        #expect(strict[0].explanation.contains("5 minutes more (OverTimeLimit)"))
    }

    @Test(arguments: [
        ("sbatch --test-only -n4 j.sh", true), ("sbatch -n 4 -p cpu --test-only j.sh", true),
        ("srun --test-only hostname", true), ("sbatch -n4 j.sh --test-only", false),
        ("sbatch j.sh 1 --test-only", false), ("sbatch --time=1 j.sh --test-only", false),
        ("sbatch -n4 --wrap=x", false), ("--test-only", false),
    ])
    func `a submit line may look like a test`(line: String, looks: Bool) throws {
        var job = request("min_cpus=1")
        job.submitLine = line
        #expect(try estimate(job, userName: "ada", view: reef)[0].testOnlyHint == looks)
    }

    @Test func `an account has its parents, and a circle ends`() {
        var associations = Associations()
        associations.parents = ["a": "b", "b": "c", "c": "a", "x": "root"]
        #expect(associations.lineage(of: "x") == ["x", "root"])
        #expect(associations.lineage(of: "a") == ["a", "b", "c"])
        #expect(reef.associations.accounts(of: "ada") == ["astro", "bio"])
        #expect(reef.associations.includes(user: "ada", account: "bio"))
        #expect(!reef.associations.includes(user: "bob", account: "bio"))
    }
}
