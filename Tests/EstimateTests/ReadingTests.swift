/// Gres, features and licences as text; a job's own TRES; what notes say.

import Testing
import Units

@testable import Estimate

@Suite struct ReadingTests {
    @Test(arguments: [
        ("gres:gpu:2", ["gpu - 2"]), ("gres:gpu:h200:2", ["gpu h200 2"]), ("gres:gpu", ["gpu - 1"]),
        ("gres/gpu:2", ["gpu - 2"]), ("gres/gpu=2", ["gpu - 2"]),
        ("gres/gpu:h200=2", ["gpu h200 2"]),
        ("gpu:1K", ["gpu - 1024"]), ("gres:gpu:h200", ["gpu h200 1"]), ("none", []),
        ("gres:none", []),
        ("gres:gpu:h200:1,gres:fpga:2", ["gpu h200 1", "fpga - 2"]),
        ("cpu:4,gres/gpu:1", ["gpu - 1"]),
    ])
    func `generic resources are read`(text: String, items: [String]) throws {
        let read = try readGresItems(text, field: "tres_per_job")
        #expect(read.map { "\($0.name) \($0.type ?? "-") \($0.count)" } == items)
    }

    @Test(arguments: [
        "gres:", "gres:gpu:", "gpu::2", "gpu:-1", "gpu:1:2:3", "gpu:a:b", "2", "gpu:2,", ":",
    ])
    func `generic resources that can't be read are refused`(text: String) {
        #expect(throws: EstimateRefusal.malformed(field: "tres_per_job", text: text)) {
            try readGresItems(text, field: "tres_per_job")
        }
    }

    @Test(arguments: [
        ("gpu:4", ["gpu - 4"]), ("gpu:a100:4(S:0-1)", ["gpu a100 4"]), ("(null)", []), ("", []),
        ("gpu:a100:2(S:0),gpu:h200:2(S:1),fpga:1", ["gpu a100 2", "gpu h200 2", "fpga - 1"]),
        ("gpu", ["gpu - 1"]), ("gpu:a100", ["gpu a100 1"]),
        ("bw:no_consume:4G", ["bw - 4294967296"]),
    ])
    func `a node's resources are read`(text: String, items: [String]) {
        let read = NodeGres.list(reading: text)
        #expect(read.map { "\($0.name) \($0.type ?? "-") \($0.count)" } == items)
    }

    @Test(arguments: [
        ("a", true, true), ("b", false, true), ("a&c", true, true), ("a&b", false, true),
        ("b|a", true, true), ("b&c|a&c", true, true), ("[b|a]", true, false), ("a*2", true, false),
        ("b*2&c*1", true, false), ("", true, true),
    ])
    func `features choose nodes`(text: String, allows: Bool, isExact: Bool) {
        let filter = FeatureFilter(reading: text)
        #expect(filter.allows(["a", "c"]) == allows)
        #expect(filter.isExact == isExact)
    }

    @Test(arguments: [
        ("matlab:2", ["license/matlab 2"]),
        ("matlab,abaqus:3", ["license/matlab 1", "license/abaqus 3"]),
        ("a@db:2;b*3", ["license/a@db 2", "license/b 3"]), ("x=4", ["license/x 4"]),
    ])
    func `licences are read`(text: String, names: [String]) throws {
        #expect(try readLicences(text).map { "\($0.name) \($0.count)" } == names)
    }

    @Test(arguments: [":2", "a:", "a:x", "a,,b", "a|b"])
    func `licences that can't be read are refused`(text: String) {
        #expect(throws: EstimateRefusal.malformed(field: "licenses", text: text)) {
            _ = try readLicences(text)
        }
    }

    @Test func `a job that Slurm has already is adopted as its record says`() throws {
        let running = try Footprint(
            adopting: "cpu=4,mem=4G,node=1,billing=4,gres/gpu=1", isAllocated: true,
            account: "astro", partition: "cpu", tasks: 3, timeLimitSeconds: 60)
        #expect(running.perTask[.memory] == 4_096)
        #expect((running.tasks, running.isExact) == (3, true))
        let pending = try Footprint(
            adopting: "cpu=4", isAllocated: false, account: "astro", partition: "cpu",
            timeLimitSeconds: 60)
        #expect(!pending.isExact)
        #expect(throws: EstimateRefusal.malformed(field: "ReqTRES", text: "cpu")) {
            try Footprint(
                adopting: "cpu", isAllocated: false, account: "a", partition: "p",
                timeLimitSeconds: 60)
        }
    }

    @Test(arguments: [
        (
            "-p a100 --gpus=a100:3 -n6",
            [
                "account root, the user's default",
                "time limit 2-00:00:00, the partition's MaxTime",
                "memory: DefMemPerCPU 2000M", "one node, the fewest that fit",
            ]
        ),
        (
            "--exclusive -n2 --mem=0",
            [
                "account root, the user's default", "partition cpu, the cluster's default",
                "time limit 01:00:00, the partition's DefaultTime", "whole nodes: --exclusive",
                "memory: --mem=0 takes the whole node's",
                "the partition's nodes differ: what is allocated depends on which",
            ]
        ),
        (
            "-p gpudef --gpus=2",
            [
                "account root, the user's default",
                "time limit 2-00:00:00, the partition's MaxTime",
                "8 CPUs a GPU", "memory: 16000M a GPU", "one node, the fewest that fit",
            ]
        ),
        (
            "-p maxmem --mem-per-cpu=3000",
            [
                "account root, the user's default",
                "time limit 2-00:00:00, the partition's MaxTime",
                "2 CPUs, for no CPU may have more than 2000M (MaxMemPerCPU)",
            ]
        ),
    ])
    func `a footprint explains itself`(form: String, notes: [String]) throws {
        let table = try GoldenTable("one-thread")
        let row = try #require(table.rows.first { $0.form == form })
        #expect(try table.footprint(row).explanation == notes)
    }
}
