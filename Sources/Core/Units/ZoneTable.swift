/// A time zone as a table: how far from UTC it is, and when that changes. Times that sacct writes are
/// those of a wall clock, which summer time sets forward (an hour never shows) and back (an hour shows
/// twice).

package struct ZoneTable: Hashable, Sendable {
    /// From `at` on the zone lies `offset` seconds east of UTC.
    package struct Change: Hashable, Sendable {
        package let at: Instant
        package let offset: Int64
        package init(at: Instant, offset: Int64) { (self.at, self.offset) = (at, offset) }
    }

    /// What a wall clock's time may mean.
    package enum Reading: Hashable, Sendable {
        case once(Instant)
        case twice(earlier: Instant, later: Instant)
        /// The clock was set forward over it.
        case never
    }

    /// Before the first change.
    private let firstOffset: Int64
    private let changes: [Change]

    /// One offset for all time; 0 is UTC.
    package init(offsetSeconds: Int64) { (firstOffset, changes) = (offsetSeconds, []) }

    /// - Parameter changes: by time.
    package init(firstOffset: Int64, changes: [Change]) {
        (self.firstOffset, self.changes) = (firstOffset, changes)
    }

    /// Finds the changes of a zone that is known by its offset at any moment.
    ///
    /// - Parameter stepSeconds: shorter than any time between two changes.
    package init(
        from start: Instant, to end: Instant, stepSeconds: Int64 = 7 * 86_400,
        offset: (Instant) -> Int64
    ) {
        firstOffset = offset(start)
        var (found, last, at) = ([Change](), firstOffset, start)
        while at < end {
            let next = min(at.advanced(bySeconds: stepSeconds), end)
            if offset(next) != last {
                // The first second that differs.
                var (same, other) = (at.epochSeconds, next.epochSeconds)
                while other - same > 1 {
                    let middle = same + (other - same) / 2
                    if offset(Instant(epochSeconds: middle)) == last {
                        same = middle
                    } else {
                        other = middle
                    }
                }
                last = offset(Instant(epochSeconds: other))
                found.append(Change(at: Instant(epochSeconds: other), offset: last))
                // Another change within the step is found from here on.
                at = Instant(epochSeconds: other)
                continue
            }
            at = next
        }
        changes = found
    }

    /// Whether every time on the wall is one moment.
    package var isFixed: Bool { changes.isEmpty }

    package func offset(at instant: Instant) -> Int64 {
        let place = changesUntil(instant.epochSeconds)
        return place == 0 ? firstOffset : changes[place - 1].offset
    }

    /// - Parameter wallSeconds: since 1970-01-01T00:00:00 by the clock on the wall.
    package func reading(ofWallSeconds wallSeconds: Int64) -> Reading {
        if changes.isEmpty { return .once(Instant(epochSeconds: wallSeconds - firstOffset)) }
        // No zone is a day from UTC, so only the changes around count.
        let place = changesUntil(wallSeconds)
        let near = max(place - 1, 0)...min(place + 1, changes.count)
        var found: (Instant?, Instant?) = (nil, nil)
        for segment in near {
            let offset = segment == 0 ? firstOffset : changes[segment - 1].offset
            let second = wallSeconds - offset
            guard segment == 0 || second >= changes[segment - 1].at.epochSeconds,
                segment == changes.count || second < changes[segment].at.epochSeconds
            else { continue }
            let instant = Instant(epochSeconds: second)
            if found.0 == nil { found.0 = instant } else { found.1 = instant }
        }
        switch found {
        case (let earlier?, let later?): return .twice(earlier: earlier, later: later)
        case (let only?, nil): return .once(only)
        default: return .never
        }
    }

    /// How many changes there are at or before `seconds`.
    private func changesUntil(_ seconds: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at.epochSeconds <= seconds {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
