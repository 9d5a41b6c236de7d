import Testing

@testable import Bank

/// What is taken together: what somebody waits for first, and never so much that the next one waits long.
@Suite struct OrderQueueTests {
    private func queue(_ elements: [(name: String, isUrgent: Bool, weight: Int)]) -> OrderQueue<
        String
    > {
        let queue = OrderQueue<String>(limit: 100)
        for (name, isUrgent, weight) in elements {
            #expect(queue.put(name, isUrgent: isUrgent, weight: weight))
        }
        return queue
    }

    @Test func `urgent ones overtake, each lane keeps its order`() {
        let queue = queue([
            ("a", false, 1), ("b", false, 1), ("1", true, 1), ("c", false, 1), ("2", true, 1),
        ])
        #expect(queue.take(atMost: 64) == ["1", "2", "a", "b", "c"])
    }

    @Test func `weight bounds a batch, and something of each lane is always in it`() {
        let queue = queue([
            ("a", false, 32), ("b", false, 32), ("c", false, 32), ("d", false, 500), ("1", true, 1),
        ])
        #expect(queue.take(atMost: 64) == ["1", "a"])
        #expect(queue.take(atMost: 64) == ["b", "c"])
        #expect(queue.take(atMost: 64) == ["d"])
        #expect(queue.count == 0)
    }

    @Test func `however many urgent ones come, the others go on`() {
        let queue = queue((0..<6).map { ("\($0)", true, 1) } + [("a", false, 1), ("b", false, 1)])
        #expect(queue.take(atMost: 3) == ["0", "1", "2", "a"])
        #expect(queue.take(atMost: 3) == ["3", "4", "5", "b"])
    }
}
