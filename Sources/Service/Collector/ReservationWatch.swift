/// Reservations as a poll shows them: what is new, changed or gone is told to the Bank, and what jobs
/// inside did afterwards makes charges and holds what they should be.

import Bank
import Books
import Estimate
import Ledger
import Logging
import Records
import Units

/// What a watch remembers of reservations from poll to poll.
struct ReservationMemory {
    /// As recorded last, and when each was last shown.
    var told: [String: ReservationFacts] = [:]
    var shownAt: [String: Instant] = [:]
    /// Polls in which slurmdbd did not know yet of what had become of one.
    var waited: [String: Int] = [:]
    /// Planned ones that slurmctld does not show: since when.
    var awaited: [String: Instant] = [:]
    /// What slurmctld has forgotten of late; and the runs that may have been inside.
    var forgotten: [String: Forgotten] = [:]
    var doubtful: [RunKey: Doubt] = [:]
    /// The last entry that was looked at for what is to be settled.
    var settledUpTo: Int64 = 0
    var unseen = UnseenReservations()

    /// After so many polls slurmctld's own list has to do.
    static let patience = 3
}

extension ClusterWatch {
    /// Reads slurmctld's reservations; nil where they can't be read now.
    func readReservations(_ memory: inout WatchMemory) -> [ReservationRecord]? {
        do {
            let reading = try timed(&memory, .reservations) {
                try gauge.read(PlainDecoder<ReservationRecord>.self, ["reservations"])
            }
            report(reading, &memory)
            return reading.records
        } catch {
            if memory.isNews("reservations: \(error)") {
                logger.warning("reservations were not read", metadata: ["error": "\(error)"])
            }
            return nil
        }
    }

    /// Tells the Bank what is news; before the jobs of the same poll, which may be free inside.
    func observe(
        _ records: [ReservationRecord], at begunAt: Instant, _ memory: inout WatchMemory
    ) throws {
        let reader = ReservationTranslator(
            view: view, charge: rules.reservationCharge(on: settings.cluster))
        let shown = Dictionary(
            records.map { ($0.name, reader.facts($0)) }, uniquingKeysWith: { first, _ in first })
        let open = try books.openReservations(on: settings.cluster)
        memory.reservations.forget(
            open.filter { $0.state == .open && shown[$0.name]?.start != $0.occurrence })
        var news: [ReservationObservation] = []
        for (name, facts) in shown where memory.reservations.told[name] != facts {
            news.append(observation(name, facts, at: begunAt, memory))
        }
        for version in open where shown[version.name] == nil && version.state == .open {
            news.append(observation(version.name, nil, at: begunAt, memory))
        }
        let known = Dictionary(open.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        // One that nobody pays for may have an owner by now.
        let unowned = Set(open.filter { $0.state == .open && $0.allocation == nil }.map(\.name))
        let retold = shown.filter {
            unowned.contains($0.key) && memory.reservations.told[$0.key] == $0.value
        }.map { observation($0.key, $0.value, at: begunAt, memory) }
        let unseen = try unseenReservations(
            besides: Set(known.keys), shown: shown, reader, at: begunAt, &memory)
        let byName = { (a: ReservationObservation, b: ReservationObservation) in a.name < b.name }
        let ready =
            unseen.sorted(by: byName)
            + (askHistory(news, known, reader, &memory) + retold).sorted(by: byName)
        let failed = perform(ready.map { .reservation(.observe($0)) })
        let again = Set(failed.filter { $0.1.mayPass }.map { ready[$0.0].name })
        for it in ready where !again.contains(it.name) {
            memory.reservations.told[it.name] = it.shown
            memory.reservations.waited[it.name] = nil
        }
        for name in shown.keys { memory.reservations.shownAt[name] = begunAt }
        let isKept = { (name: String) in shown[name] != nil || known[name] != nil }
        memory.reservations.shownAt = memory.reservations.shownAt.filter { isKept($0.key) }
        memory.reservations.told = memory.reservations.told.filter { isKept($0.key) }
        dropUnseen(open.filter { $0.state == .planned && shown[$0.name] == nil }, begunAt, &memory)
    }

    func observation(
        _ name: String, _ facts: ReservationFacts?, at begunAt: Instant, _ memory: WatchMemory
    ) -> ReservationObservation {
        var seen = ReservationObservation(
            cluster: settings.cluster, name: name, shown: facts, at: begunAt)
        // After a start nobody knows until when it was shown; the books were written to until then.
        seen.lastShownAt = memory.reservations.shownAt[name] ?? memory.lastShownAt ?? recordedBefore
        seen.bornAt = rules.observing.watchedFrom(settings.cluster)
        return seen
    }

    /// slurmdbd knows to the second what slurmctld only shows by now. What it does not know of yet is
    /// asked again at the next polls.
    private func askHistory(
        _ news: [ReservationObservation], _ known: [String: ReservationVersion],
        _ reader: ReservationTranslator, _ memory: inout WatchMemory
    ) -> [ReservationObservation] {
        let begun = news.filter { ($0.begin(known[$0.name]) ?? $0.at) < $0.at }
        let first = begun.compactMap { $0.begin(known[$0.name]) }.min()
        guard memory.hasAccounting, let first, let at = begun.first?.at else { return news }
        var spans: [String: [ReservationRecord]] = [:]
        do {
            let reading = try gauge.read(
                PlainDecoder<ReservationRecord>.self,
                [
                    "reservation-history", "--start", String(first.epochSeconds), "--end",
                    String(at.advanced(bySeconds: 1).epochSeconds),
                ])
            report(reading, &memory)
            spans = Dictionary(grouping: reading.records, by: \.name)
        } catch {
            logger.debug("slurmdbd does not tell of reservations", metadata: ["error": "\(error)"])
            // When something changed or ended it alone knows to the second; until it is back what is
            // held stays held.
            return news.filter { !$0.needsTimes(known[$0.name]) }
        }
        let asked = Set(begun.map(\.name))
        return news.compactMap { it in
            guard asked.contains(it.name) else { return it }
            let version = known[it.name]
            // Before it is known only what is shown is its own; a name may have been another's.
            let since = it.begin(version) ?? it.at
            var told = it
            told.recorded = (spans[it.name] ?? []).map { span in
                // slurmdbd has no names of accounts and users: what is known owns its own time.
                let isKnown = version.map { span.start <= $0.start } ?? false
                let owner =
                    isKnown || it.shown == nil ? memory.reservations.told[it.name] : it.shown
                var facts = reader.facts(span, in: owner?.partition ?? version?.partition)
                reader.copyOwner(of: owner, or: version, to: &facts)
                return facts
            }.filter { $0.end > since }
            if told.isToldInFull { return told }
            told.recorded = []
            // What is new can wait for nobody: its credit may be taken by others.
            guard version?.state == .open else { return told }
            let waited = memory.reservations.waited[it.name, default: 0] + 1
            memory.reservations.waited[it.name] = waited
            return waited > ReservationMemory.patience ? told : nil
        }
    }

    /// What was held for reservations that Slurm never showed goes back.
    private func dropUnseen(
        _ planned: [ReservationVersion], _ at: Instant, _ memory: inout WatchMemory
    ) {
        var awaited: [String: Instant] = [:]
        for version in planned {
            awaited[version.name] = memory.reservations.awaited[version.name] ?? at
        }
        memory.reservations.awaited = awaited
        let late = awaited.filter {
            at.seconds(since: $0.value) >= Int64(rules.unclaimedAfterSeconds)
        }
        perform(
            late.keys.sorted().map {
                .reservation(
                    .drop(cluster: settings.cluster, name: $0, because: "Slurm never showed it"))
            })
    }

    /// After the jobs: charges of what has ended, corrections, and holds less what jobs inside took.
    func settleReservations(_ memory: inout WatchMemory) throws {
        let (ids, upTo) = try books.reservationsToSettle(
            on: settings.cluster, after: memory.reservations.settledUpTo)
        let failed = perform(ids.map { .reservation(.settle($0)) })
        guard !failed.contains(where: { $0.1.mayPass }) else { return }
        memory.reservations.settledUpTo = upTo
    }
}

extension ReservationObservation {
    /// When what is to be told of began, or will.
    fileprivate func begin(_ known: ReservationVersion?) -> Instant? {
        known?.start ?? shown.map { max($0.start, bornAt) }
    }

    /// Whether what is known has changed or ended at a time that matters, and is not told here.
    fileprivate func needsTimes(_ known: ReservationVersion?) -> Bool {
        guard let known, known.state == .open, known.start < at else { return false }
        guard let shown else { return true }
        return shown.counts != known.counts || shown.partition != known.partition
            || shown.start != known.occurrence
    }

    /// Whether slurmdbd's last span says the same as slurmctld: the end of what is gone or over, or
    /// what is shown.
    fileprivate var isToldInFull: Bool {
        guard let last = recorded.max(by: { $0.start < $1.start }) else { return false }
        guard let shown, shown.start <= at else { return last.end <= at }
        return last.end == shown.end && last.counts == shown.counts
    }
}

/// From a record to what the books are told.
struct ReservationTranslator {
    let view: ClusterView
    let charge: ReservationCharge

    /// - Parameter known: its partition, where the record does not tell.
    func facts(_ record: ReservationRecord, in known: String? = nil) -> ReservationFacts {
        let nodes = record.nodes ?? ""
        let partition = view.pricingPartition(of: record.partition ?? known, nodes: nodes)
        var facts = ReservationFacts(
            start: record.start, end: max(record.end ?? record.start, record.start),
            counts: view.reservedCounts(
                nodes: nodes, tres: record.tres, licences: record.licenses, partition: partition),
            partition: partition, charge: charge)
        (facts.nodes, facts.flags) = (nodes, record.flags.sorted())
        // A leading - excludes: that owns nothing.
        facts.accounts = record.accounts.filter { !$0.hasPrefix("-") }
        facts.users = record.users.filter { !$0.hasPrefix("-") }
        findLineages(of: &facts)
        return facts
    }

    /// Its accounts, else its users' default accounts.
    private func findLineages(of facts: inout ReservationFacts) {
        let associations = view.associations
        let owners =
            facts.accounts.isEmpty
            ? facts.users.compactMap { associations.defaultAccounts[$0] } : facts.accounts
        facts.lineages = owners.map { associations.lineage(of: $0) }
    }

    /// By the numbers of its associations, as slurmdbd has it; who has left Slurm since owns nothing.
    ///
    /// For a reservation of a user slurmctld names all of the user's associations: then the default
    /// account pays, as for one that was seen.
    func takeOwner(of record: ReservationRecord, in facts: inout ReservationFacts) {
        // A leading - excludes, and is no number of one.
        let owners = record.associationIDs.compactMap { Int64($0) }
            .compactMap { view.associations.numbered[$0] }
        func add(_ account: String) {
            if !facts.accounts.contains(account) { facts.accounts.append(account) }
        }
        for owner in owners where owner.user == nil { add(owner.account) }
        for user in Set(owners.compactMap(\.user)).sorted() {
            facts.users.append(user)
            let named = Set(owners.filter { $0.user == user }.map(\.account))
            guard named != Set(view.associations.accounts(of: user)) else { continue }
            named.sorted().forEach(add)
        }
        findLineages(of: &facts)
    }

    func copyOwner(
        of seen: ReservationFacts?, or version: ReservationVersion?,
        to facts: inout ReservationFacts
    ) {
        if let seen {
            (facts.accounts, facts.users) = (seen.accounts, seen.users)
            (facts.flags, facts.partition) = (seen.flags, seen.partition)
        } else if let version {
            facts.isOwnedAsBefore = true
            (facts.flags, facts.partition) = (version.flags, version.partition)
        }
        // Nor does it have their licences.
        for (name, count) in (seen?.counts ?? version?.counts ?? TRESCounts()).sorted
        where name.description.hasPrefix("license/") && facts.counts[name] == 0 {
            facts.counts[name] = count
        }
        findLineages(of: &facts)
    }
}
