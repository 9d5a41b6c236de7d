/// TRESBillingWeights, read and applied as Slurm does.

import Testing
import Units

@testable import Estimate

@Suite struct BillingTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var weights: String
        var tres: String
        var sum: Int64
        var dearest: Int64
        var testDescription: String { "\(weights) of \(tres)" }
    }

    @Test(arguments: [
        Row(weights: "", tres: "cpu=7,mem=1G,node=1", sum: 7, dearest: 7),
        Row(weights: "(null)", tres: "cpu=7", sum: 7, dearest: 7),
        Row(
            weights: "CPU=1.0,Mem=0.25G,GRES/gpu=16", tres: "cpu=1,mem=250G,gres/gpu=2", sum: 95,
            dearest: 62),
        Row(weights: "cpu=0.5", tres: "cpu=3", sum: 1, dearest: 1),
        Row(weights: "mem=1", tres: "cpu=3,mem=10M", sum: 10, dearest: 10),
        Row(weights: "mem=1024K", tres: "mem=10M", sum: 10_240, dearest: 10_240),
        Row(weights: "mem=1T", tres: "mem=4096G", sum: 4, dearest: 4),
        Row(
            weights: "cpu=2,license/matlab=3", tres: "cpu=4,license/matlab=2", sum: 14, dearest: 14),
        Row(
            weights: "cpu=2,node=5,license/x=3", tres: "cpu=4,node=2,license/x=1", sum: 21,
            dearest: 13),
        Row(weights: "gres/gpu:a100=7.3", tres: "gres/gpu=3,gres/gpu:a100=3", sum: 21, dearest: 21),
        Row(weights: "billing=9,cpu=1", tres: "cpu=2,billing=5", sum: 2, dearest: 2),
        Row(weights: "cpu=0", tres: "cpu=2", sum: 0, dearest: 0),
        Row(weights: "cpu=-1", tres: "cpu=2", sum: 0, dearest: 0),
    ])
    func `billing is the weighted sum or the dearest of a node`(row: Row) throws {
        let weights = try #require(BillingWeights(reading: row.weights))
        let tres = try TRESCounts(parsing: row.tres)
        let counts = Dictionary(uniqueKeysWithValues: tres.sorted.map { ($0.name, $0.count) })
        #expect(weights.billing(of: counts, dearestOnly: false) == row.sum)
        #expect(weights.billing(of: counts, dearestOnly: true) == row.dearest)
    }

    @Test(arguments: ["cpu", "cpu=", "=1", "cpu=x", "cpu=1,mem=2Q", "cpu=nan", "cpu=1e999"])
    func `weights that can't be read leave the partition out and say so`(weights: String) {
        #expect(BillingWeights(reading: weights) == nil)
        var record = PartitionRecord(name: "odd", nodes: "n1")
        record.billingWeights = weights
        let view = ClusterView(
            cluster: "reef",
            config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
            partitions: [record], nodes: [], associations: Associations())
        #expect(view.partition("odd") == nil)
        #expect(view.problems.count == 1)
    }
}
