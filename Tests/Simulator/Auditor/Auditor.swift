/// An independent auditor: keeps its own books by the rules of money.md, from the commands and the
/// answers alone, and compares them with the real ones.
///
/// What every hold, share, charge, cap and total must be it works out itself, to the micro-SU. How a
/// hold is split over lots is partly free; there it takes the split over from the books after
/// checking what the rules fix (`Compare.swift`, `Splits.swift`). It shares no code with Ledger,
/// Books or the pricing of Rates.

import Bank
import Books
import Ledger
import Registry
import Units

package final class Auditor {
    var rates = NaiveRates()
    var projects: [String: SiteProject] = [:]
    /// Slurm account → project.
    var accounts: [String: String] = [:]
    /// In the order they were made.
    var allocationNames: [String] = []
    var allocations: [String: AuditedAllocation] = [:]
    var members: [UseKey: SiteMember] = [:]

    var lots: [Int64: AuditedLot] = [:]
    /// By allocation; the overdraft lot first.
    var lotsOf: [String: [Int64]] = [:]
    /// Lots whose window is not over.
    var standing: Set<Int64> = []
    /// Lots that must be in the books now and whose numbers are not known yet.
    var newLots: [AuditedLot] = []
    var claims: [AuditedClaim] = []
    var runs: [RunKey: AuditedRun] = [:]
    var uses: [UseKey: AuditedUse] = [:]

    /// Starts that were refused, by raw job id.
    var heldBack: [JobKey: AuditedHeldBack] = [:]

    /// Pull-backs to come, by allocation: what of the credit stays.
    var pullbacks: [PullbackKey: Rational] = [:]
    var requests: [Int64: AuditedRequest] = [:]
    /// Lots that refunds of this step named, by run.
    var reissues: [Int64: Int64] = [:]

    /// Polls that had begun when a stranger's raise passed, by cluster.
    var passedRaises: [String: Set<Int64>] = [:]

    var claimOfToken: [TokenKey: Int] = [:]
    var claimsOfJob: [JobKey: [Int]] = [:]
    var claimOfNumber: [Int64: Int] = [:]
    /// What this step touched and has to be compared.
    var touchedClaims: Set<Int> = []
    var touchedRuns: Set<RunKey> = []
    var touchedLots: Set<Int64> = []
    var touchedUses: Set<UseKey> = []
    /// How lots have to stand after a charge whose split the rules leave no choice in.
    var splits: [Int64: Balances] = [:]
    /// Held by submissions since the lots were last looked at.
    var drawn: [String: Int64] = [:]
    var actual = Actual()

    package init() {}

    /// Takes one answered order into the books; throws where the answer is not what it has to be.
    ///
    /// - Parameters:
    ///   - now: when it was recorded.
    ///   - isRedone: asked again after a crash, so that it may have been carried out before.
    package func take(
        _ command: Command, _ answer: BankResult, at now: Instant, isRedone: Bool = false
    ) throws {
        if case .failure(.unavailable(let why)) = answer { throw Finding("unavailable: \(why)") }
        if case .failure(.outcomeUnknown(let why)) = answer { throw Finding("unknown: \(why)") }
        switch command {
        case .tick: try expectNothing(answer)
        case .apply(let site, let backdate): try apply(site, backdate, answer, at: now)
        case .grant(let request): try grant(request, answer, at: now)
        case .withdraw(let request): try withdraw(request, answer)
        case .transfer(let request): try transfer(request, answer)
        case .refund(let request): try refund(request, answer)
        case .admit(let admission): try admit(admission, answer, at: now, isRedone: isRedone)
        case .void(let cluster, let token):
            let claim = claimOfToken[TokenKey(cluster: cluster, token: token)]
            let open = claim.flatMap { claims[$0].state == .unclaimed ? $0 : nil }
            try release(open, answer, isRedone: isRedone)
        case .release(let claim, _):
            try release(claimOfNumber[claim.number], answer, isRedone: isRedone)
        case .observe(let observation):
            if case .success(.passedOver) = answer {} else { try expectNothing(answer) }
            observe(observation, at: now)
        case .modify(let asked): try modify(asked, answer, at: now, isRedone: isRedone)
        case .feed(let order): try feed(order, answer, at: now)
        case .start(let order): try start(order, answer, at: now, isRedone: isRedone)
        case .edit(let edit, let asker): try self.edit(edit, by: asker, answer, at: now)
        case .request(let order): try request(order, answer, at: now)
        case .importRuns(let batch): try importRuns(batch, answer, isRedone: isRedone)
        case .refundJob, .erase, .reservation, .rerate, .correct, .setMode, .settle:
            throw Finding("the auditor keeps no books of such commands yet")
        }
    }

    func expectNothing(_ answer: BankResult) throws {
        guard case .success(.nothing) = answer else { throw Finding("answered \(answer)") }
    }

    // MARK: Moving credit

    func setHold(of index: Int, to amount: Int64) {
        let claim = claims[index]
        let use = UseKey(allocation: claim.allocation, user: claim.user)
        uses[use, default: .init()].held += amount - claim.held
        touchedUses.insert(use)
        claims[index].held = amount
        touchedClaims.insert(index)
    }

    /// What the run's share and charge come to from now on.
    func keep(_ run: AuditedRun, as key: RunKey) {
        let before = runs[key]
        if let allocation = run.allocation {
            let use = UseKey(allocation: allocation, user: run.user)
            touchedUses.insert(use)
            uses[use, default: .init()].held += run.share - (before?.share ?? 0)
            uses[use, default: .init()].charged += run.charged - (before?.charged ?? 0)
            uses[use, default: .init()].refunded += run.refunded - (before?.refunded ?? 0)
        }
        runs[key] = run
        touchedRuns.insert(key)
    }

    // MARK: Giving back

    private func release(_ index: Int?, _ answer: BankResult, isRedone: Bool) throws {
        guard case .success(.released(let amount)) = answer else {
            throw Finding("a release was answered \(answer)")
        }
        var expected: Int64 = 0
        if let index, claims[index].state != .closed,
            claims[index].outstanding > 0 || claims[index].held > 0 || claims[index].running == 0
        {
            expected = claims[index].held
            setHold(of: index, to: 0)
            claims[index].outstanding = 0
            if claims[index].running == 0 { claims[index].state = .closed }
        }
        // What was given back before a crash is not given back again.
        guard amount.microSU == expected || isRedone && amount == .zero else {
            throw Finding("\(amount) released, \(expected) µSU were held")
        }
    }
}
