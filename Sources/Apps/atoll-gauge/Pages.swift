import Slurm

/// A span of time cut into pages, so that memory stays bounded: as long as some thousand runs take.
struct Pages {
    struct Page {
        let start: Int64
        let end: Int64
        let isFirst: Bool

        /// A run shows in every page it overlaps; it is written in the first of them.
        ///
        /// slurmdbd gives a page the runs with eligible < page.end that had not ended before
        /// page.start. So a run that was eligible before this page already showed in the one
        /// before, if there is one.
        func isFirst(toShow run: SlurmJob) -> Bool {
            isFirst || (run.eligible ?? start) >= start
        }

        /// slurmdbd counts a page's last second to it, which is the next page's first.
        func holdsEnd(of run: SlurmJob) -> Bool {
            run.end.map { start <= $0 && $0 < end } ?? false
        }
    }

    /// Runs that a page is to have: they take 1.7 KB each.
    private static let wantedRuns: Int64 = 10_000
    /// Shorter pages show what runs all the time over and over.
    private static let leastSeconds: Int64 = 3_600

    private let end: Int64
    private var mostSeconds: Int64
    private var reached: Int64
    /// How long the next page is, by how many runs the last ones had.
    private var seconds: Int64
    private var isFirst = true

    /// - Parameter expected: about how many runs there are in all; nil: not known, and the first pages
    ///   are short.
    init(start: Int64, end: Int64, mostDays: Int64, expected: Int64? = nil) {
        (reached, self.end, mostSeconds) = (start, end, mostDays * 86_400)
        seconds = 2 * 3_600
        if let expected {
            let wanted = length(of: expected, in: end - start)
            seconds = min(max(wanted, Self.leastSeconds), mostSeconds)
        }
    }

    /// All of it at once.
    mutating func takeWhole() { (seconds, mostSeconds) = (end - reached, end - reached) }

    mutating func next() -> Page? {
        guard reached < end else { return nil }
        let page = Page(start: reached, end: min(reached + seconds, end), isFirst: isFirst)
        (reached, isFirst) = (page.end, false)
        return page
    }

    /// A page had so many runs: from the next one on, pages are long accordingly, and never more than
    /// twice as long as that one or as they are now.
    mutating func took(_ count: Int64, of page: Page) {
        let length = page.end - page.start
        let wanted = self.length(of: count, in: length)
        seconds = min(
            max(min(wanted, max(length * 2, seconds)), Self.leastSeconds), mostSeconds)
    }

    /// How long a page has as many runs as it is to have, where there are so many in that time.
    private func length(of count: Int64, in seconds: Int64) -> Int64 {
        let (wanted, isOver) = Self.wantedRuns.multipliedReportingOverflow(by: seconds)
        return isOver ? .max : wanted / max(count, 1)
    }
}
