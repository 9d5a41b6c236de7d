/// What slurmdbd is still to be asked about: jobs may have come and gone while nobody looked.
///
/// Asked at once and twice again: slurmctld tells slurmdbd in batches, and for some seconds the row
/// of a short job that has ended is found in no span of time (its eligible time is 0).

import Units

struct HistoryDebt: Equatable {
    private(set) var since: Instant
    private var asked = 0
    private var nextAt: ContinuousClock.Instant

    static let pausesSeconds = [10, 60]

    init(since: Instant, at now: ContinuousClock.Instant) {
        (self.since, nextAt) = (since, now)
    }

    func isDue(at now: ContinuousClock.Instant) -> Bool { now >= nextAt }

    /// What is left of it once slurmdbd has answered and all of that was recorded; nil: nothing.
    func paid(at now: ContinuousClock.Instant) -> HistoryDebt? {
        guard asked < Self.pausesSeconds.count else { return nil }
        var rest = self
        rest.nextAt = now.advanced(by: .seconds(Self.pausesSeconds[asked]))
        rest.asked += 1
        return rest
    }

    /// Both: from the earlier time on, and from the first asking on.
    static func + (debt: HistoryDebt?, more: HistoryDebt) -> HistoryDebt {
        var sum = more
        sum.since = min(debt?.since ?? more.since, more.since)
        return sum
    }
}
