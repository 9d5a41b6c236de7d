/// The books in memory, as of the last COMMIT: what a quote is worked out from, without a disk read.

import Books
import Ledger
import Rates
import Registry
import Store
import Synchronization
import Units

/// What a committed batch brought.
struct News {
    var entries: [EntryDraft] = []
    var users: [String: UserID] = [:]
    /// Names that stand for nobody any more, unless `users` has them again.
    var forgotten: Set<String> = []

    mutating func take(_ other: News) {
        entries += other.entries
        for name in other.forgotten { users[name] = nil }
        forgotten.formUnion(other.forgotten)
        users.merge(other.users) { old, _ in old }
    }
}

package final class Picture: Sendable {
    struct State: Sendable {
        var tip: JournalStore.Tip
        var pricer: Pricer
        var lots: [Int64: [LotID: Lot]]
        var uses: [Membership.Key: MemberUse]
        var users: [String: UserID]
        var reservations = OpenReservations()
    }
    private let state: Mutex<State>

    init(of store: JournalStore) throws {
        let loaded = try store.loadBalances()
        let tip = store.tip
        state = Mutex(
            State(
                tip: tip, pricer: Pricer(tip.card),
                lots: Dictionary(grouping: loaded.lots, by: \.allocation).mapValues {
                    Dictionary(uniqueKeysWithValues: $0.map { ($0.id, $0) })
                }, uses: loaded.uses, users: loaded.users,
                reservations: try OpenReservations(of: store)))
    }

    /// Takes in what was committed.
    func take(_ news: News, from store: JournalStore) {
        guard !news.entries.isEmpty || !news.users.isEmpty else { return }
        let tip = store.tip
        state.withLock { state in
            if tip.card.version != state.tip.card.version { state.pricer = Pricer(tip.card) }
            state.tip = tip
            for name in news.forgotten { state.users[name] = nil }
            state.users.merge(news.users) { old, _ in old }
            for entry in news.entries {
                for case .lot(let lot) in entry.changes { state.restate(lot) }
                for change in entry.changes { state.reservations.take(change) }
                for posting in entry.postings { state.post(posting, of: entry.kind) }
            }
        }
    }

    /// The number of a user the books have met.
    package func user(named name: String) -> UserID? { state.withLock { $0.users[name] } }

    /// The last entry and the standing facts.
    package var tip: JournalStore.Tip { state.withLock { $0.tip } }

    func lots(of allocation: AllocationID) -> [Lot] {
        state.withLock { Array(($0.lots[allocation.number] ?? [:]).values) }
    }

    /// What a submission would be answered now; nothing is recorded.
    package func quote(_ admission: Admission, at now: Instant) -> Quoted {
        let facts = facts(for: admission, at: now)
        var quoted = Quoted(
            answer: .failure(.invalid("this can't be quoted.")), placement: facts.placement,
            resources: facts.registry.rateBook.resources,
            available: facts.pool?.available(at: now))
        do {
            let decision = try decideEnforced(admission, facts, at: now)
            if case .admitted(let admitted) = decision.outcome {
                quoted.answer = .success(admitted)
            }
        } catch {
            quoted.answer = .failure(error)
        }
        return quoted
    }

    private func facts(for admission: Admission, at now: Instant) -> Facts {
        state.withLock { state in
            var facts = Facts(registry: state.tip.registry, card: state.tip.card)
            // Somebody the books have never met has used nothing.
            let user = state.users[admission.userName] ?? UserID(0)
            facts.users = [admission.userName: user]
            facts.placement = try? facts.registry.place(
                admission, pricer: &state.pricer, at: now)
            if let allocation = facts.placement?.allocation {
                facts.pool = Pool(
                    allocation: allocation.id.number, overdraftLimit: allocation.overdraftLimit,
                    lots: Array((state.lots[allocation.id.number] ?? [:]).values))
                facts.use = state.uses[.init(allocation.id, user)] ?? MemberUse()
            }
            state.reservations.add(to: &facts, for: admission)
            return facts
        }
    }
}

/// A quote: what would be answered, and how the cost comes about.
package struct Quoted: Sendable {
    package var answer: Result<Admitted, Refusal>
    /// Where it would be charged; nil where it can't be placed.
    package let placement: Placement?
    package let resources: [ResourceID: Resource]
    /// In the allocation, before.
    package let available: ServiceUnits?

    /// For one task.
    package var lines: [Line] { placement?.lines ?? [] }
}

extension Picture.State {
    fileprivate mutating func restate(_ lot: Lot) {
        let balances = lots[lot.allocation]?[lot.id]?.balances ?? .init()
        lots[lot.allocation, default: [:]][lot.id] = Lot(
            id: lot.id, allocation: lot.allocation, kind: lot.kind, window: lot.window,
            state: lot.state, balances: balances)
    }

    fileprivate mutating func post(_ posting: Posting, of kind: EntryKind) {
        let allocation = posting.dimensions.allocation
        switch (posting.from, posting.to) {
        case (.issue, .lot(let lot, _)): lots[allocation]?[lot]?.issue(posting.amount)
        case (.lot(let lot, let from), .lot(_, let to)):
            lots[allocation]?[lot]?.move(posting.amount, from: from, to: to)
            countUse(posting, from: from, to: to, isRefund: kind == .refunded)
        default: break
        }
    }

    private mutating func countUse(
        _ posting: Posting, from: Bucket, to: Bucket, isRefund: Bool
    ) {
        guard let user = posting.dimensions.user else { return }
        let key = Membership.Key(
            AllocationID(posting.dimensions.allocation), UserID(user))
        var use = uses[key] ?? MemberUse()
        if from == .held { use.held -= posting.amount }
        if to == .held { use.held += posting.amount }
        if from == .charged {
            if isRefund { use.refunded += posting.amount } else { use.charged -= posting.amount }
        }
        if to == .charged { use.charged += posting.amount }
        uses[key] = use
    }
}
