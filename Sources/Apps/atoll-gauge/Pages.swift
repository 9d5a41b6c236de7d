import Slurm

/// A span of time cut into pages, so that memory stays bounded.
struct Pages: Sequence {
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

    let start: Int64
    let end: Int64
    let days: Int64

    func makeIterator() -> AnyIterator<Page> {
        var next = start
        return AnyIterator {
            guard next < end else { return nil }
            let page = Page(
                start: next, end: Swift.min(next + days * 86_400, end), isFirst: next == start)
            next = page.end
            return page
        }
    }
}
