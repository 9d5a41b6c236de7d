/// Raw use in the books beside what sreport counts of the same runs: each difference has a cause.
///
/// sreport adds up whole hours of slurmdbd's rows as they are. What it would count of a row is worked
/// out here, so the causes of one run's difference add up to it, to the unit-second.

import Ledger
import Units

package enum DifferenceCause: String, Hashable, Sendable, CaseIterable {
    /// slurmdbd takes suspended seconds off cores alone.
    case suspended
    /// The row after a change of size counts from the job's start again.
    case resized
    /// Open in slurmdbd: sreport counts on.
    case openRow = "open_row"
    case zeroLengthRow = "zero_length_row"
    case missingRow = "missing_row"
    /// Another end, size or account: `atoll reconcile` names the job.
    case changed
    case neverSeen = "never_seen"
    /// Ended before the books began, or before the cutover; and the part of a run before it.
    case beforeBooks = "before_books"
    case cutover
    case exempt
    /// A TRES that slurmdbd does not track.
    case untracked
    /// Seconds at the window's ends that are no whole hour.
    case partHours = "part_hours"
    case notRolledUp = "not_rolled_up"
    /// Reserved and unused: slurmdbd adds it to the associations that a reservation names.
    case reservationIdle = "reservation_idle"
    case rounding
}

/// slurmdbd's row of a run, as it stands there.
package struct RecordedUse: Hashable, Sendable {
    package var key: RunKey
    package var account: String
    package var user: String
    package var counts: TRESCounts
    /// Of a changed size the job's own start.
    package var start: Instant
    package var end: Instant?
    package var suspendedSeconds: Int64
    package var isExempt: Bool
    /// Of the reservation that it ran in.
    package var reservationID: Int64?

    package init(
        key: RunKey, account: String, user: String, counts: TRESCounts, start: Instant,
        end: Instant?, suspendedSeconds: Int64, isExempt: Bool
    ) {
        (self.key, self.account, self.user) = (key, account, user)
        (self.counts, self.start, self.end) = (counts, start, end)
        (self.suspendedSeconds, self.isExempt) = (suspendedSeconds, isExempt)
    }

    /// What slurmdbd counts a later size from, and what is its own.
    fileprivate var ownStart: Instant { max(start, key.submit) }
    fileprivate var isOfNoLength: Bool { end.map { $0 <= start } ?? false }
}

/// What is compared, and which part of it sreport knows.
package struct ComparedWindow: Hashable, Sendable {
    package let asked: Interval
    /// The asked window in whole hours, as sreport cuts both of its ends.
    package let hours: Interval
    /// Of those, what slurmdbd has rolled up.
    package let covered: Interval
    private let hourOffsetSeconds: Int64

    /// - Parameters:
    ///   - rolledUpTo: nil: not known; all of it.
    ///   - hourOffsetSeconds: how far slurmdbd's time zone is off whole hours: 1,800 in India.
    package init(_ asked: Interval, rolledUpTo: Instant?, hourOffsetSeconds: Int64 = 0) {
        let hour = { Self.hour(of: $0, offsetSeconds: hourOffsetSeconds) }
        let (start, end) = (hour(asked.start), hour(asked.end))
        (self.asked, self.hourOffsetSeconds) = (asked, hourOffsetSeconds)
        hours = Interval(start: start, end: max(start, end))!
        let rolled = max(start, min(hours.end, rolledUpTo.map(hour) ?? hours.end))
        covered = Interval(start: start, end: rolled)!
    }

    /// The last full hour of slurmdbd's clock.
    func hour(of instant: Instant) -> Instant {
        Self.hour(of: instant, offsetSeconds: hourOffsetSeconds)
    }

    /// The last full hour of a clock that shows so many seconds more than UTC's.
    package static func hour(of instant: Instant, offsetSeconds: Int64 = 0) -> Instant {
        let local = Int128(instant.epochSeconds) + Int128(offsetSeconds)
        let hours = flooredDivision(local, by: 3_600).quotient
        return Instant(epochSeconds: Int64(hours) * 3_600 - offsetSeconds)
    }
}

/// Unit-seconds of one account and user by TRES.
package struct ComparedUse: Hashable, Sendable {
    package var account: String
    package var user: String
    /// In the asked window.
    package var ours: [TRESName: Int64] = [:]
    /// What sreport counts more (below zero: less), by cause.
    package var causes: [DifferenceCause: [TRESName: Int64]] = [:]
    /// So far the place of suspended seconds at the window's ends is not known.
    package var uncertain: [TRESName: Int64] = [:]

    package init(account: String, user: String) { (self.account, self.user) = (account, user) }

    package mutating func add(_ cause: DifferenceCause, _ tres: TRESName, _ amount: Int64) {
        if amount != 0 { causes[cause, default: [:]][tres, default: 0] += amount }
    }

    package mutating func add(_ other: ComparedUse) {
        ours.merge(other.ours, uniquingKeysWith: +)
        uncertain.merge(other.uncertain, uniquingKeysWith: +)
        for (cause, amounts) in other.causes {
            causes[cause, default: [:]].merge(amounts, uniquingKeysWith: +)
        }
    }
}

package struct UseComparing: Sendable {
    package let window: ComparedWindow
    package let now: Instant
    /// What ended until then is not this ledger's; and from when on usage is charged.
    package let bornAt: Instant
    package let cutover: Instant?

    package init(_ window: ComparedWindow, now: Instant, bornAt: Instant, cutover: Instant?) {
        (self.window, self.now, self.bornAt, self.cutover) = (window, now, bornAt, cutover)
    }

    /// One run, or one row, or both of the same key; within `part` of time alone.
    ///
    /// - Parameter user: of the run.
    package func compare(
        _ row: RecordedUse?, _ run: Run?, user: String, within part: Interval
    ) -> [ComparedUse] {
        guard let run else { return row.map { [unknown($0, part)] } ?? [] }
        var use = ComparedUse(account: run.account, user: user)
        let names = Set(run.counts.names).union(row?.counts.names ?? [])
        let isElsewhere = row.map { $0.account != run.account || $0.user != user } ?? false
        var other = row.map { ComparedUse(account: $0.account, user: $0.user) }
        for name in names {
            let ours = (asked: of(run, name, window.asked, part), of(run, name, window.hours, part))
            let covered = of(run, name, window.covered, part)
            if ours.asked != 0 { use.ours[name, default: 0] += ours.asked }
            use.add(.partHours, name, ours.1 - ours.asked)
            use.add(.notRolledUp, name, covered - ours.1)
            guard let row else {
                use.add(.missingRow, name, -covered)
                continue
            }
            let theirs = of(row, run, name, window.covered, part)
            if isElsewhere {
                use.add(.changed, name, -covered)
                other?.add(.changed, name, theirs)
            } else {
                explain(theirs - covered, name, row, run, part, &use)
            }
        }
        return [use] + (isElsewhere ? [other].compactMap(\.self) : [])
    }

    private func unknown(_ row: RecordedUse, _ part: Interval) -> ComparedUse {
        var use = ComparedUse(account: row.account, user: row.user)
        let cause: DifferenceCause =
            if row.isExempt { .exempt } else if row.end == nil {
                .openRow
            } else if row.end.map({
                $0 <= bornAt
            }) ?? false { .beforeBooks } else { .neverSeen }
        for name in row.counts.names {
            use.add(cause, name, of(row, nil, name, window.covered, part))
        }
        return use
    }

    /// `rest` → causes, one after another; what none of them takes was changed.
    private func explain(
        _ difference: Int64, _ name: TRESName, _ row: RecordedUse, _ run: Run, _ part: Interval,
        _ use: inout ComparedUse
    ) {
        var rest = difference
        func take(_ cause: DifferenceCause, _ amount: Int64) {
            use.add(cause, name, amount)
            rest -= amount
        }
        let count = row.counts[name]
        guard count > 0 || run.counts[name] == 0 else { return take(.untracked, rest) }
        if row.isOfNoLength { return take(.zeroLengthRow, rest) }
        if row.end == nil, run.state == .ended { return take(.openRow, rest) }
        if row.start < row.ownStart {
            take(.resized, count * seconds(row.start, row.ownStart, part))
        }
        if let cutover, run.start == cutover, row.ownStart < cutover {
            take(.cutover, count * seconds(row.ownStart, cutover, part))
        }
        if name != .cpu {
            take(.suspended, count * suspended(row, run, window.covered, part))
        }
        // Where it was not seen; told in the part where the row begins.
        if name == .cpu, row.suspendedSeconds > run.suspensions.seconds, isCut(row),
            part.contains(max(row.start, window.covered.start))
        {
            use.uncertain[name, default: 0] += count * row.suspendedSeconds
        }
        use.add(.changed, name, rest)
    }

    /// Whether the window holds only a part of it.
    private func isCut(_ row: RecordedUse) -> Bool {
        row.start < window.covered.start || (row.end ?? now) > window.covered.end
    }

    // MARK: Unit-seconds

    private func of(_ run: Run, _ name: TRESName, _ span: Interval, _ part: Interval) -> Int64 {
        guard run.counts[name] != 0, let inside = span.intersection(part) else { return 0 }
        let end = run.end ?? now
        let taken = suspended(
            from: run.start, to: end, run.suspendedSeconds, run.suspensions, inside)
        return run.counts[name] * (overlap(run.start, end, inside) - taken)
    }

    /// As slurmdbd rolls it up.
    private func of(
        _ row: RecordedUse, _ run: Run?, _ name: TRESName, _ span: Interval, _ part: Interval
    ) -> Int64 {
        guard row.counts[name] != 0, let inside = span.intersection(part) else { return 0 }
        let taken = name == .cpu ? suspended(row, run, span, part) : 0
        return row.counts[name] * (overlap(row.start, row.end ?? now, inside) - taken)
    }

    /// When it ran by slurmdbd, in the covered hours.
    func lasting(_ row: RecordedUse) -> Interval? {
        Interval(start: row.start, end: row.end ?? max(now, row.start))?
            .intersection(window.covered)
    }

    /// False: suspended for all of its time in `hour`.
    func usesCores(_ row: RecordedUse, _ run: Run?, in hour: Interval) -> Bool {
        row.suspendedSeconds == 0
            || overlap(row.start, row.end ?? now, hour) > suspended(row, run, hour, hour)
    }

    private func seconds(_ start: Instant, _ end: Instant, _ part: Interval) -> Int64 {
        window.covered.intersection(part).map { overlap(start, end, $0) } ?? 0
    }

    private func overlap(_ start: Instant, _ end: Instant, _ span: Interval) -> Int64 {
        max(min(end, span.end).seconds(since: max(start, span.start)), 0)
    }

    private func suspended(
        _ row: RecordedUse, _ run: Run?, _ span: Interval, _ part: Interval
    ) -> Int64 {
        guard let inside = span.intersection(part) else { return 0 }
        return suspended(
            from: row.ownStart, to: row.end ?? now, row.suspendedSeconds,
            run?.suspensions ?? .none, inside)
    }

    /// Those that were seen are where they were; the rest is spread evenly.
    private func suspended(
        from start: Instant, to end: Instant, _ total: Int64, _ seen: Suspensions, _ span: Interval
    ) -> Int64 {
        guard total > 0, end > start else { return 0 }
        func before(_ instant: Instant) -> Int64 {
            let until = max(min(instant, end), start)
            let known = seen.intervals.map {
                overlap($0.start, $0.end, Interval(start: start, end: until)!)
            }
            .reduce(0, +)
            let rest = max(total - seen.seconds, 0)
            let spread =
                Int128(rest) * Int128(until.seconds(since: start))
                / Int128(end.seconds(since: start))
            return min(known + Int64(spread), total)
        }
        return before(span.end) - before(span.start)
    }
}
