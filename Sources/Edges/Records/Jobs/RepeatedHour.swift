internal import Units

/// Rows with times of an hour that the clock showed twice, when summer time ended: which of the two a
/// row means follows from its other times, or the row is refused.

extension JobDecoder {
    private static let times: [JobColumn] = [.submit, .eligible, .start, .end]

    mutating func decodeInZone(
        _ values: RowValues<JobColumn>
    ) throws(RowProblem) -> JobRecord? {
        let doubtful = Self.times.filter { values.isTwice($0) }
        guard !doubtful.isEmpty else { return try decode(values) }
        var fitting: [JobRecord] = []
        for choice in 0..<(1 << doubtful.count) {
            var chosen = values
            for (place, column) in doubtful.enumerated() where choice >> place & 1 == 1 {
                chosen.later |= 1 << column.rawValue
            }
            guard let job = try decode(chosen) else { return nil }
            if job.timesFit, !fitting.contains(job) { fitting.append(job) }
        }
        if fitting.count == 1 { return fitting[0] }
        throw values.problem(
            doubtful[0],
            fitting.isEmpty
                ? "stands in an hour that the clock showed twice, and neither fits the other times"
                : "stands in an hour that the clock showed twice, and could be either; dump with TZ=UTC"
        )
    }
}

extension JobRecord {
    /// Whether its times follow one another, and what elapsed lies between them.
    fileprivate var timesFit: Bool {
        // A resized job's later rows were submitted after their start: such a one is not guessed.
        if let eligible, eligible < submit { return false }
        guard let start else { return true }
        if let eligible, start < eligible { return false }
        if eligible == nil, start < submit { return false }
        guard state.isFinished, let end else { return true }
        guard end >= start else { return false }
        guard let elapsedSeconds else { return true }
        let between = end.seconds(since: start) - elapsedSeconds
        return suspendedSeconds.map { between == $0 } ?? (between >= 0 && between < 3_600)
    }
}
