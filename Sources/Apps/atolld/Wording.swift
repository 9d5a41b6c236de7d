/// Answers in words and figures: the one place where the daemon speaks to people.

import Bank
import Books
import Estimate
import Rates
import Registry
import Server
import Units
import Wire

func admittedText(_ admitted: Admitted, isTest: Bool) -> String {
    if admitted.isShort {
        return "atoll: warning: up to \(admitted.held) SU held, which \(admitted.allocation) does "
            + "not cover: \(admitted.left) SU left."
    }
    if isTest {
        return "atoll: may cost up to \(admitted.held) SU; \(admitted.left) SU would be left in "
            + "\(admitted.allocation)."
    }
    return "atoll: up to \(admitted.held) SU held, \(admitted.left) SU left in "
        + "\(admitted.allocation)."
}

func wireError(_ error: BankError, notes: [String]) -> WireError {
    switch error {
    case .refused(let refusal): wireError(refusal, notes: notes)
    case .unavailable(let why), .setAside(let why): .init(.unavailable, "atoll: \(why)")
    case .outcomeUnknown(let why): .init(.outcomeUnknown, "atoll: \(why)")
    }
}

/// - Parameter notes: how the price came about, shown a line each beneath the refusal.
func wireError(_ refusal: Refusal, notes: [String] = []) -> WireError {
    var figures = WireError.Figures()
    var lines = ["atoll: refused: \(refusal.text)"]
    switch refusal {
    case .insufficientCredit(let it):
        (figures.cost, figures.available, figures.granted) = (it.cost, it.free, it.granted)
        (figures.held, figures.charged) = (it.held, it.charged)
        (figures.allocation, figures.fitsMinutes) = (it.allocation, it.fitsSeconds.map { $0 / 60 })
        lines += notes.map { "atoll:   \($0)" }
    case .capReached(let it):
        (figures.cost, figures.cap, figures.used) = (it.cost, it.cap, it.used)
        (figures.allocation, figures.fitsMinutes) = (it.allocation, it.fitsSeconds.map { $0 / 60 })
        lines += notes.map { "atoll:   \($0)" }
    case .notFree(let it):
        (figures.available, figures.granted) = (it.free, it.granted)
        (figures.held, figures.charged) = (it.held, it.charged)
        figures.allocation = it.allocation
    case .unknownAccount(let account): figures.account = account
    case .noAllocation(let project, _): figures.account = project
    case .notAMember(let allocation): figures.allocation = allocation
    case .inactive(let level, let name, _):
        figures.level = StatusLevel(rawValue: level.rawValue)
        if level != .project { figures.allocation = name }
    case .outsideWindow(let level, let name, _, let fits):
        figures.level = StatusLevel(rawValue: level.rawValue)
        (figures.allocation, figures.fitsMinutes) = (name, fits.map { $0 / 60 })
    case .notCovered(let resource, let allocation, _):
        (figures.resource, figures.allocation) = (resource, allocation)
        lines += notes.map { "atoll:   \($0)" }
        if notes.contains(EstimateNote.wholeNodes(byPartition: false).description) {
            lines.append(
                "atoll:   --exclusive takes all that is in a node, \(resource) too; without it "
                    + "only what the job asks for counts")
        } else if notes.contains(EstimateNote.wholeNodes(byPartition: true).description) {
            lines.append("atoll:   the partition gives all that is in a node, \(resource) too")
        }
    case .noRate(let resource): figures.resource = resource
    case .tooLarge, .conflict, .idTaken, .forbidden, .invalid, .notFound, .noSay: break
    }
    return WireError(refusal.code, lines.joined(separator: "\n"), figures: figures)
}

extension Refusal {
    var code: ErrorCode {
        switch self {
        case .insufficientCredit: .insufficientCredit
        case .capReached: .capReached
        case .notFree: .insufficientCredit
        case .noAllocation: .noAllocation
        case .unknownAccount: .unknownAccount
        case .notAMember: .notAMember
        case .inactive: .inactive
        case .outsideWindow: .outsideWindow
        case .notCovered: .notCovered
        case .noRate: .noRate
        case .tooLarge: .cannotEstimate
        case .conflict, .idTaken: .conflict
        case .forbidden: .forbidden
        case .noSay: .noSay
        case .invalid: .invalid
        case .notFound: .notFound
        }
    }
}

extension AnswerSink {
    /// A quote is granted also where the job is not: then it does not fit, and says why.
    func finish(
        _ quoted: Quoted, of admission: Admission, _ footprint: Footprint, mode: Mode
    ) {
        let cost: ServiceUnits
        var (fits, fitsMinutes) = (true, Int64?.none)
        let message: String
        switch quoted.answer {
        case .success(let admitted):
            cost = admitted.held
            message = admittedText(admitted, isTest: true)
        case .failure(.insufficientCredit(let short)):
            (cost, fits, fitsMinutes) = (short.cost, false, short.fitsSeconds.map { $0 / 60 })
            message = "atoll: would be refused: \(short.text)"
        case .failure(.capReached(let short)):
            (cost, fits, fitsMinutes) = (short.cost, false, short.fitsSeconds.map { $0 / 60 })
            message = "atoll: would be refused: \(short.text)"
        case .failure(let refusal):
            return failed(wireError(refusal, notes: footprint.explanation))
        }
        let tasks = admission.tasks
        let passes = fits || mode.refuses ? [] : ["the mode is \(mode): it is not refused now"]
        done(
            .quote(
                .init(
                    message: message, account: admission.accountLineage.first ?? "",
                    allocation: quoted.placement?.allocation.name ?? "", cost: cost,
                    available: quoted.available ?? .zero, fits: fits, fitsMinutes: fitsMinutes,
                    lines: quoted.lines.map { line in
                        let resource = quoted.resources[line.resource]
                        let tres = resource?.tres
                        return .init(
                            resource: resource?.name ?? "", count: line.count * tasks,
                            unit: tres == .memory ? "MiB" : tres?.description ?? "",
                            cost: line.amount.times(tasks) ?? line.amount)
                    }, notes: footprint.explanation + passes)))
    }
}
