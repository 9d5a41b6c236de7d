/// `--array` as counts.

import Testing

@testable import Estimate

@Suite struct ArrayTests {
    @Test(
        arguments: [
            ("0-3", 4, nil), ("7", 1, nil), ("0-99:3%2", 34, 2), ("1,3,5-9:2", 5, nil),
            ("1-3,2", 3, nil), ("9,1-3", 4, nil), ("1-10%3", 10, 3), ("1%0", 1, nil),
            ("0-1000:7,5", 144, nil), ("1-5%2,9%4", 6, 4),
        ] as [(String, Int64, Int64?)])
    func `tasks are counted once`(text: String, tasks: Int64, concurrent: Int64?) throws {
        let spec = try ArraySpec(reading: text, maxArraySize: 1_001)
        #expect(spec.tasks == tasks)
        #expect(spec.concurrent == concurrent)
    }

    @Test(arguments: [
        "", "a", "1-", "-1", "3-1", "1:2", "1-3:0", "1,,2", "1-3%", "1-3:", "1 2", "+1",
    ])
    func `what can't be read is refused`(text: String) {
        #expect(throws: EstimateRefusal.malformed(field: "array", text: text)) {
            try ArraySpec(reading: text, maxArraySize: 1_001)
        }
    }

    @Test(arguments: ["1001", "0-1001", "0-5:1001", "999999999"])
    func `an index beyond MaxArraySize is refused`(text: String) {
        #expect(throws: EstimateRefusal.tooLarge(field: "array index", limit: 1_000)) {
            try ArraySpec(reading: text, maxArraySize: 1_001)
        }
    }

    @Test func `a footprint holds tasks and how many run at once`() throws {
        let table = try GoldenTable("one-thread")
        let plain = try estimate(request("array=0-99:3"), userName: "root", view: table.view)[0]
        #expect((plain.tasks, plain.concurrentTasks, plain.tasksAtOnce) == (34, nil, 34))
        let held = try estimate(request("array=0-99:3%2"), userName: "root", view: table.view)[0]
        #expect((held.tasks, held.concurrentTasks, held.tasksAtOnce) == (34, 2, 2))
    }
}
