/// What slurmdbd is still to be asked about: jobs may have come and gone while nobody looked.

import Units

/// A time in which nobody looked, as far as it is not told of yet.
///
/// It is asked about a day at a time, so that a long one does not outlast the gauge's deadline; its end
/// twice again: slurmctld tells slurmdbd in batches, and for some seconds the row of a short job that
/// has ended is found in no span of time (its eligible time is 0).
struct HistoryDebt: Equatable {
    /// What comes before is recorded.
    private(set) var since: Instant
    /// nil: up to the first asking.
    private var until: Instant?
    private var asked = 0
    private var nextAt: ContinuousClock.Instant

    static let pausesSeconds = [10, 60]
    static let partSeconds: Int64 = 86_400

    init(since: Instant, at now: ContinuousClock.Instant) {
        (self.since, nextAt) = (since, now)
    }

    func isDue(at now: ContinuousClock.Instant) -> Bool { now >= nextAt }

    /// Whether what came before now is in it, too.
    var isOpen: Bool { until == nil }

    mutating func begin(atLatest start: Instant) { since = min(since, start) }
    mutating func begin(noSoonerThan start: Instant) { since = max(since, start) }

    /// What is to be asked next.
    func part(upTo now: Instant) -> HistorySpan {
        let end = min(until ?? now, since.advanced(bySeconds: Self.partSeconds))
        return HistorySpan(from: since, to: max(since, end), isOwed: true)
    }

    /// What is left of it once slurmdbd has told of that part and all of it was recorded; nil:
    /// nothing.
    func paid(upTo now: Instant, at steady: ContinuousClock.Instant) -> HistoryDebt? {
        var rest = self
        let (end, told) = (until ?? now, part(upTo: now).to)
        rest.until = end
        guard told >= end else {
            rest.since = told
            return rest
        }
        guard asked < Self.pausesSeconds.count else { return nil }
        rest.nextAt = steady.advanced(by: .seconds(Self.pausesSeconds[asked]))
        rest.asked += 1
        return rest
    }
}

/// All such times: each is over once it was asked about, however many come after it.
struct HistoryDebts: Equatable {
    private var debts: [HistoryDebt] = []

    init() {}

    /// From when on not everything is told; nil: it is.
    var since: Instant? { debts.map(\.since).min() }

    mutating func add(since: Instant, at now: ContinuousClock.Instant) {
        guard let open = debts.firstIndex(where: \.isOpen) else {
            return debts.append(HistoryDebt(since: since, at: now))
        }
        debts[open].begin(atLatest: since)
    }

    /// What was before is another's to tell.
    mutating func leaveOut(before start: Instant) {
        for place in debts.indices { debts[place].begin(noSoonerThan: start) }
    }

    func due(upTo now: Instant, at steady: ContinuousClock.Instant) -> [HistorySpan] {
        debts.filter { $0.isDue(at: steady) }.map { $0.part(upTo: now) }
    }

    /// slurmdbd has told of `span`, and all of it was recorded.
    mutating func pay(
        _ span: HistorySpan, upTo now: Instant, at steady: ContinuousClock.Instant
    ) {
        debts = debts.compactMap { debt in
            guard debt.isDue(at: steady), span.holds(debt.part(upTo: now)) else { return debt }
            return debt.paid(upTo: now, at: steady)
        }
    }
}

/// A span of time that slurmdbd is asked about.
struct HistorySpan: Equatable {
    let from: Instant
    let to: Instant
    /// Whether all that ended then is wanted, or only what the books hold open.
    let isOwed: Bool

    func holds(_ other: HistorySpan) -> Bool { from <= other.from && other.to <= to }

    /// Those that lie close together in one: each is a question to slurmdbd.
    static func joined(_ spans: [HistorySpan]) -> [HistorySpan] {
        spans.sorted { $0.from < $1.from }.reduce(into: []) { joined, span in
            guard let last = joined.last, span.from.seconds(since: last.to) <= 1_200,
                span.to.seconds(since: last.from) <= 2 * HistoryDebt.partSeconds
            else { return joined.append(span) }
            joined[joined.count - 1] = HistorySpan(
                from: last.from, to: max(last.to, span.to), isOwed: last.isOwed || span.isOwed)
        }
    }
}
