/// How long a watch waits between two polls: pure, the seconds are handed in.

struct PollPause: Equatable {
    /// A nudge is followed no sooner.
    let leastSeconds: Double
    /// Without a nudge the next poll comes after so long.
    let mostSeconds: Double

    /// Longest pause after failures, where polls are not rarer anyway.
    static let longestAfterFailureSeconds = 300.0
    /// The same where slurmctld could not be reached: to try costs it nothing, and what ended
    /// meanwhile is known soon after it is back.
    static let longestUnreachableSeconds = 15.0
    static let betweenNudgesSeconds = 1.0

    /// - Parameters:
    ///   - share: the most of all time that slurmctld may be read.
    ///   - readSeconds: what of the last poll counts as slurmctld's work.
    ///   - failures: how many polls failed in a row, the last one included.
    ///   - isUnreachable: whether the last one failed since slurmctld could not be reached.
    init(
        pollSeconds: Double, share: Double, readSeconds: Double, failures: Int,
        isUnreachable: Bool = false
    ) {
        let rest = readSeconds * (1 / share - 1)
        guard failures > 0 else {
            leastSeconds = max(Self.betweenNudgesSeconds, rest)
            mostSeconds = max(pollSeconds, leastSeconds)
            return
        }
        // Nobody was read: a gauge that hung until its deadline must not cost half an hour.
        let longest = max(
            isUnreachable ? Self.longestUnreachableSeconds : Self.longestAfterFailureSeconds,
            pollSeconds)
        let backoff = pollSeconds * Double(1 << min(failures, 8))
        mostSeconds = min(max(backoff, rest), longest)
        leastSeconds = min(max(pollSeconds, rest), mostSeconds)
    }
}
