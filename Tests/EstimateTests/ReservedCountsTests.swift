/// What a reservation keeps from others, in the TRES that jobs are charged in.

import Estimate
import Testing
import Units

@Suite struct ReservedCountsTests {
    private var view: ClusterView {
        let nodes = (1...4).map { number in
            var shape = NodeShape(
                cpus: 64, sockets: 2, coresPerSocket: 32, threadsPerCore: 1, realMemoryMiB: 1_000)
            if number <= 2 { shape.gres = "gpu:h200:4" }
            return NodeRecord(name: "n\(number)", shape: shape)
        }
        var cpu = PartitionRecord(name: "cpu", nodes: "n[1-4]")
        cpu.isDefault = true
        var gpu = PartitionRecord(name: "gpu", nodes: "n[1-2]")
        gpu.billingWeights = "CPU=1.0,GRES/gpu=16"
        var config = ClusterConfig(selection: .init(unit: .core, consumesMemory: true))
        config.accountedTRES = [TRESName("gres/gpu"), TRESName("gres/gpu:h200")]
        return ClusterView(
            cluster: "reef", config: config, partitions: [cpu, gpu], nodes: nodes,
            associations: Associations())
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let nodes: String
        let tres: String
        var licences: String?
        var partition = "cpu"
        let reserved: String
    }

    @Test(arguments: [
        Case(
            testDescription: "a whole node with all it has", nodes: "n1", tres: "cpu=64",
            reserved: "billing=64,cpu=64,gres/gpu=4,gres/gpu:h200=4,mem=1000M,node=1"),
        Case(
            testDescription: "nodes without GPUs", nodes: "n[3-4]", tres: "cpu=128",
            reserved: "billing=128,cpu=128,mem=2000M,node=2"),
        Case(
            testDescription: "some cores of a node", nodes: "n1", tres: "cpu=4",
            reserved: "billing=4,cpu=4"),
        Case(
            testDescription: "licences alone", nodes: "", tres: "", licences: "matlab:3",
            reserved: "license/matlab=3"),
        Case(
            testDescription: "billing by the partition's weights", nodes: "n1", tres: "cpu=64",
            partition: "gpu",
            reserved: "billing=128,cpu=64,gres/gpu=4,gres/gpu:h200=4,mem=1000M,node=1"),
    ])
    func `counts what it keeps`(row: Case) throws {
        let counts = view.reservedCounts(
            nodes: row.nodes, tres: try TRESCounts(parsing: row.tres), licences: row.licences,
            partition: row.partition)
        #expect(counts.description == row.reserved)
    }

    @Test func `it is priced in its own partition, else in the default one that has its nodes`() {
        #expect(view.pricingPartition(of: "gpu", nodes: "n1") == "gpu")
        #expect(view.pricingPartition(of: nil, nodes: "n1") == "cpu")
        #expect(view.pricingPartition(of: nil, nodes: "") == "cpu")
    }

    @Test func `where Slurm is to choose, the dearest of each is held`() {
        #expect(
            view.mostReservedCounts(nodeCount: 3, partition: "cpu")?.description
                == "billing=192,cpu=192,gres/gpu=8,gres/gpu:h200=8,mem=3000M,node=3")
        #expect(view.mostReservedCounts(nodeCount: 5, partition: "cpu") == nil)
    }
}
