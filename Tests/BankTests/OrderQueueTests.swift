import Testing

@testable import Bank

@Suite struct OrderQueueTests {
    private func taken(_ queue: OrderQueue<String>) -> String {
        (queue.take(atMost: 2, bulkAtMost: 10) ?? ["end"]).joined(separator: " ")
    }

    @Test func `what is bulk comes in small batches, in turn with the rest`() {
        let queue = OrderQueue<String>(limit: 10)
        for (name, weight) in [("b1", 4), ("b2", 4), ("b3", 4), ("b4", 40), ("b5", 1)] {
            #expect(queue.put(name, bulkWeight: weight))
        }
        for name in ["a1", "a2", "a3"] { #expect(queue.put(name)) }
        #expect(
            (0..<6).map { _ in queue.count == 0 ? "" : taken(queue) }
                == ["a1 a2", "b1 b2", "a3", "b3", "b4", "b5"])
    }

    @Test func `a transaction of what is bulk goes on until anything else waits`() {
        let queue = OrderQueue<String>(limit: 10)
        for name in ["b1", "b2", "b3", "b4"] { #expect(queue.put(name, bulkWeight: 5)) }
        #expect(taken(queue) == "b1 b2")
        #expect(queue.takeMoreBulk(atMost: 5) == ["b3"])
        #expect(queue.put("a1"))
        #expect(queue.takeMoreBulk(atMost: 5) == [])
        #expect(taken(queue) == "a1")
        #expect(queue.takeMoreBulk(atMost: 5) == ["b4"])
        #expect(queue.takeMoreBulk(atMost: 5) == [])
    }

    @Test func `each kind has a limit of its own`() {
        let queue = OrderQueue<String>(limit: 1)
        #expect(queue.put("b1", bulkWeight: 1))
        #expect(!queue.put("b2", bulkWeight: 1))
        #expect(queue.put("a1"))
        #expect(!queue.put("a2"))
    }
}
