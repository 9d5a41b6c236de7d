/// `[[project.allocation.pullback]]`: unused credit that is taken back at a date.

import Registry
import Units

extension TableReader {
    /// - Parameter window: the allocation's, where it could be read.
    func pullbacks(of window: Interval?) -> [SitePullback] {
        var lines: [Instant: Int] = [:]
        return tables("pullback").compactMap { table in
            table.expect(["at", "keep"])
            let keep = table.required("keep", example: #"keep = "50%""#, Interpret.share)
            let at = table.required("at", example: "at = 2026-07-01T00:00:00Z", Interpret.instant)
            guard let at, let keep else { return nil }
            if let window, !window.contains(at) {
                table.problem(.pullbackOutside(window), at: "at")
                return nil
            }
            if let line = lines[at] {
                table.problem(
                    .duplicate(kind: "pullback", name: at.description, line: line), at: "at")
            }
            lines[at] = table.line
            return SitePullback(at: at, keep: keep)
        }
    }
}
