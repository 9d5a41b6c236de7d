/// What planted bugs do to decisions; nothing of it is in a build without them.

#if ATOLL_PLANTED_BUGS
    import Ledger
    import Registry
    import Units

    extension PlantedBug {
        /// Spoils what a decision is made from.
        static func spoil(_ command: inout Command, _ facts: inout Facts) {
            switch (active, command) {
            case (.capIgnoresHolds, .admit): facts.use.held = .zero
            case (.olderObservationWins, .observe): facts.claim?.observedAt = nil
            case (.boundHoldVoided, .void):
                guard let claim = facts.claim?.id else { return }
                command = .release(claim: claim, because: "voided")
            case (.arrayHeldOnce, .admit(var admission)):
                admission.tasks = min(admission.tasks, 1)
                command = .admit(admission)
            case (.unopenedLotHeld, .admit(var admission)):
                guard let pool = facts.pool else { return }
                let opening = pool.lots.values.filter { $0.state == .pending }
                    .map(\.window.start).min()
                admission.begin = admission.begin ?? opening
                command = .admit(admission)
            case (.raiseKeptWhenShown, .observe): facts.raises = []
            case (.strangerRaises, .modify(var asked)):
                asked.callerMayAll = true
                command = .modify(asked)
            case (.startBeyondCredit, .start(.ask(let asked))):
                let admitted = StartRequest(
                    of: asked.observation, run: asked.run, from: asked.source, admitsShort: true)
                command = .start(.ask(admitted))
            case (.reviewTakesShare, .start(.review(let request, _))):
                command = .start(.ask(request))
            case (.importRecallsNothing, .importRuns):
                facts.pools = facts.pools.mapValues { pool in
                    Pool(
                        allocation: pool.allocation, overdraftLimit: pool.overdraftLimit,
                        lots: pool.lots.values.filter { $0.state != .ended })
                }
            case (.importLeavesUnplaced, .importRuns):
                for key in facts.importing?.known.keys ?? [:].keys {
                    facts.importing?.known[key]?.unplaced = nil
                }
            case (_, .observe(var observation)):
                spoil(&observation, &facts)
                command = .observe(observation)
            default: break
            }
        }

        private static func spoil(_ observation: inout JobObservation, _ facts: inout Facts) {
            switch active {
            case .lostRequeue:
                if observation.runs.contains(where: { $0.state == "REQUEUED" }) {
                    observation.pending = nil
                }
            case .suspensionCharged:
                for index in observation.runs.indices {
                    observation.runs[index].suspendedSeconds = 0
                }
            case .startNotRepriced:
                guard let claim = facts.claim else { return }
                for index in observation.runs.indices
                where facts.runs[observation.runs[index].key] == nil
                    && observation.runs[index].end == nil
                {
                    observation.runs[index].counts = claim.footprint
                }
            case .endedRunChargedAgain:
                for (key, run) in facts.runs where run.charged > .zero {
                    facts.runs[key]?.state = .running
                    facts.runningCount += run.claim == nil ? 0 : 1
                }
            default: break
            }
        }

        /// Spoils what was decided.
        static func spoiled(_ decision: Decision, _ facts: Facts) -> Decision {
            let first = decision.entries.first?.kind
            let isNoted =
                active == .feedWithoutEffect && first == .fed
                || active == .approvalWithoutEffect && first == .approved
            return Decision(
                entries: decision.entries.prefix(isNoted ? 1 : .max).map { spoiled($0, facts) },
                outcome: decision.outcome,
                people: decision.people, forgotten: decision.forgotten, notices: decision.notices,
                passedRaises: decision.passedRaises)
        }

        private static func spoiled(_ entry: EntryDraft, _ facts: Facts) -> EntryDraft {
            var postings = entry.postings
            if active == .doubleRelease, entry.kind == .released {
                postings += postings.filter { posting in
                    guard case .lot(let lot, .held) = posting.from else { return false }
                    let held = facts.pool?.lots[lot]?.balances.held ?? .zero
                    return held >= posting.amount + posting.amount
                }
            }
            if active == .shareKeptAtEnd, entry.kind == .ended {
                postings.removeAll { posting in
                    guard case .lot(_, .held) = posting.from,
                        case .lot(_, .available) = posting.to
                    else { return false }
                    return true
                }
            }
            if active == .transferLeak, entry.kind == .transferred {
                postings.removeAll { posting in
                    guard case .lot(_, .withdrawn) = posting.to else { return false }
                    return true
                }
            }
            let deletes = entry.changes.contains {
                guard case .registry(.allocation(let it)) = $0 else { return false }
                return it.status == .deleted
            }
            if active == .reissueLeak && entry.kind == .refunded
                || active == .deletedKeepsCredit && deletes
            {
                postings.removeAll { posting in
                    guard case .lot(_, .withdrawn) = posting.to else { return false }
                    return true
                }
            }
            let forgets = active == .refundLeak && entry.kind == .refunded
            return EntryDraft(
                kind: entry.kind, effectiveAt: entry.effectiveAt,
                changes: forgets ? [] : entry.changes, postings: postings)
        }

        /// Lets what is held in a lot that ends expire with it.
        static func expiringPins(of entries: [EntryDraft]) -> [EntryDraft] {
            guard active == .pinnedCreditExpires else { return entries }
            return entries.map { entry in
                let ended = entry.changes.compactMap { change -> Lot? in
                    guard case .lot(let lot) = change, lot.state == .ended,
                        lot.balances.held > .zero
                    else { return nil }
                    return lot
                }
                return EntryDraft(
                    kind: entry.kind, effectiveAt: entry.effectiveAt, changes: entry.changes,
                    postings: entry.postings
                        + ended.map {
                            Posting(
                                from: .lot($0.id, .held), to: .lot($0.id, .expired),
                                amount: $0.balances.held,
                                dimensions: Dimensions(allocation: $0.allocation))
                        })
            }
        }
    }
#endif
