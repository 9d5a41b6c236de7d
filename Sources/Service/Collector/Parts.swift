/// A large array is told in parts, so that no transaction is large: an admission waits for the one before
/// its own.

import Books

extension Command {
    /// The same, in parts that are carried out one after another.
    var parts: [Command] {
        guard case .observe(let observation) = self else { return [self] }
        return observation.parts.map { .observe($0) }
    }
}

extension JobObservation {
    /// Most runs of a part.
    static let runsOfPart = 32

    /// All of its runs over several observations, of which the last alone says what waits.
    ///
    /// So a start takes its part of the hold along as ever, and nothing is given back before all
    /// starts that were shown with it have taken theirs. What goes on stands last: by it a change
    /// is shown.
    var parts: [JobObservation] {
        guard runs.count > Self.runsOfPart else { return [self] }
        let ended = runs.filter { $0.end != nil }.sorted { $0.start < $1.start }
        let ordered = ended + runs.filter { $0.end == nil }.sorted { $0.start < $1.start }
        return stride(from: 0, to: ordered.count, by: Self.runsOfPart).map { start in
            let end = min(start + Self.runsOfPart, ordered.count)
            var part = self
            part.runs = Array(ordered[start..<end])
            part.runsInAll = Int64(ordered.count)
            part.showsPending = showsPending && end == ordered.count
            return part
        }
    }
}
