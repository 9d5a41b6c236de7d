/// What a mode that refuses nothing lets pass, and what is kept of it (decision 24).

import Registry
import Units

/// What would have been refused.
package struct Tolerated: Hashable, Sendable {
    package var mode: Mode
    package var account: String
    /// The refusal's words.
    package var text: String

    package init(mode: Mode, account: String, text: String) {
        (self.mode, self.account, self.text) = (mode, account, text)
    }
}

/// When a job would have been refused.
package enum ToleratedStage: String, Hashable, Sendable {
    case submission, change
    /// Its start would have been refused, and the job held back.
    case start
}

/// Whose job it is, and by what it is known.
struct ToleratedJob {
    var cluster: String
    /// The base job id; nil: not known yet, then the token tells.
    var number: Int64?
    var token: String?
    var hetName: String?
    var userName: String
    var account: String
}

/// What `atoll would-refuse` lists, and `atoll why` tells.
///
/// - Parameters:
///   - placement: where it would have been charged, and what a task costs there.
///   - tasks: of the job.
func wouldRefuse(
    _ job: ToleratedJob, at stage: ToleratedStage, because refusal: Refusal, in mode: Mode,
    placement: Placement? = nil, tasks: Int64 = 1, wish: String? = nil
) -> Notice {
    var notice = Notice(
        .wouldRefuse, cluster: job.cluster, job: job.number, token: job.token,
        userName: job.userName, (wish.map { "\($0): " } ?? "") + refusal.text)
    var figures: [Notice.Figure] = [
        .init("stage", .text(stage.rawValue)), .init("mode", .text(mode.rawValue)),
        .init("account", .text(job.account)),
        .init("cause", .text(HeldBack.Cause(refusal).rawValue)),
    ]
    if let name = job.hetName { figures.append(.init("component", .text(name))) }
    let told = refusal.figures
    figures += told
    let names = Set(told.map(\.name))
    if let placement, !names.contains("allocation") {
        figures.append(.init("allocation", .text(placement.allocation.name)))
    }
    if let cost = placement?.costPerTask.times(tasks), !names.contains("cost") {
        figures.append(.init("cost", .amount(cost)))
    }
    if let short = refusal.short { figures.append(.init("short", .amount(short))) }
    notice.figures = figures
    return notice
}

extension Refusal {
    /// By how much it was too little; nil: it is not about an amount.
    package var short: ServiceUnits? {
        switch self {
        case .insufficientCredit(let it): it.cost - it.free
        case .capReached(let it): it.cost - max(it.cap - it.used, .zero)
        default: nil
        }
    }

    /// About the command, not about the job: no mode passes over it.
    var isAboutCommand: Bool {
        switch self {
        case .conflict, .idTaken, .forbidden, .notFound, .notFree: true
        default: false
        }
    }
}
