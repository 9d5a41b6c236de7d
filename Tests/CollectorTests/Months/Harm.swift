/// The ways in which one run's facts are damaged on their way into the books or into slurmdbd, and what
/// each has to be found as.

import Reconciliation
import Records
import Units

/// What a reconciliation is to say, and with which figures.
struct Expected: Hashable, CustomStringConvertible {
    var kind: FindingKind
    var job: String
    /// Micro-SU.
    var before: Int64?
    var after: Int64?
    var takesPerson: Bool

    init(_ kind: FindingKind, _ job: String, _ before: Int64?, to after: Int64?) {
        (self.kind, self.job, self.before, self.after) = (kind, job, before, after)
        takesPerson = after == nil
    }

    init(_ finding: Finding) {
        (kind, job, takesPerson) = (finding.kind, finding.job, finding.takesPerson)
        (before, after) = (finding.before?.microSU, finding.after?.microSU)
    }

    var description: String {
        let figures = [before, after].map { $0.map(String.init) ?? "-" }.joined(separator: " to ")
        return "\(kind.rawValue) \(job): \(figures)\(takesPerson ? ", a person" : "")"
    }
}

enum Harm: String, CaseIterable, Sendable {
    // What the books were told.
    case unseen, endUnseen, startUnseen, toldAfterwards
    case toldTwice, toldBackwards, toldLate
    // What slurmdbd says of it since.
    case rowLonger, rowShorter, rowLarger, rowPaused, rowElsewhere
    case rowOfOther, rowOfNobody
    case rowMissing, rowOpen, rowEmpty, rowTwice, commentReplaced
    // Both.
    case endUnseenRowOpen, endUnseenRowEmpty, endUnseenRowMissing

    private static let endsUnseen: Set<Harm> = [
        .endUnseen, .toldAfterwards, .endUnseenRowOpen, .endUnseenRowEmpty, .endUnseenRowMissing,
    ]
    var isEndUnseen: Bool { Self.endsUnseen.contains(self) }
    /// Its row ends where it began.
    var emptiesRow: Bool { self == .rowEmpty || self == .endUnseenRowEmpty }

    /// Whether a run's life leaves room for it.
    func mayMeet(_ it: MonthRun) -> Bool {
        switch self {
        // Of others of the same job so much is told that it is not unseen.
        case .unseen, .startUnseen: it.isAlone
        case .endUnseen, .toldAfterwards, .endUnseenRowOpen, .endUnseenRowEmpty,
            .endUnseenRowMissing:
            // A start of the next one says as much as an end, and a row of no length may be true.
            it.isAlone && it.run.state != .cancelled && it.job.reservation == nil
        // Whose a job in a reservation is belongs to the reservation, too.
        case .rowOfOther, .rowOfNobody: it.job.reservation == nil
        default: true
        }
    }

    // MARK: slurmdbd

    /// Its rows of the run: none, one or two.
    func rows(_ row: JobRecord) -> [JobRecord] {
        var row = row
        switch self {
        case .rowMissing, .endUnseenRowMissing: return []
        case .rowTwice: return [row, row]
        case .rowLonger: row.end = row.end?.advanced(bySeconds: 11)
        case .rowShorter: row.end = row.end?.advanced(bySeconds: -3)
        case .rowLarger: row.allocTRES[.cpu] *= 2
        case .rowPaused: row.suspendedSeconds = (row.suspendedSeconds ?? 0) + 3
        case .rowElsewhere: row.partition = "gpu"
        case .rowOfOther: row.account = "bio"
        case .rowOfNobody: row.account = "nobodys"
        case .rowOpen, .endUnseenRowOpen: (row.end, row.status) = (nil, JobStatus(.running))
        // As `sacctmgr show runawayjobs` leaves it.
        case .rowEmpty, .endUnseenRowEmpty:
            (row.end, row.status) = (row.start, JobStatus(.completed))
        case .commentReplaced: row.adminComment = "JS1:None atoll=ANOTHERS"
        default: break
        }
        return [row]
    }

    /// What the run costs by that row, in micro-SU.
    func dueMicroSU(_ it: MonthRun) -> Int64 {
        guard it.run.state != .nodeFail else { return 0 }
        let (due, core) = (it.dueMicroSU, it.run.cpus * 10_000)
        switch self {
        case .rowLonger: return due + 11 * core
        case .rowShorter, .rowPaused: return due - 3 * core
        case .rowLarger: return due * 2
        default: return due
        }
    }

    // MARK: The report

    func expected(_ it: MonthRun) -> Expected? {
        let (job, told, due) = (it.row.jobID, it.dueMicroSU, dueMicroSU(it))
        let changed: FindingKind =
            due > told ? .chargedTooLittle : due < told ? .chargedTooMuch : .changed
        switch self {
        case .unseen: return Expected(.neverSeen, job, 0, to: due)
        case .endUnseen, .toldAfterwards:
            return Expected(due > 0 ? .chargedTooLittle : .changed, job, 0, to: due)
        case .rowLonger, .rowShorter, .rowLarger, .rowPaused, .rowElsewhere:
            return Expected(changed, job, told, to: due)
        case .rowOfOther: return Expected(.wrongAllocation, job, told, to: due)
        case .rowOfNobody:
            var expected = Expected(.wrongAllocation, job, told, to: told)
            expected.takesPerson = true
            return expected
        case .rowMissing: return Expected(.missingRow, job, told, to: nil)
        case .rowOpen: return Expected(.openRow, job, told, to: nil)
        case .rowEmpty: return Expected(.zeroLengthRow, job, told, to: nil)
        case .endUnseenRowOpen: return Expected(.runaway, job, nil, to: nil)
        case .endUnseenRowEmpty: return Expected(.zeroLengthRow, job, nil, to: nil)
        case .endUnseenRowMissing: return Expected(.holdWithoutJob, job, nil, to: nil)
        default: return nil
        }
    }

    /// What it is charged after the pass: nothing is given back for a record that proves nothing.
    func chargedMicroSU(_ it: MonthRun) -> Int64 {
        switch self {
        case .endUnseenRowOpen, .endUnseenRowEmpty, .endUnseenRowMissing: 0
        default: dueMicroSU(it)
        }
    }
}
