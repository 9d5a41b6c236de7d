/// What a poll says of a job that is held back: pure, from the row in the books and the record shown.

import Books
import Ledger
import Records
import Units

enum HeldBackSight: Equatable {
    /// Too early to tell.
    case wait
    /// Slurm holds it.
    case held
    /// Found running: to be requeued and held now.
    case toHold
    case over(String)

    /// How long a refused start may take to show as held; a poll may also have begun before it.
    static let graceSeconds: Int64 = 60

    /// - Parameters:
    ///   - record: the newest of its raw job id; nil: slurmctld does not show it.
    ///   - begunAt: when the poll began.
    init(of row: HeldBack, shown record: JobRecord?, begunAt: Instant) {
        let isLate = begunAt.seconds(since: row.at) > Self.graceSeconds
        guard let record else {
            self = isLate ? .over("its job is gone") : .wait
            return
        }
        // A requeued job was submitted anew: then this was seen after its start was refused.
        let isLater = record.submit > row.run.submit
        switch record.state {
        case .pending where record.priority == 0: self = .held
        case .pending where isLater || isLate:
            self = .over(
                row.state == .held ? "somebody else released it" : "it waits and is not held")
        case .pending: self = .wait
        case let state where state.isFinished: self = isLater || isLate ? .over("it ended") : .wait
        default:
            if isLater {
                self = .over("somebody else released it")
            } else if row.source == .poll, row.state == .asked {
                self = .toHold
            } else {
                self = isLate ? .over("it was not held and runs") : .wait
            }
        }
    }
}
