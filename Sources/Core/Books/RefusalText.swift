/// Refusals in words: the figures first, then what would fit or what to do.

import Registry
import Units

extension Refusal {
    /// One sentence or two, without a prefix; what `atoll: refused:` is followed by.
    package var text: String {
        switch self {
        case .insufficientCredit(let shortage): shortage.text
        case .capReached(let shortage): shortage.text
        case .notFree(let shortage): shortage.text
        case .noAllocation(let project, let cluster):
            "project \(project) has no allocation on cluster \(cluster)."
        case .unknownAccount(let account):
            "no project has the Slurm account \(account). Submit with -A and an account that has one."
        case .notAMember(let allocation):
            "you are not a member of allocation \(allocation). Ask its PI to add you."
        case .inactive(let level, let name, let status):
            level == .membership
                ? "your membership in \(name) is \(status.rawValue)."
                : "\(level.rawValue) \(name) is \(status.rawValue)."
        case .outsideWindow(let level, let name, let window, let fits):
            Self.windowText(level, name, window, fits)
        case .notCovered(let resource, let allocation, nil):
            "allocation \(allocation) does not cover \(resource)."
        case .notCovered(let resource, let allocation, let other?):
            "allocation \(allocation) does not cover \(resource); \(other) does, but one allocation "
                + "pays for all of a job. Ask an operator for one that covers both."
        case .noRate(let resource):
            "\(resource) has no rate in force now. Ask an operator to set one."
        case .tooLarge(let what): "\(what) passes what can be accounted for."
        case .idTaken(let id): "id \(id) came before with another request."
        case .noSay:
            "by what was last read of Slurm you have no such say in this job, and this change can't be "
                + "let pass without. Slurm is read anew: try again in a minute."
        case .conflict(let what), .forbidden(let what), .invalid(let what), .notFound(let what):
            what
        }
    }

    private static func windowText(
        _ level: Level, _ name: String, _ window: Interval, _ fits: Int64?
    ) -> String {
        let whose =
            level == .membership ? "your membership in \(name)" : "\(level.rawValue) \(name)"
        guard let fits, fits >= 60 else {
            return "\(whose) is valid \(window) only."
        }
        return "\(whose) ends \(window.end), before the job could. "
            + "At most \(slurmDuration(minutesOf: fits)) of -t would fit."
    }
}

extension Shortage {
    /// The figures in words.
    package var text: String {
        let what = reservation.map { "reservation \($0)" } ?? "this job"
        let sum =
            "\(what) may cost \(cost) SU, \(free) SU are available in \(allocation) "
            + "(granted \(granted), charged \(charged), held \(held)\(rest))."
        guard reservation == nil else {
            let fits = fitsSeconds.map { slurmDuration(seconds: $0) }
            return sum + (fits.map { " At most \($0) of it would fit." } ?? "")
        }
        return sum + fitText(fitsSeconds, granted: allocation)
    }

    /// What else makes up the figure, where there is any.
    private var rest: String {
        [
            ("expired", expired), ("withdrawn", withdrawn), ("beginning later", later),
            ("overdraft limit", overdraftLimit), ("of it by this job", own),
        ].filter { $0.1 != .zero }.map { ", \($0.0) \($0.1)" }.joined()
    }
}

extension CapShortage {
    /// The figures in words.
    package var text: String {
        let left = max(cap - used, .zero)
        let sum =
            "this job may cost \(cost) SU, \(left) SU are left of your own cap in \(allocation) "
            + "(cap \(cap), used \(used))."
        return sum + fitText(fitsSeconds, granted: allocation)
    }
}

private func fitText(_ seconds: Int64?, granted allocation: String) -> String {
    guard let seconds, seconds >= 60 else { return " No time limit of a minute or more would fit." }
    return " At most \(slurmDuration(minutesOf: seconds)) of -t would fit."
}

/// The whole minutes in `seconds` as sbatch's `-t` takes them.
private func slurmDuration(minutesOf seconds: Int64) -> String {
    slurmDuration(seconds: seconds / 60 * 60)
}
