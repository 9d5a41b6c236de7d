/// A bounded queue between many threads and one: what waits is taken in batches.

import Foundation

/// `@unchecked Sendable`: every access to the state is inside `condition`.
final class OrderQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private var elements: [Element] = []
    private var isClosed = false
    private var isDrained = false

    init(limit: Int) { self.limit = limit }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return elements.count
    }

    /// False where it is full or closed.
    func put(_ element: Element) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, elements.count < limit else { return false }
        elements.append(element)
        condition.signal()
        return true
    }

    /// Waits for elements; nil once it is closed and empty.
    func take(atMost count: Int) -> [Element]? {
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty, !isClosed { condition.wait() }
        guard !elements.isEmpty else {
            isDrained = true
            condition.broadcast()
            return nil
        }
        let batch = Array(elements.prefix(count))
        elements.removeFirst(batch.count)
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
