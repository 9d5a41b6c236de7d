/// Answers as they are kept with their commands: explicit fields, readable for ever.

import Books
import Foundation
import Ledger
import Registry
import Requests
import Units

/// The stored shape of an `Outcome`; the fields that belong to `kind` are set.
struct StoredOutcome: Codable {
    var kind: String
    var claim: Int64?
    var account: String?
    var allocation: String?
    var amount: Int64?
    var left: Int64?
    var short: Bool?
    var lot: Int64?
    var reason: String?
    var changes: [[String]]?
    var request: Int64?
    var state: String?
    var moves: [StoredMove]?
    /// Available in the allocation a transfer went to.
    var targetLeft: Int64?
    var refund: StoredRefund?
    var fed: StoredFed?
    var job: StoredJobRefund?
    var user: Int64?
    var charge: String?
    var correction: StoredCorrection?

    static func encode(_ outcome: Outcome) throws -> Data {
        // The hot path's shape is written by hand: an encoder takes longer than the rest of it.
        if case .admitted(let it) = outcome {
            var json = JSONBytes()
            json.open("{")
            json.field("kind", "admitted")
            json.field("claim", it.claim.number)
            json.field("account", it.account)
            json.field("allocation", it.allocation)
            json.field("amount", it.held.microSU)
            json.field("left", it.left.microSU)
            if it.isShort { json.flag("short") }
            json.close("}")
            return Data(json.bytes)
        }
        return try JSONEncoder().encode(StoredOutcome(outcome))
    }

    static func decode(_ data: Data) throws -> Outcome {
        let stored = try? JSONDecoder().decode(StoredOutcome.self, from: data)
        guard let outcome = stored?.outcome else {
            throw DamagedRow(
                description: "a stored answer of kind \(stored?.kind ?? "?") can't be read")
        }
        return outcome
    }

    private init(_ outcome: Outcome) {
        switch outcome {
        case .nothing: kind = "nothing"
        case .admitted(let it):
            kind = "admitted"
            (claim, account, allocation) = (it.claim.number, it.account, it.allocation)
            (amount, left, short) = (it.held.microSU, it.left.microSU, it.isShort ? true : nil)
        case .passed(let reason): (kind, self.reason) = ("passed", reason)
        case .tolerated(let it):
            kind = "tolerated"
            (account, reason, state) = (it.account, it.text, it.mode.rawValue)
        case .released(let amount): (kind, self.amount) = ("released", amount.microSU)
        case .granted(let lot, let available):
            (kind, self.lot, left) = ("granted", lot.number, available.microSU)
        case .requested(let it):
            kind = "requested"
            (request, allocation) = (it.id.number, it.allocation)
            (state, reason) = (it.state.rawValue, it.effect)
        case .fed(let it): (kind, fed) = ("fed", StoredFed(it))
        case .erased(let it): (kind, user, amount) = ("erased", it.user.number, it.memberships)
        case .jobRefunded(let it): (kind, job) = ("job_refunded", StoredJobRefund(it))
        case .passedOver, .start, .imported, .rerated: kind = "nothing"
        case .corrected(let it):
            (kind, correction) = ("corrected", StoredCorrection(it))
        case .reserved(let it):
            kind = "reserved"
            (account, allocation, charge) = (it.name, it.allocation, it.charge.rawValue)
            (amount, left) = (it.held.microSU, it.available.microSU)
            state = it.isOver ? it.isForNext ? "over, next" : "over" : nil
        case .withdrawn(let it):
            kind = "withdrawn"
            take(it)
        case .transferred(let it):
            kind = "transferred"
            take(it)
        case .refunded(let it):
            kind = "refunded"
            take(it)
        case .applied(let changes):
            kind = "applied"
            self.changes = changes.map { [$0.action.rawValue, $0.what, $0.name, $0.detail] }
        case .modified(let it):
            (kind, allocation) = ("modified", it.allocation)
            (amount, left, short) = (it.held.microSU, it.left.microSU, it.isShort ? true : nil)
            let passed = it.tolerated
            (account, reason, state) = (passed?.account, passed?.text, passed?.mode.rawValue)
        }
    }

    private var tolerated: Tolerated? {
        guard let account, let reason, let mode = state.flatMap(Mode.init) else { return nil }
        return Tolerated(mode: mode, account: account, text: reason)
    }

    private var outcome: Outcome? {
        switch kind {
        case "nothing": return .nothing
        case "admitted":
            guard let claim, let account, let allocation, let amount, let left else { return nil }
            return .admitted(
                Admitted(
                    claim: ClaimID(claim), account: account, allocation: allocation,
                    held: ServiceUnits(microSU: amount), left: ServiceUnits(microSU: left),
                    isShort: short ?? false))
        case "passed": return reason.map { .passed(reason: $0) }
        case "tolerated": return tolerated.map { .tolerated($0) }
        case "released": return amount.map { .released(ServiceUnits(microSU: $0)) }
        case "granted":
            guard let lot, let left else { return nil }
            return .granted(lot: LotID(lot), available: ServiceUnits(microSU: left))
        case "requested":
            guard let request, let allocation, let state = state.flatMap(RequestState.init) else {
                return nil
            }
            return .requested(
                Requested(
                    id: ChangeRequestID(request), allocation: allocation, state: state,
                    effect: reason))
        case "fed": return fed.map { .fed($0.fed) }
        case "erased":
            guard let user, let amount else { return nil }
            return .erased(Erased(user: UserID(user), memberships: amount))
        case "job_refunded": return job.map { .jobRefunded($0.refunded) }
        case "modified":
            guard let amount, let left else { return nil }
            var modified = Modified(
                held: ServiceUnits(microSU: amount), allocation: allocation,
                left: ServiceUnits(microSU: left), isShort: short ?? false)
            modified.tolerated = tolerated
            return .modified(modified)
        case "corrected": return correction.map { .corrected($0.corrected) }
        case "reserved":
            guard let account, let charge = charge.flatMap(ReservationCharge.init), let amount,
                let left
            else { return nil }
            var reserved = Reserved(
                name: account, allocation: allocation, charge: charge,
                held: ServiceUnits(microSU: amount), available: ServiceUnits(microSU: left))
            (reserved.isOver, reserved.isForNext) = (state != nil, state == "over, next")
            return .reserved(reserved)
        case "withdrawn": return withdrawn.map { .withdrawn($0) }
        case "transferred": return transferred.map { .transferred($0) }
        case "refunded": return refunded.map { .refunded($0) }
        case "applied":
            let read = (changes ?? []).compactMap { fields -> AppliedChange? in
                guard fields.count == 4, let action = AppliedChange.Action(rawValue: fields[0])
                else { return nil }
                return AppliedChange(action, fields[1], fields[2], fields[3])
            }
            return .applied(read)
        default: return nil
        }
    }
}
