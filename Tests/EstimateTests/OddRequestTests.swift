/// Requests nobody would write: the daemon answers or refuses, and its bounds stay in order.

import Testing
import Units

@testable import Estimate

@Suite struct OddRequestTests {
    @Test(arguments: [
        ("num_tasks=-1", EstimateRefusal.malformed(field: "num_tasks", text: "-1")),
        ("min_nodes=99999999999", .tooLarge(field: "min_nodes", limit: 10_000_000_000)),
        (
            "mem_per_cpu_mib=9223372036854775807",
            .tooLarge(field: "mem_per_cpu_mib", limit: 10_000_000_000)
        ),
        ("min_nodes=70000", .tooLarge(field: "nodes", limit: 65_533)),
        ("num_tasks=4294967295 min_cpus=4294967295", .tooLarge(field: "nodes", limit: 65_533)),
        (
            "num_tasks=60000 min_cpus=60000 mem_per_cpu_mib=9999999999",
            .tooLarge(field: "mem", limit: 10_000_000_000)
        ),
        ("licenses=matlab:20000000000", .malformed(field: "licenses", text: "matlab:20000000000")),
    ])
    func `what is beyond bounds is refused`(text: String, refusal: EstimateRefusal) throws {
        let view = try GoldenTable("one-thread").view
        #expect(throws: refusal) { try estimate(request(text), userName: "root", view: view) }
    }

    @Test(arguments: GoldenTable.names)
    func `any mix of fields is answered, the strict bound never below the least`(name: String)
        throws
    {
        let table = try GoldenTable(name)
        var seed: UInt64 = 0x5EED
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        let fields = table.rows.flatMap { $0.request.split(separator: " ").map(String.init) }
        let large = [
            "num_tasks=4294967293", "cpus_per_task=65533", "mem_per_cpu_mib=9999999999",
            "tres_per_task=gres:gpu:65000", "cpus_per_tres=gres:gpu:65000", "min_nodes=65533",
            "ntasks_per_node=65533", "min_cpus=4294967293", "tres_per_job=gres:gpu:1000000",
            "time_limit_minutes=0", "num_tasks=0", "cpus_per_task=0", "min_nodes=0", "min_cpus=0",
        ]
        for round in 0..<1_000 {
            var text: [String] = []
            for _ in 0..<(1 + next(6)) { text.append(fields[next(fields.count)]) }
            if round % 3 == 0 { text.append(large[next(large.count)]) }
            if round % 9 == 0 { text.append(large[next(large.count)]) }
            let job = request(text.joined(separator: " "))
            guard let least = try? estimate(job, userName: "root", view: table.view),
                let strict = try? estimate(
                    job, userName: "root", view: table.view, options: .init(bound: .strict))
            else { continue }
            for (a, b) in zip(least, strict) {
                let isInOrder = a.perTask.sorted.allSatisfy { name, count in
                    count >= 0 && b.perTask[name] >= count
                }
                if !isInOrder || a.isExact && a.perTask != b.perTask {
                    Issue.record("\(text): \(a.perTask) … \(b.perTask)")
                }
            }
        }
    }
}
