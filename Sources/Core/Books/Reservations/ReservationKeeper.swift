/// A reservation on its way through the books: versions that begin, change and end, each with its
/// hold; every step an entry.

import Ledger
import Rates
import Registry
import Units

struct ReservationKeeper {
    let cluster: String
    let name: String
    let now: Instant
    /// When what is taken in was seen.
    let at: Instant
    var facts: Facts
    var rule: ReservationRule?
    var version: ReservationVersion?
    var claim: Claim?
    var lastEnded: ReservationVersion?
    let goneSince: Instant?
    /// The version as it was found.
    let before: ReservationVersion?
    var pools: [Int64: Pool]
    var entries: [EntryDraft] = []

    init(cluster: String, name: String, _ facts: Facts, seenAt: Instant, at now: Instant) {
        (self.cluster, self.name, self.facts, self.now) = (cluster, name, facts, now)
        at = seenAt
        let books = facts.reservation ?? ReservationBooks()
        (rule, version, claim) = (books.rule, books.version, books.claim)
        (lastEnded, before) = (books.lastEnded, books.version)
        goneSince = books.goneSince
        pools = books.pools
    }

    /// Closes a step: what changed and the postings it made become one entry.
    mutating func record(_ kind: EntryKind, at effectiveAt: Instant, _ more: [Change] = []) {
        var changes = more
        // A run's claim and a version's claim and run have to be there before them.
        if let claim { changes.insert(.claim(claim), at: 0) }
        if let version { changes.append(.reservation(version)) }
        var postings: [Posting] = []
        for allocation in pools.keys.sorted() {
            postings += pools[allocation]?.takePostings() ?? []
        }
        entries.append(
            EntryDraft(
                kind: kind, effectiveAt: effectiveAt, changes: changes, postings: postings))
    }

    // MARK: Price

    /// The whole of a version: what its hold is for.
    func wholePrice(_ version: ReservationVersion) -> ServiceUnits {
        guard !version.span.isEmpty else { return .zero }
        let cost = facts.card.cost(
            of: version.counts, cluster: cluster, partition: version.partition, qos: nil,
            over: version.span
        ).totalMicroSU
        // What is held is held up to what one posting can move.
        return ServiceUnits(exactly: min(cost, Int128(ServiceUnits.lineLimit - 1))) ?? .zero
    }

    private func touched(_ seen: ReservationFacts) -> [ResourceID] {
        facts.card.cost(
            of: seen.counts, cluster: cluster, partition: seen.partition, qos: nil,
            over: Interval(start: seen.start, end: seen.start.advanced(bySeconds: 1))!
        ).touched
    }

    func owner(of seen: ReservationFacts) -> ReservationOwner {
        if seen.isOwnedAsBefore, let before {
            return ReservationOwner(
                allocation: before.allocation, charge: before.charge,
                freeBecause: before.freeBecause)
        }
        return ownerAnew(of: seen)
    }

    private func ownerAnew(of seen: ReservationFacts) -> ReservationOwner {
        facts.registry.owner(of: seen, on: cluster, rule: rule, touching: touched(seen))
    }

    // MARK: Versions

    /// Begins a version and holds its credit, if need be below zero.
    mutating func open(_ seen: ReservationFacts, from start: Instant, until end: Instant) {
        var new = ReservationVersion(
            id: ReservationID(facts.next.take(\.reservation)), cluster: cluster, name: name,
            start: start, end: max(start, end), counts: seen.counts, partition: seen.partition,
            state: .open, observedAt: at)
        new.occurrence = seen.start
        describe(&new, seen)
        new.take(owner(of: seen))
        (version, claim) = (new, nil)
        hold()
        record(.reserved, at: start)
    }

    /// Makes the open version what `seen` says it is, and its hold with it.
    mutating func change(_ seen: ReservationFacts, from start: Instant, until end: Instant) {
        guard let before = version, var changed = version else { return }
        (changed.start, changed.end) = (start, max(start, end))
        changed.occurrence = seen.start
        (changed.counts, changed.partition) = (seen.counts, seen.partition)
        changed.state = .open
        describe(&changed, seen)
        changed.take(owner(of: seen))
        guard changed != before else { return }
        changed.observedAt = at
        version = changed
        hold()
        record(.reserved, at: now)
    }

    /// Fixes the open version's end; its charge follows (`settle`), and its hold goes then.
    mutating func end(at instant: Instant, _ more: [Change] = []) {
        guard var ended = version else { return }
        ended.end = min(max(instant, ended.start), max(ended.end, ended.start))
        ended.state = .ended
        ended.observedAt = at
        version = ended
        if let held = claim { setHold(to: min(held.pins.total, wholePrice(ended))) }
        record(.reserved, at: ended.end, more)
        // What never was in force bounds nothing.
        if !ended.span.isEmpty { lastEnded = ended }
        (version, claim) = (nil, nil)
    }

    // MARK: The hold

    /// Gives the version the claim that its owner and charge call for.
    mutating func hold() {
        guard var version else { return }
        if let old = claim, old.allocation != version.allocation || !version.isCharged {
            close(old)
            (claim, version.claim) = (nil, nil)
        }
        if version.isCharged, let allocation = version.allocation, pools[allocation] != nil {
            var held = claim ?? newClaim(version, allocation)
            held.footprint = version.counts
            held.timeLimitSeconds = version.span.seconds
            (held.partition, held.reference.number) = (version.partition, nil)
            held.amountPerTask = wholePrice(version)
            held.outstandingTasks = 1
            if held.state != .closed { held.state = .bound }
            version.claim = held.id
            claim = held
            self.version = version
            setHold(to: held.amountPerTask - taken(of: held.amountPerTask))
        }
        self.version = version
    }

    /// What jobs inside an idle-charged reservation hold and were charged is not held twice.
    private func taken(of whole: ServiceUnits) -> ServiceUnits {
        min(facts.reservation?.taken(inside: version) ?? .zero, whole)
    }

    mutating func setHold(to amount: ServiceUnits) {
        guard var held = claim, let version, amount != held.pins.total else { return }
        held.pins =
            pools[held.allocation]?.repin(
                held.pins, to: amount, at: max(now, version.start), for: held.dimensions) ?? .none
        claim = held
    }

    /// Gives back what a claim holds, in an entry of its own.
    private mutating func close(_ old: Claim) {
        var old = old
        pools[old.allocation]?.release(old.pins, for: old.dimensions)
        (old.pins, old.outstandingTasks, old.state) = (.none, 0, .closed)
        let kept = (version, claim)
        (version, claim) = (nil, old)
        record(.released, at: now)
        (version, claim) = kept
    }

    private mutating func newClaim(
        _ version: ReservationVersion, _ allocation: Int64
    ) -> Claim {
        var claim = Claim(
            id: ClaimID(facts.next.take(\.claim)),
            reference: ClaimReference(
                provider: ClaimReference.reservationProvider, cluster: cluster, number: nil),
            token: nil, allocation: allocation, user: user(of: version),
            account: version.accounts.first ?? "", partition: version.partition, qos: nil,
            footprint: version.counts, timeLimitSeconds: version.span.seconds, state: .bound,
            createdAt: now)
        claim.reservation = name
        claim.remark = "reservation \(name)"
        return claim
    }
}

extension ReservationKeeper {
    private func describe(_ version: inout ReservationVersion, _ seen: ReservationFacts) {
        (version.nodes, version.flags) = (seen.nodes, seen.flags.sorted())
        if seen.isOwnedAsBefore, let before {
            (version.accounts, version.users) = (before.accounts, before.users)
        } else {
            version.accounts = seen.accounts
            version.users = seen.users.map { facts.user($0).number }
        }
    }

    /// The one user it is for; else nobody's own.
    private func user(of version: ReservationVersion) -> Int64 {
        version.users.count == 1
            ? version.users[0] : facts.user(reservationUserName).number
    }
}

extension ReservationVersion {
    mutating func take(_ owner: ReservationOwner) {
        (allocation, charge) = (owner.allocation, owner.charge)
        freeBecause = owner.freeBecause
    }

    /// As facts again: for a change of who pays.
    func facts(charge: ReservationCharge, lineages: [[String]]) -> ReservationFacts {
        var facts = ReservationFacts(
            start: occurrence, end: end, counts: counts, partition: partition, charge: charge)
        (facts.nodes, facts.flags, facts.accounts) = (nodes, flags, accounts)
        facts.lineages = lineages
        return facts
    }
}
