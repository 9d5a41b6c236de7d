/// How tasks come to lie on nodes: one a node first, then round by round, a core at a time.
///
/// Source: the behaviour of select/cons_tres with `--distribution` block and cyclic (both decide
/// this first); seen with 22.05. Computed by levels, so a thousand nodes cost no more than one.

/// Like nodes that a job gets.
struct Bin {
    /// Which of the offers taken.
    var offer: Int
    var nodes: Int64
    /// CPUs of each that tasks may lie on.
    var cpus: Int64
    /// Hardware threads a core.
    var threads: Int64
}

/// `nodes` like nodes of bin `bin` with tasks on `cpus` CPUs of each.
struct BinLoad: Hashable {
    var bin = 0
    var nodes: Int64
    var cpus: Int64
}

/// `tasks` over all bins; every node gets one at least. They must fit.
func spread(_ tasks: Int64, over bins: [Bin], cpusPerTask: Int64) -> [BinLoad] {
    /// The tasks of one node of `bin` after the first two rounds and `rounds` more.
    func level(_ bin: Bin, _ rounds: Int64) -> Int64 {
        let first: Int64 = cpusPerTask < bin.threads ? 2 : 1
        let step = max(bin.threads / cpusPerTask, 1)
        return max(min(bin.cpus / cpusPerTask, first + rounds.times(step)), 1)
    }
    func total(_ rounds: Int64) -> Int64 {
        bins.reduce(0) { $0 + $1.nodes.times(level($1, rounds)) }
    }
    var low: Int64 = 0
    var high = bins.reduce(1) { max($0, min($1.cpus, tasks)) }
    guard total(0) <= tasks else {
        return topped(
            bins, tasks: tasks, cpusPerTask: cpusPerTask, from: { _ in 1 }, to: { level($0, 0) })
    }
    while low < high {
        let middle = (low + high + 1) / 2
        if total(middle) <= tasks { low = middle } else { high = middle - 1 }
    }
    return topped(
        bins, tasks: tasks, cpusPerTask: cpusPerTask, from: { level($0, low) },
        to: { level($0, low + 1) })
}

/// All nodes at `from` tasks, then node after node raised to `to` until the tasks are used up.
private func topped(
    _ bins: [Bin], tasks: Int64, cpusPerTask: Int64, from: (Bin) -> Int64, to: (Bin) -> Int64
) -> [BinLoad] {
    var rest = max(tasks - bins.reduce(0) { $0 + $1.nodes.times(from($1)) }, 0)
    var loads: [BinLoad] = []
    for (index, bin) in bins.enumerated() {
        func add(_ nodes: Int64, _ tasks: Int64) {
            guard nodes > 0 else { return }
            loads.append(
                BinLoad(bin: index, nodes: nodes, cpus: min(tasks.times(cpusPerTask), bin.cpus)))
        }
        let (base, step) = (from(bin), to(bin) - from(bin))
        let raised = step > 0 ? min(bin.nodes, rest / step) : 0
        rest -= raised.times(step)
        let partial: Int64 = raised < bin.nodes && rest > 0 && step > 0 ? 1 : 0
        add(raised, base + step)
        add(partial, base + rest)
        add(bin.nodes - raised - partial, base)
        if partial == 1 { rest = 0 }
    }
    return loads
}
