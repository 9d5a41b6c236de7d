import Testing

@testable import Bank

/// What is taken together: what somebody waits for first, and never so much that the next one waits long.
@Suite struct OrderQueueTests {
    private typealias Row = (name: String, lane: OrderLane, weight: Int)

    private func queue(_ rows: [Row]) -> OrderQueue<String> {
        let queue = OrderQueue<String>(limit: 100)
        for (name, lane, weight) in rows {
            #expect(queue.put(name, in: lane, weight: weight))
        }
        return queue
    }

    @Test func `urgent ones overtake, each lane keeps its order`() {
        let queue = queue([
            ("a", .usual, 1), ("b", .usual, 1), ("1", .urgent, 1), ("c", .usual, 1),
            ("2", .urgent, 1),
        ])
        #expect(queue.take(atMost: 64, bulkAtMost: 16) == ["1", "2", "a", "b", "c"])
    }

    @Test func `weight bounds a batch, and something of each lane is always in it`() {
        let queue = queue([
            ("a", .usual, 32), ("b", .usual, 32), ("c", .usual, 32), ("d", .usual, 500),
            ("1", .urgent, 1),
        ])
        #expect(queue.take(atMost: 64, bulkAtMost: 16) == ["1", "a"])
        #expect(queue.take(atMost: 64, bulkAtMost: 16) == ["b", "c"])
        #expect(queue.take(atMost: 64, bulkAtMost: 16) == ["d"])
        #expect(queue.count == 0)
    }

    @Test func `however many urgent ones come, the others go on`() {
        let queue = queue(
            (0..<6).map { ("\($0)", .urgent, 1) } + [("a", .usual, 1), ("b", .usual, 1)])
        #expect(queue.take(atMost: 3, bulkAtMost: 3) == ["0", "1", "2", "a"])
        #expect(queue.take(atMost: 3, bulkAtMost: 3) == ["3", "4", "5", "b"])
    }

    @Test func `what is bulk comes by itself, in turn with the rest`() {
        let bulk: [Row] = [
            ("b1", .bulk, 4), ("b2", .bulk, 4), ("b3", .bulk, 4), ("b4", .bulk, 40),
            ("b5", .bulk, 1),
        ]
        let queue = queue(
            bulk + (0..<11).map { ("\($0)", .urgent, 1) } + [("a", .usual, 1)])
        let taken = (0..<5).map { _ in queue.take(atMost: 10, bulkAtMost: 10) ?? ["end"] }
        #expect(
            taken == [
                (0..<10).map(String.init) + ["a"], ["b1", "b2"], ["10"], ["b3"], ["b4"],
            ])
        #expect(queue.take(atMost: 10, bulkAtMost: 10) == ["b5"])
        #expect(queue.count == 0)
    }

    @Test func `a transaction of what is bulk goes on until anything else waits`() {
        let queue = queue((1...4).map { ("b\($0)", .bulk, 5) })
        #expect(queue.take(atMost: 1, bulkAtMost: 10) == ["b1", "b2"])
        #expect(queue.takeMoreBulk(atMost: 5) == ["b3"])
        #expect(queue.put("a", in: .usual))
        #expect(queue.takeMoreBulk(atMost: 5) == [])
        #expect(queue.take(atMost: 1, bulkAtMost: 5) == ["a"])
        #expect(queue.takeMoreBulk(atMost: 5) == ["b4"])
        #expect(queue.takeMoreBulk(atMost: 5) == [])
    }

    @Test(arguments: OrderLane.allCases)
    func `each lane has a limit of its own`(lane: OrderLane) {
        let queue = OrderQueue<String>(limit: 1)
        for other in OrderLane.allCases where other != lane { #expect(queue.put("x", in: other)) }
        #expect(queue.put("1", in: lane))
        #expect(!queue.put("2", in: lane))
    }
}
