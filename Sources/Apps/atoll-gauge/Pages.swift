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

    init(start: Int64, end: Int64, mostDays: Int64) {
        (reached, self.end, mostSeconds) = (start, end, mostDays * 86_400)
        seconds = 2 * 3_600
    }

    /// All of it at once.
    mutating func takeWhole() { (seconds, mostSeconds) = (end - reached, end - reached) }

    mutating func next() -> Page? {
        guard reached < end else { return nil }
        let page = Page(start: reached, end: min(reached + seconds, end), isFirst: isFirst)
        (reached, isFirst) = (page.end, false)
        return page
    }

    /// The last page had so many runs. The next one is never more than twice as long.
    mutating func took(_ count: Int64) {
        let wanted = Self.wantedRuns * seconds / max(count, 1)
        seconds = min(max(min(wanted, seconds * 2), Self.leastSeconds), mostSeconds)
    }
}
