/// Where Slurm has a choice: the fewest nodes, the strict bound, and what is said about it.

import Testing
import Units

@testable import Estimate

@Suite struct ChoiceTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var request: String
        var least: String
        var strict: String
        var isExact: Bool
        var testDescription: String { request }

        init(_ request: String, _ least: String, strict: String? = nil, isExact: Bool) {
            (self.request, self.least, self.isExact) = (request, least, isExact)
            self.strict = strict ?? least
        }
    }

    private func check(_ row: Row, on table: String) throws {
        let view = try GoldenTable(table).view
        let least = try estimate(request(row.request), userName: "root", view: view)[0]
        let strict = try estimate(
            request(row.request), userName: "root", view: view, options: .init(bound: .strict))[0]
        for (footprint, tres) in [(least, row.least), (strict, row.strict)] {
            for (name, count) in try TRESCounts(parsing: tres).sorted {
                #expect(footprint.perTask[name] == count, "\(name) of \(footprint.perTask)")
            }
            #expect(footprint.isExact == row.isExact)
        }
    }

    @Test(arguments: [
        Row("num_tasks=1 min_cpus=1", "cpu=1,node=1", isExact: true),
        Row("num_tasks=4 min_cpus=4", "cpu=4,node=1", strict: "cpu=4,node=4", isExact: false),
        Row("min_nodes=1 max_nodes=1 num_tasks=4 min_cpus=4", "cpu=4,node=1", isExact: true),
        Row("min_nodes=2 max_nodes=2 num_tasks=4 min_cpus=4", "cpu=4,node=2", isExact: true),
        Row(
            "min_nodes=2 max_nodes=4 min_cpus=1", "cpu=2,node=2", strict: "cpu=4,node=4",
            isExact: false),
        // Memory a node is what more nodes cost.
        Row(
            "num_tasks=64 min_cpus=64 mem_per_node_mib=102400", "mem=100G,node=1",
            strict: "mem=800G,node=8", isExact: false),
        Row("num_tasks=20 ntasks_per_node=8 min_cpus=20", "cpu=24,node=3", isExact: true),
        Row("shared=0 min_cpus=1", "cpu=64,mem=64000M", isExact: false),
        Row(
            "partition=excl num_tasks=100 min_cpus=100", "cpu=128,node=2,gres/gpu=8", isExact: true),
        Row(
            "partition=gpu tres_per_job=gres:gpu:2 min_cpus=1", "gres/gpu=2,node=1",
            strict: "gres/gpu=2,node=2", isExact: false),
        Row(
            "partition=gpu tres_per_node=gres:gpu:2 min_cpus=1", "gres/gpu=2,node=1", isExact: true),
        // Two types on a node: either may be it, and the strict bound counts both.
        Row(
            "partition=mixgpu tres_per_node=gres:gpu:1 min_cpus=1", "gres/gpu=1,gres/gpu:a100=1",
            strict: "gres/gpu=1,gres/gpu:a100=1,gres/gpu:h200=1", isExact: false),
        Row(
            "partition=mixgpu tres_per_node=gres:gpu:a100:1 min_cpus=1",
            "gres/gpu=1,gres/gpu:a100=1",
            isExact: true),
        // Unlike nodes: a whole one may be small or large.
        Row(
            "partition=mixed shared=0 min_cpus=1", "cpu=32,mem=32000M", strict: "cpu=64,mem=64000M",
            isExact: false),
        Row(
            "partition=mixed shared=0 req_nodes=n11 min_nodes=1 max_nodes=1", "cpu=32",
            isExact: true),
        Row("partition=mixed num_tasks=1 min_cpus=1", "cpu=1,mem=1000M", isExact: true),
        Row("partition=mixed features=[small|big] min_cpus=1", "cpu=1", isExact: false),
        Row("partition=mixed features=small shared=0 min_cpus=1", "cpu=32", isExact: true),
    ])
    func `with one thread a core`(row: Row) throws { try check(row, on: "one-thread") }

    @Test(arguments: [
        Row("num_tasks=1 min_cpus=1", "cpu=2", isExact: true),
        Row("min_nodes=2 max_nodes=2 num_tasks=2 min_cpus=2", "cpu=4", isExact: true),
        // Two and two tasks take two cores, three and one take three.
        Row(
            "min_nodes=2 max_nodes=2 num_tasks=4 min_cpus=4", "cpu=4", strict: "cpu=6",
            isExact: false),
        Row(
            "min_nodes=2 max_nodes=2 num_tasks=4 cpus_per_task=2 min_cpus=8", "cpu=8", isExact: true
        ),
    ])
    func `with two threads a core`(row: Row) throws { try check(row, on: "cores") }

    @Test func `a type of GPU is counted only where Slurm accounts for it`() throws {
        let table = try GoldenTable("one-thread")
        var config = table.view.config
        config.accountedTRES = [TRESName("gres/gpu")]
        #expect(
            try perTask("tres_per_node=gres:gpu:a100:2 licenses=abaqus:3", config)
                == "cpu=1,gres/gpu=2")
        config.countsAllLicences = true
        #expect(try perTask("licenses=abaqus:3", config) == "cpu=1,license/abaqus=3")
        config.countsAllLicences = false
        config.accountedTRES = nil
        #expect(
            try perTask("tres_per_node=gres:gpu:a100:2 licenses=abaqus:3", config)
                == "cpu=1,gres/gpu=2,gres/gpu:a100=2,license/abaqus=3")
    }

    /// On one node with four GPUs; without what is the same in all.
    private func perTask(_ text: String, _ config: ClusterConfig) throws -> String {
        var partition = PartitionRecord(name: "p", nodes: "n1")
        (partition.isDefault, partition.maxTimeMinutes) = (true, 60)
        var shape = NodeShape(
            cpus: 8, sockets: 1, coresPerSocket: 8, threadsPerCore: 1, realMemoryMiB: 0)
        shape.gres = "gpu:a100:4(S:0)"
        let view = ClusterView(
            cluster: "reef", config: config, partitions: [partition],
            nodes: [NodeRecord(name: "n1", shape: shape)], associations: Associations())
        var job = request(text)
        job.account = "astro"
        return try estimate(job, userName: nil, view: view)[0].perTask.sorted
            .filter { ![.node, .billing, .memory].contains($0.name) }
            .map { "\($0.name)=\($0.count)" }.joined(separator: ",")
    }

    @Test func `AllowSpecResourcesUsage makes core specialisation take whole nodes`() throws {
        let view = try GoldenTable("one-thread").view
        var config = view.config
        #expect(
            try estimate(request("core_spec=2"), userName: "root", view: view)[0].perTask[.cpu] == 1
        )
        config.allowsSpecResources = true
        var partition = PartitionRecord(name: "p", nodes: "n1")
        (partition.isDefault, partition.maxTimeMinutes) = (true, 60)
        let shape = NodeShape(
            cpus: 8, sockets: 1, coresPerSocket: 8, threadsPerCore: 1, realMemoryMiB: 0)
        let spec = ClusterView(
            cluster: "reef", config: config, partitions: [partition],
            nodes: [NodeRecord(name: "n1", shape: shape)], associations: view.associations)
        #expect(
            try estimate(request("core_spec=2"), userName: "root", view: spec)[0].perTask[.cpu] == 8
        )
    }

    @Test func `an empty partition is reckoned with the CPUs asked for`() throws {
        var partition = PartitionRecord(name: "p", nodes: "")
        (partition.isDefault, partition.maxTimeMinutes) = (true, 60)
        let view = ClusterView(
            cluster: "reef",
            config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
            partitions: [partition], nodes: [], associations: Associations())
        let footprint = try estimate(
            request("account=a num_tasks=6 min_cpus=6 mem_per_cpu_mib=100"), userName: nil,
            view: view)[0]
        #expect(footprint.perTask[.cpu] == 6)
        #expect(footprint.perTask[.memory] == 600)
        #expect(footprint.notes.contains(.fitsNowhere))
        #expect(!footprint.isExact)
    }
}
