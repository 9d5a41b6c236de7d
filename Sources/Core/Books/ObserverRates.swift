/// Other rates than when it was held: what waits is priced anew, as far as there is credit for it (decision 19).

import Ledger
import Registry
import Units

extension Observer {
    /// Cheaper always; dearer in full, or not at all: then its start is asked for the rest.
    func priceAnew(_ claim: inout Claim, for pending: JobObservation.Pending) {
        guard claim.timeLimitSeconds > 0 else { return }
        var anew = claim
        anew.amountPerTask = price(of: claim)
        anew.extra = extra(anew, pending)
        anew.remark = anew.remark.flatMap(Self.withoutNote)
        let more = target(of: anew, tasks: pending.tasks) - claim.pins.total
        guard more <= .zero || fits(more, claim) else {
            let note = "\(Self.dearer): \(more) SU more will be asked for at its start"
            // One that held nothing before is told so already.
            let isShort = claim.remark?.contains(Self.short) == true
            claim.remark = Self.noting(isShort ? Self.short : note, on: anew.remark)
            return
        }
        claim = anew
    }

    static let dearer = "the rates rose while it waits"
    static let between = "; "

    /// What was remarked before such a note.
    static func withoutNote(_ remark: String) -> String? {
        guard let note = remark.firstRange(of: dearer) ?? remark.firstRange(of: short) else {
            return remark
        }
        let rest = remark[..<note.lowerBound].dropLast(between.count)
        return rest.isEmpty ? nil : String(rest)
    }

    func fits(_ more: ServiceUnits, _ claim: Claim) -> Bool {
        #if ATOLL_PLANTED_BUGS
            if PlantedBug.dearerRatesForced.isPlanted { return true }
        #endif
        guard let pool = pools[claim.allocation], pool.free(at: earliestStart) >= more else {
            return false
        }
        let member = Membership.Key(AllocationID(claim.allocation), UserID(claim.user))
        guard let cap = facts.registry.memberships[member]?.cap else { return true }
        let used = (facts.memberUses[member] ?? MemberUse()).used + usedMore(by: claim)
        return used + more <= cap
    }

    /// What these entries add to the use of the claim's user.
    private func usedMore(by claim: Claim) -> ServiceUnits {
        var sum = ServiceUnits.zero
        for posting in entries.flatMap(\.postings)
        where posting.dimensions.user == claim.user
            && posting.dimensions.allocation == claim.allocation
        {
            if posting.to.isUse { sum += posting.amount }
            if posting.from.isUse { sum -= posting.amount }
        }
        return sum
    }
}

extension LedgerAccount {
    /// Held or charged: what a cap is compared with.
    fileprivate var isUse: Bool {
        switch self {
        case .lot(_, .held), .lot(_, .charged): true
        default: false
        }
    }
}
