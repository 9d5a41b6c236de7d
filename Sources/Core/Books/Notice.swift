/// Notices: what happened to a job's money, in words and figures, for `atoll why` (decision 12).
///
/// They stand beside the journal, where they can be erased, and are kept a bounded time: no decision
/// rests on one. A new kind is a line in `NoticeKind`; `Decision.notices` or `notice(of:to:)` makes it.

import Units

package enum NoticeKind: String, Hashable, Sendable, CaseIterable {
    /// Held at submission: with how the estimate came about.
    case admitted
    /// A change that would cost more, and what was set aside for it.
    case raised
    /// A change that was refused.
    case modifyRefused = "modify_refused"
    /// What was set aside for a change that Slurm never showed.
    case raiseLapsed = "raise_lapsed"
    /// A change whose asker had no say in the job, as far as it was known: nothing was set aside, and
    /// what would not have fitted was refused.
    case passedOver = "modify_passed_over"
    /// A change that Slurm showed, and for which nothing had been set aside.
    case raiseSeen = "raise_seen"
    /// Found in Slurm without a hold, and held beyond the credit.
    case adopted
    /// A charge that a reconciliation made what it should be.
    case corrected
    /// What was not refused because of the mode (decision 24).
    case wouldRefuse = "would_refuse"
}

package struct Notice: Hashable, Sendable {
    package struct Figure: Hashable, Sendable {
        package enum Value: Hashable, Sendable {
            case amount(ServiceUnits)
            case number(Int64)
            case text(String)
        }
        /// As JSON names it: `cost`, `fits_minutes`, `note`; may stand more than once.
        package let name: String
        package let value: Value
        package init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
    }

    package var kind: NoticeKind
    package var cluster: String
    /// The base job id; nil: not known yet, then the token tells.
    package var job: Int64?
    /// The admission's token.
    package var token: String?
    /// Whose job it is.
    package var userName: String?
    /// One sentence or more, without a prefix.
    package var text: String
    package var figures: [Figure] = []
    /// For the daemon's own use, shown to nobody: a submission as it was asked for.
    package var memo: String?

    package init(
        _ kind: NoticeKind, cluster: String, job: Int64?, token: String?, userName: String?,
        _ text: String
    ) {
        (self.kind, self.cluster, self.job) = (kind, cluster, job)
        (self.token, self.userName, self.text) = (token, userName, text)
    }
}

/// What is kept of a submission, so that it can be told and a change of it be priced later.
package struct SubmissionMemo: Hashable, Sendable {
    /// How the estimate came about, a sentence each.
    package var notes: [String]
    /// The request in the protocol's own words; this room does not read it.
    package var request: String

    package init(notes: [String], request: String) {
        (self.notes, self.request) = (notes, request)
    }
}

/// What a refusal leaves behind; nil: nothing that a job could be asked about.
package func notice(of refusal: Refusal, to command: Command) -> Notice? {
    switch command {
    case .modify(let asked):
        if case .noSay(let reason) = refusal { return asked.refusedNotice(because: reason) }
        var notice = Notice(
            .modifyRefused, cluster: asked.cluster, job: asked.job, token: nil,
            userName: asked.ownerName, "\(asked.wish): \(refusal.text)")
        notice.figures = refusal.figures
        return notice
    default: return nil
    }
}

extension Modification {
    /// Any stranger may bring it about, so it is one of the few that are kept of such.
    fileprivate func refusedNotice(because reason: Refusal) -> Notice {
        var notice = Notice(
            .passedOver, cluster: cluster, job: job, token: nil, userName: ownerName,
            "\(words): refused, for \(asker) has no such say in the job by what was read of "
                + "Slurm\(reading), and it could not be let pass: \(reason.text)")
        notice.figures = reason.figures
        return notice
    }

    /// The change in words; a stranger's are cut short.
    var words: Substring { wish.prefix(120) }
    var asker: String { callerID.map { "uid \($0)" } ?? "somebody" }
    /// When it was read who may do what.
    var reading: String { ranksReadAt.map { " at \($0)" } ?? "" }
}

extension Refusal {
    var figures: [Notice.Figure] {
        var figures: [Notice.Figure] = []
        func add(_ name: String, _ amount: ServiceUnits) {
            figures.append(.init(name, .amount(amount)))
        }
        switch self {
        case .insufficientCredit(let it):
            figures.append(.init("allocation", .text(it.allocation)))
            add("cost", it.cost)
            add("available", it.free)
            add("own", it.own)
            if let seconds = it.fitsSeconds {
                figures.append(.init("fits_minutes", .number(seconds / 60)))
            }
        case .capReached(let it):
            figures.append(.init("allocation", .text(it.allocation)))
            add("cost", it.cost)
            add("cap", it.cap)
            add("used", it.used)
            if let seconds = it.fitsSeconds {
                figures.append(.init("fits_minutes", .number(seconds / 60)))
            }
        case .outsideWindow(_, _, _, let fits):
            if let fits { figures.append(.init("fits_minutes", .number(fits / 60))) }
        default: break
        }
        return figures
    }
}

/// That a submission was admitted, told later by `atoll why`.
func admittedNotice(_ admission: Admission, _ admitted: Admitted) -> Notice? {
    guard let memo = admission.memo else { return nil }
    var notice = Notice(
        .admitted, cluster: admission.cluster, job: nil, token: admission.token,
        userName: admission.userName,
        "up to \(admitted.held) SU held, \(admitted.left) SU left in \(admitted.allocation)"
            + (admitted.isShort ? ", which did not cover it." : "."))
    notice.figures =
        [
            .init("allocation", .text(admitted.allocation)), .init("held", .amount(admitted.held)),
            .init("left", .amount(admitted.left)), .init("tasks", .number(admission.tasks)),
            .init("time_limit_seconds", .number(admission.timeLimitSeconds)),
        ] + memo.notes.map { .init("note", .text($0)) }
    notice.memo = memo.request
    return notice
}
