/// The tasks a pending array's one record stands for: `6-49,51-99:2%3`
/// (`array_task_str`, sbatch(1) `--array`).
package struct ArrayTasks: Equatable, Sendable {
    /// How many tasks are in it.
    package let count: Int64
    /// How many of them may run at a time (`%3`); nil where nothing is said.
    package let limit: Int64?

    /// Nil where the text is no list of tasks, or is cut short by `...` as squeue does it.
    ///
    /// The tasks are counted as written; Slurm itself never names one twice.
    package init?(parsing text: String) {
        var list = Substring(text)
        if list.first == "[", list.last == "]" { list = list.dropFirst().dropLast() }
        let parts = list.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let items = parts.first, !items.isEmpty else { return nil }
        limit = parts.count == 2 ? Self.number(parts[1]) : nil
        guard parts.count == 1 || limit != nil else { return nil }
        var total: Int64 = 0
        for item in items.split(separator: ",", omittingEmptySubsequences: false) {
            guard let tasks = Self.count(item) else { return nil }
            total += tasks
        }
        count = total
    }

    /// `7`, `5-9` or `5-9:2`.
    private static func count(_ item: Substring) -> Int64? {
        let ends = item.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = number(ends[0]) else { return nil }
        guard ends.count == 2 else { return 1 }
        let last = ends[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let end = number(last[0]), end >= first else { return nil }
        guard last.count == 2 else { return end - first + 1 }
        guard let step = number(last[1]), step > 0 else { return nil }
        return (end - first) / step + 1
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.count <= 9, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
        else { return nil }
        return Int64(text)
    }
}
