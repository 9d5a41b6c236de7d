/// How much of the time that a reading took counts as slurmctld's work.

/// A reading that waits, for slurmctld to listen again or to have its locks free, costs slurmctld no
/// more than usual: what goes far beyond the usual counts only where it goes on.
struct ReadingLoad {
    enum Kind: Hashable, Sendable { case jobs, shape, reservations }

    /// Of so many readings the one in the middle is the usual.
    private static let remembered = 5
    /// More than so many times the usual is waited for, until it has become the usual.
    private static let mostTimesUsual = 4.0
    /// What a poll may take without the next one coming later.
    private let freeSeconds: Double
    private var recent: [Kind: [Double]] = [:]

    init(pollSeconds: Int, share: Double) { freeSeconds = Double(pollSeconds) * share }

    /// - Returns: what of a reading counts.
    mutating func count(_ seconds: Double, of kind: Kind) -> Double {
        // Of the first readings it is not known how long they take: as if others had gone before.
        var known = recent[kind] ?? Array(repeating: freeSeconds, count: Self.remembered)
        known.removeFirst()
        known.append(seconds)
        recent[kind] = known
        return bounded(seconds, usual: known.sorted()[Self.remembered / 2])
    }

    /// - Returns: what counts of a reading that got no answer in time.
    func countUnanswered(_ seconds: Double) -> Double {
        let known = recent[.jobs] ?? [freeSeconds]
        return bounded(seconds, usual: known.sorted()[known.count / 2])
    }

    private func bounded(_ seconds: Double, usual: Double) -> Double {
        min(seconds, max(freeSeconds, usual * Self.mostTimesUsual))
    }
}
