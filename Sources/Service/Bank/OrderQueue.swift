/// A bounded queue between many threads and one: what waits is taken in batches.
///
/// What is bulk waits apart and is taken by itself, in small batches and in turn with the rest: so
/// whoever waits at a prompt waits for one of them at most, and for its COMMIT.

import Foundation

/// `@unchecked Sendable`: every access to the state is inside `condition`.
final class OrderQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private var elements: [Element] = []
    private var bulk: [(element: Element, weight: Int)] = []
    private var bulkIsNext = false
    private var isClosed = false
    private var isDrained = false

    init(limit: Int) { self.limit = limit }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return elements.count + bulk.count
    }

    /// False where it is full or closed.
    ///
    /// - Parameter bulkWeight: how much work it is, of what is bulk; nil: it isn't.
    func put(_ element: Element, bulkWeight: Int? = nil) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, (bulkWeight == nil ? elements.count : bulk.count) < limit else {
            return false
        }
        if let bulkWeight { bulk.append((element, bulkWeight)) } else { elements.append(element) }
        condition.signal()
        return true
    }

    /// Waits for elements; nil once it is closed and empty.
    ///
    /// - Parameter bulkWeight: a batch of bulk elements is full at that weight.
    func take(atMost count: Int, bulkAtMost bulkWeight: Int = 1) -> [Element]? {
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty, bulk.isEmpty, !isClosed { condition.wait() }
        guard !elements.isEmpty || !bulk.isEmpty else {
            isDrained = true
            condition.broadcast()
            return nil
        }
        guard elements.isEmpty || bulkIsNext && !bulk.isEmpty else {
            bulkIsNext = true
            let batch = Array(elements.prefix(count))
            elements.removeFirst(batch.count)
            return batch
        }
        bulkIsNext = false
        return takeBulk(atMost: bulkWeight)
    }

    /// More of what is bulk, for a transaction that is under way; none where anything else waits.
    func takeMoreBulk(atMost weight: Int) -> [Element] {
        condition.lock()
        defer { condition.unlock() }
        return elements.isEmpty && !bulk.isEmpty ? takeBulk(atMost: weight) : []
    }

    /// At least one.
    private func takeBulk(atMost most: Int) -> [Element] {
        var (weight, count) = (0, 0)
        while count < bulk.count, count == 0 || weight + bulk[count].weight <= most {
            weight += bulk[count].weight
            count += 1
        }
        let batch = bulk.prefix(count).map(\.element)
        bulk.removeFirst(count)
        return batch
    }

    /// Takes nothing more in; returns when everything has been taken out and worked off.
    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
        while !isDrained { condition.wait() }
    }
}
