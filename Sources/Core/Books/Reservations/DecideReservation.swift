/// What is shown of a reservation becomes versions: extended, shrunk, moved, skipped, deleted early,
/// each counts for its own time. Nothing is refused here: it has happened already.

import Ledger
import Registry
import Units

func decideReservation(
    _ command: ReservationCommand, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    switch command {
    case .observe(let observation):
        var keeper = ReservationKeeper(
            cluster: observation.cluster, name: observation.name, facts, seenAt: observation.at,
            at: now)
        keeper.take(observation)
        return Decision(entries: keeper.entries, outcome: .nothing)
    case .settle: return decideSettlement(facts, at: now)
    case .assign(let assignment): return try decideAssignment(assignment, facts, at: now)
    case .plan(let plan): return try decidePlan(plan, facts, at: now)
    case .drop(_, _, let reason): return decideDrop(because: reason, facts, at: now)
    }
}

extension ReservationKeeper {
    mutating func take(_ seen: ReservationObservation) {
        // A plan was not observed: a poll that began before it was recorded may show it already.
        let observed = version.flatMap { $0.state == .planned ? nil : $0.observedAt }
        let before = [observed, goneSince].compactMap { $0 }.max()
        guard before.map({ $0 <= seen.at }) ?? true else { return }
        takeRecorded(seen)
        guard let shown = seen.shown else {
            // One that is being made may not be there yet: the watch says when it won't be.
            if let gone = version, gone.state == .open { vanish(gone, seen) }
            return
        }
        guard let known = version else {
            let start = firstSecond(shown, seen)
            guard start < shown.end else { return }
            return open(shown, from: start, until: shown.end)
        }
        meet(shown, known, seen)
    }

    /// No two versions of a name overlap, and what was before the ledger is not its own.
    private func firstSecond(
        _ facts: ReservationFacts, _ seen: ReservationObservation
    ) -> Instant {
        max(facts.start, seen.bornAt, lastEnded?.end ?? facts.start)
    }

    /// What is shown beside what is known.
    private mutating func meet(
        _ shown: ReservationFacts, _ known: ReservationVersion, _ seen: ReservationObservation
    ) {
        // Not begun when it was last seen: whatever it was to be, it is something else now.
        let lastShownAt = seen.lastShownAt ?? known.observedAt
        let hadBegun = known.state == .open && known.start <= lastShownAt
        if known.state == .planned || !hadBegun && known.start > at {
            return change(shown, from: firstSecond(shown, seen), until: shown.end)
        }
        guard shown.start == known.occurrence else {
            // The next occurrence of a repeated one; or this one was skipped or moved.
            end(at: known.end <= at ? known.end : hadBegun ? lastShownAt : known.start)
            return open(shown, from: firstSecond(shown, seen), until: shown.end)
        }
        if known.costsAlike(shown, owner(of: shown)) || known.start >= at {
            return change(shown, from: known.start, until: shown.end)
        }
        // Since when is not known but to the poll: what was shown before counts until now.
        let since = min(max(at, known.start), shown.end)
        end(at: since)
        open(shown, from: since, until: shown.end)
    }

    /// It ended at its end, or was deleted after it was last shown. Whoever was to pay for those of
    /// its name is to pay for no other.
    private mutating func vanish(_ gone: ReservationVersion, _ seen: ReservationObservation) {
        let last = gone.end <= at ? gone.end : seen.lastShownAt ?? gone.observedAt
        let left = rule?.ofWhatIsOver
        end(at: last, left == rule ? [] : [left].compactMap(\.self).map { .reservationRule($0) })
    }

    /// slurmdbd's spans have exact times.
    private mutating func takeRecorded(_ seen: ReservationObservation) {
        // One that is being made has no record yet but another's.
        if version?.state == .planned { return }
        for var span in seen.recorded.sorted(by: { $0.start < $1.start })
        where span.end > seen.bornAt {
            let start = firstSecond(span, seen)
            let isShown = seen.shown.map { $0.start <= span.start } ?? false
            span.start = (isShown ? seen.shown?.start : version?.occurrence) ?? span.start
            guard let known = version, known.state == .open else {
                // One that is to come is taken as slurmctld shows it.
                guard start < at, start < span.end else { continue }
                // What a person has settled of one that is over stays so.
                if seen.shown == nil, rule?.settles(oneEndedAt: span.end) == true { continue }
                open(span, from: start, until: span.end)
                continue
            }
            guard span.end > known.start else { continue }
            let goesOn = span.start == known.occurrence && start <= known.end
            if start <= known.start || goesOn && known.costsAlike(span, owner(of: span)) {
                // The same version, ended or extended; what came before it is settled.
                change(span, from: known.start, until: span.end)
            } else {
                end(at: start)
                open(span, from: start, until: span.end)
            }
        }
    }
}

extension ReservationVersion {
    /// Whether nothing differs that a price depends on.
    fileprivate func costsAlike(_ seen: ReservationFacts, _ owner: ReservationOwner) -> Bool {
        counts == seen.counts && partition == seen.partition
            && allocation == owner.allocation && charge == owner.charge
    }
}
