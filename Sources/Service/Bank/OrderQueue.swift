/// A bounded queue between many threads and one: what waits is taken in batches.
///
/// Three lanes, each with a limit and an order of its own. What somebody waits for goes first; of what the
/// collector tells each batch takes something all the same. What is bulk is taken by itself, in turn with
/// the rest: so whoever waits at a prompt waits for one such batch at most, and for its COMMIT.

import Foundation

/// What waits for what.
enum OrderLane: CaseIterable {
    /// Somebody waits for the answer.
    case urgent
    /// It has happened already, and is told.
    case usual
    /// One of very many that nobody waits for at a prompt.
    case bulk
}

/// `@unchecked Sendable`: every access to the state is inside `condition`.
final class OrderQueue<Element: Sendable>: @unchecked Sendable {
    private struct Lane {
        var elements: [(element: Element, weight: Int)] = []

        /// The first ones that fit into `room`, one at least.
        mutating func take(into batch: inout [Element], room: inout Int) {
            var count = 0
            for (_, weight) in elements {
                guard weight <= room || count == 0 else { break }
                room -= weight
                count += 1
            }
            batch += elements.prefix(count).map(\.element)
            elements.removeFirst(count)
        }
    }

    private let condition = NSCondition()
    private let limit: Int
    private var lanes: [OrderLane: Lane] = [:]
    private var bulkIsNext = false
    private var isClosed = false
    private var isDrained = false

    init(limit: Int) { self.limit = limit }

    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return OrderLane.allCases.reduce(0) { $0 + waiting($1) }
    }

    private func waiting(_ lane: OrderLane) -> Int { lanes[lane]?.elements.count ?? 0 }
    private var hasBulk: Bool { waiting(.bulk) > 0 }
    private var hasOthers: Bool { waiting(.urgent) + waiting(.usual) > 0 }

    /// False where its lane is full, or the queue closed.
    ///
    /// - Parameter weight: how much work it is, 1 or more.
    func put(_ element: Element, in lane: OrderLane = .urgent, weight: Int = 1) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard !isClosed, waiting(lane) < limit else { return false }
        lanes[lane, default: Lane()].elements.append((element, weight))
        condition.signal()
        return true
    }

    /// Waits for elements; nil once it is closed and empty.
    ///
    /// - Parameters:
    ///   - weight: as much is taken together, beside what has to be taken at least.
    ///   - bulkWeight: the same of what is bulk.
    func take(atMost weight: Int, bulkAtMost bulkWeight: Int) -> [Element]? {
        condition.lock()
        defer { condition.unlock() }
        while !hasBulk, !hasOthers, !isClosed { condition.wait() }
        guard hasBulk || hasOthers else {
            isDrained = true
            condition.broadcast()
            return nil
        }
        let takesBulk = hasBulk && (bulkIsNext || !hasOthers)
        bulkIsNext = !takesBulk
        return takesBulk
            ? taken(from: [.bulk], atMost: bulkWeight)
            : taken(from: [.urgent, .usual], atMost: weight)
    }

    /// More of what is bulk, for a transaction that is under way; none where anything else waits.
    func takeMoreBulk(atMost weight: Int) -> [Element] {
        condition.lock()
        defer { condition.unlock() }
        return hasOthers ? [] : taken(from: [.bulk], atMost: weight)
    }

    private func taken(from these: [OrderLane], atMost weight: Int) -> [Element] {
        var batch: [Element] = []
        var room = weight
        for lane in these { lanes[lane]?.take(into: &batch, room: &room) }
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
