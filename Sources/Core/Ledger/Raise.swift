/// A raise is a claim beside another one: what a change would cost more, set aside until the provider
/// shows the change (decision 12).
///
/// It is never bound: seen, it goes and its claim is priced anew; unseen, it lapses as any hold does
/// whose job never came.

import Units

package struct Raise: Hashable, Sendable {
    /// The claim that would cost more.
    package let of: ClaimID
    /// The array tasks that are meant, as Slurm names them (`3`, `3-5,9`); nil: all of it.
    package var tasks: String?
    /// What has to be seen; nil: not changed.
    package var timeLimitSeconds: Int64?
    package var partition: String?
    package var qos: String?
    package var account: String?
    /// How many of its tasks may run at once, 0 for any number.
    package var tasksAtOnce: Int64?
    /// What a task may use changes too.
    package var changesSize = false

    package init(of claim: ClaimID) { of = claim }
}

/// Which of a job's records a change is meant for.
package enum JobPart: Hashable, Sendable {
    case whole
    /// Array tasks, as Slurm names them: `3`, `3-5,9`, `0-8:2`.
    case tasks(String)
    /// A component of a het job by its offset.
    case component(Int64)

    /// `71`, `71_4`, `71_[3-5]`, `80+1`; what can't be read is taken for the whole job.
    package init(naming name: String) {
        if let plus = name.firstIndex(of: "+"), let offset = Int64(name[name.index(after: plus)...])
        {
            self = .component(offset)
        } else if let bar = name.firstIndex(of: "_") {
            let tasks = name[name.index(after: bar)...].filter { $0 != "[" && $0 != "]" }
            self = tasks.isEmpty || tasks == "*" ? .whole : .tasks(String(tasks))
        } else {
            self = .whole
        }
    }

    /// The list of tasks; nil: all.
    package var tasks: String? {
        if case .tasks(let list) = self { list } else { nil }
    }

    /// Whether the record that people call `name` (`71_4`, `71`) is meant.
    package func includes(_ name: String) -> Bool {
        guard case .tasks(let list) = self else { return true }
        guard let bar = name.firstIndex(of: "_"), let task = Int64(name[name.index(after: bar)...])
        else { return false }
        return ranges(of: list).contains { $0.contains(task) }
    }

    /// How many tasks are named; nil: all there are.
    package var taskCount: Int64? {
        guard case .tasks(let list) = self else { return nil }
        return ranges(of: list).reduce(0) { sum, range in
            let (more, overflow) = sum.addingReportingOverflow(range.count)
            return overflow ? Int64.max : more
        }
    }

    private struct Range {
        let first, last, step: Int64
        var count: Int64 { last < first ? 0 : (last - first) / step + 1 }
        func contains(_ task: Int64) -> Bool {
            first <= task && task <= last && (task - first) % step == 0
        }
    }

    private func ranges(of list: String) -> [Range] {
        list.prefix { $0 != "%" }.split(separator: ",").compactMap { item in
            let stepped = item.split(separator: ":")
            let ends = (stepped.first ?? "").split(separator: "-").map { Int64($0) }
            guard let first = ends.first ?? nil, first >= 0 else { return nil }
            let last = ends.count > 1 ? ends[1] : first
            let step = stepped.count > 1 ? Int64(stepped[1]) : 1
            guard let last, let step, step > 0, last < 1 << 40 else { return nil }
            return Range(first: first, last: last, step: step)
        }
    }
}
