/// `start` and `end` of a table, which mean the same everywhere: UTC, the end's second not included.

import Units

extension TableReader {
    /// The window of a rate or factor (open without `end`) or of an allocation (`end` required).
    func window(endRequired: Bool) -> Interval? {
        let start = required("start", example: "start = 2026-01-01T00:00:00Z", Interpret.instant)
        let end =
            endRequired
            ? required(
                "end", example: "end = 2027-01-01T00:00:00Z (9999-12-31T23:59:59Z for no end)",
                Interpret.instant)
            : optional("end", Interpret.instant)
        guard let start, end != nil || (fields["end"] == nil && !endRequired) else { return nil }
        return window(from: start, to: end)
    }

    /// A membership's own window; what it leaves out is the allocation's. Nil where it says neither.
    func window(within allocation: Interval?) -> Interval? {
        guard fields["start"] != nil || fields["end"] != nil else { return nil }
        let start = optional("start", Interpret.instant)
        let end = optional("end", Interpret.instant)
        guard let allocation, start != nil || fields["start"] == nil,
            end != nil || fields["end"] == nil
        else { return nil }
        let (from, to) = (start ?? allocation.start, end ?? allocation.end)
        if from >= allocation.end || to <= allocation.start {
            problem(.outsideAllocation(allocation), at: start == nil ? "end" : "start")
            return nil
        }
        return window(from: from, to: to)
    }

    private func window(from start: Instant, to end: Instant?) -> Interval? {
        guard let window = Interval(start: start, end: end) else {
            problem(.endBeforeStart(start: start), at: "end")
            return nil
        }
        guard !window.isEmpty else {
            problem(.emptyWindow, at: "end")
            return nil
        }
        return window
    }
}
