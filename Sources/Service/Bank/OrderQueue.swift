/// A bounded queue between many threads and one: what waits is taken in batches.
///
/// Two lanes: somebody waits for the answer to what is urgent, and it goes first; of the rest each batch
/// takes something all the same. Each lane keeps its order.

import Foundation

/// `@unchecked Sendable`: every access to the state is inside `condition`.
final class OrderQueue<Element: Sendable>: @unchecked Sendable {
    private struct Lane {
        var elements: [(element: Element, weight: Int)] = []

        /// The first ones that fit into `room`; one at least where `isDue`.
        mutating func take(into batch: inout [Element], room: inout Int, isDue: Bool) {
            var count = 0
            for (_, weight) in elements {
                guard weight <= room || isDue && count == 0 else { break }
                room -= weight
                count += 1
            }
            batch += elements.prefix(count).map(\.element)
            elements.removeFirst(count)
        }
    }

    private let condition = NSCondition()
    private let limit: Int
    private var urgent = Lane()
    private var usual = Lane()
    private var isClosed = false
    private var isDrained = false

    init(limit: Int) { self.limit = limit }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return waiting
    }

    private var waiting: Int { urgent.elements.count + usual.elements.count }

    /// False where it is full or closed.
    ///
    /// - Parameter weight: how much work it is, 1 or more.
    func put(_ element: Element, isUrgent: Bool = true, weight: Int = 1) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, waiting < limit else { return false }
        if isUrgent {
            urgent.elements.append((element, weight))
        } else {
            usual.elements.append((element, weight))
        }
        condition.signal()
        return true
    }

    /// Waits for elements; nil once it is closed and empty.
    ///
    /// - Parameter weight: as much is taken together, beside what has to be taken at least.
    func take(atMost weight: Int) -> [Element]? {
        condition.lock()
        defer { condition.unlock() }
        while waiting == 0, !isClosed { condition.wait() }
        guard waiting > 0 else {
            isDrained = true
            condition.broadcast()
            return nil
        }
        var batch: [Element] = []
        var room = weight
        urgent.take(into: &batch, room: &room, isDue: true)
        usual.take(into: &batch, room: &room, isDue: true)
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
