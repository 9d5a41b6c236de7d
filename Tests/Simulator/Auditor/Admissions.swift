/// Submissions: what they cost, and every reason there is to refuse them.

import Bank
import Books
import Ledger
import Registry
import Units

extension Auditor {
    /// Why a submission may not be admitted; any of those that hold may be named.
    enum Reason: String {
        case token, account, allocation, rate, coverage, status, window, member, cap, credit
        case invalid
    }

    private struct Priced {
        var allocation: String
        var option: Admission.Option
        var perTask: Int64
        var cost: Int64
        var start: Instant
    }

    func admit(
        _ admission: Admission, _ answer: BankResult, at now: Instant, isRedone: Bool
    ) throws {
        var reasons: Set<Reason> = []
        let token = TokenKey(cluster: admission.cluster, token: admission.token)
        if claimOfToken[token] != nil { reasons.insert(.token) }
        let priced = price(admission, at: now, &reasons)
        switch answer {
        case .failure(.refused(let refusal)):
            guard let reason = Reason(refusal), reasons.contains(reason) else {
                throw Finding("refused: \(refusal.text) Reasons there are: \(reasons)")
            }
            if !isRedone, let priced { try checkFigures(refusal, priced, admission) }
        case .success(.admitted(let admitted)):
            let isShort = !reasons.isDisjoint(with: [.cap, .credit])
            if admission.admitsShort { reasons.subtract([.cap, .credit]) }
            guard reasons.isEmpty, let priced else {
                throw Finding("admitted, though there are reasons against it: \(reasons)")
            }
            guard isShort == admitted.isShort else { throw Finding("short: \(admitted.isShort)") }
            try hold(admission, priced, admitted)
        default: throw Finding("a submission was answered \(answer)")
        }
    }

    private func price(
        _ admission: Admission, at now: Instant, _ reasons: inout Set<Reason>
    ) -> Priced? {
        guard let project = project(of: admission.accountLineage) else {
            reasons.insert(.account)
            return nil
        }
        let start = max(admission.begin ?? now, now)
        var dearest: (option: Admission.Option, price: NaiveRates.Price)?
        for option in admission.options {
            let price = rates.hold(
                .init(
                    counts: option.footprint, cluster: admission.cluster,
                    partition: option.partition, qos: admission.qos),
                from: start.epochSeconds, seconds: max(admission.timeLimitSeconds, 1))
            if price.hasUnpriced { reasons.insert(.rate) }
            if let best = dearest, best.price.microSU >= price.microSU { continue }
            dearest = (option, price)
        }
        guard let dearest, !reasons.contains(.rate) else { return nil }
        let touched = dearest.price.touched
        guard
            let name = allocation(
                of: project, on: admission.cluster, touching: touched, at: start),
            let allocation = allocations[name]?.declared
        else {
            reasons.insert(.allocation)
            return nil
        }
        if !covers(allocation, touched) { reasons.insert(.coverage) }
        checkStanding(
            UseKey(allocation: name, user: admission.userName),
            isAssociated: admission.isAssociated, seconds: admission.timeLimitSeconds, allocation,
            from: start, &reasons)
        let perTask = Int64(dearest.price.microSU)
        let tasks = heldTasks(admission.tasks, admission.concurrency, allocation.holdPolicy)
        if admission.tasks <= 0 { reasons.insert(.invalid) }
        let priced = Priced(
            allocation: name, option: dearest.option, perTask: perTask, cost: perTask * tasks,
            start: start)
        guard priced.cost > 0 else { return priced }
        let key = UseKey(allocation: name, user: admission.userName)
        if let cap = members[key]?.cap, used(key) + priced.cost > cap.microSU {
            reasons.insert(.cap)
        }
        let free = available(in: name, at: start) + allocation.overdraftLimit.microSU
        if free < priced.cost { reasons.insert(.credit) }
        return priced
    }

    /// held + charged − refunded: what a cap is compared with.
    func used(_ key: UseKey) -> Int64 {
        uses[key].map { $0.held + $0.charged - $0.refunded } ?? 0
    }

    func heldTasks(_ tasks: Int64, _ atOnce: Int64?, _ policy: HoldPolicy) -> Int64 {
        switch policy {
        case .submit: tasks
        case .throttle: atOnce.map { min($0, tasks) } ?? tasks
        case .start: 0
        }
    }

    func checkStanding(
        _ key: UseKey, isAssociated: Bool, seconds: Int64, _ allocation: SiteAllocation,
        from start: Instant, _ reasons: inout Set<Reason>
    ) {
        let member = members[key]
        let project = allocations[allocation.name].flatMap { projects[$0.project] }
        if member == nil, allocation.membersPolicy == .listed || !isAssociated {
            reasons.insert(.member)
        }
        let statuses = [project?.status, allocation.status, member?.status].compactMap { $0 }
        if statuses.contains(where: { $0 != .active }) { reasons.insert(.status) }
        let seconds =
            allocation.windowPolicy == .whole ? max(seconds, 1) : 1
        let last = start.advanced(bySeconds: seconds - 1)
        for window in [allocation.window, member?.window].compactMap({ $0 })
        where !window.contains(start) || !window.contains(last) {
            reasons.insert(.window)
        }
    }

    private func checkFigures(
        _ refusal: Refusal, _ priced: Priced, _ admission: Admission
    ) throws {
        let key = UseKey(allocation: priced.allocation, user: admission.userName)
        switch refusal {
        case .insufficientCredit(let short):
            let limit = allocations[priced.allocation]?.declared.overdraftLimit.microSU ?? 0
            let free = available(in: priced.allocation, at: priced.start) + limit
            guard short.cost.microSU == priced.cost, short.free.microSU == free else {
                throw Finding("\(short.text) The auditor has \(priced.cost) of \(free) µSU")
            }
        case .capReached(let short):
            guard short.cost.microSU == priced.cost, short.used.microSU == used(key) else {
                throw Finding("\(short.text) The auditor has \(priced.cost), \(used(key)) µSU")
            }
        default: break
        }
    }

    private func hold(
        _ admission: Admission, _ priced: Priced, _ admitted: Admitted
    ) throws {
        let left = available(in: priced.allocation, at: priced.start) - priced.cost
        guard admitted.held.microSU == priced.cost, admitted.left.microSU == left,
            admitted.allocation == priced.allocation
        else {
            throw Finding(
                "\(admitted.held) held in \(admitted.allocation), \(admitted.left) left; the "
                    + "auditor has \(priced.cost) in \(priced.allocation), \(left) µSU left")
        }
        let index = claims.count
        claims.append(
            AuditedClaim(
                number: admitted.claim.number, token: admission.token, cluster: admission.cluster,
                job: nil, allocation: priced.allocation,
                account: admission.accountLineage.first ?? "", user: admission.userName,
                request: .init(
                    footprint: priced.option.footprint,
                    limitSeconds: admission.timeLimitSeconds,
                    partition: priced.option.partition, qos: admission.qos),
                state: .unclaimed, outstanding: admission.tasks,
                concurrency: admission.concurrency, amountPerTask: priced.perTask, held: 0))
        claimOfToken[TokenKey(cluster: admission.cluster, token: admission.token)] = index
        claimOfNumber[admitted.claim.number] = index
        setHold(of: index, to: priced.cost)
        drawn[priced.allocation, default: 0] += priced.cost
    }
}

extension Auditor.Reason {
    init?(_ refusal: Refusal) {
        switch refusal {
        case .insufficientCredit: self = .credit
        case .capReached: self = .cap
        case .noAllocation: self = .allocation
        case .unknownAccount: self = .account
        case .notAMember: self = .member
        case .inactive: self = .status
        case .outsideWindow: self = .window
        case .notCovered: self = .coverage
        case .noRate: self = .rate
        case .conflict: self = .token
        case .invalid, .tooLarge: self = .invalid
        default: return nil
        }
    }
}
