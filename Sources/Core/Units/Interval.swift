/// A half-open span of time `[start, end)`: the end's second is not part of it.
package struct Interval: Hashable, Sendable {
    package let start: Instant
    /// The first second after it; `Instant.distantFuture` stands for an open end.
    package let end: Instant

    /// Nil when `end` is before `start`; an empty interval (`start == end`) is allowed.
    package init?(start: Instant, end: Instant?) {
        let end = end ?? .distantFuture
        guard start <= end else { return nil }
        self.start = start
        self.end = end
    }

    package var isEmpty: Bool { start == end }
    package var isOpenEnded: Bool { end == .distantFuture }
    package var seconds: Int64 { end.seconds(since: start) }

    package func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }
    package func contains(_ other: Interval) -> Bool { start <= other.start && other.end <= end }
    package func overlaps(_ other: Interval) -> Bool { start < other.end && other.start < end }

    package func intersection(_ other: Interval) -> Interval? {
        let (from, to) = (max(start, other.start), min(end, other.end))
        return from < to ? Interval(start: from, end: to) : nil
    }
}

extension Interval: CustomStringConvertible {
    package var description: String { "\(start) … \(isOpenEnded ? "open" : end.description)" }
}
