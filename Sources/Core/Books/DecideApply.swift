/// A declared site against the standing facts: only what differs becomes entries, all or nothing.

import Ledger
import Rates
import Registry
import Units

func decideApply(
    _ site: Site, backdate: Bool, _ facts: Facts, at now: Instant
) throws(Refusal) -> Decision {
    var applier = Applier(facts, backdate: backdate, at: now)
    for cluster in site.clusters { applier.apply(cluster) }
    for organisation in site.organisations { applier.apply(organisation) }
    for resource in site.resources { try applier.apply(resource) }
    try applier.applyFactors(site.factors)
    do { _ = try applier.registry.rateBook.card() } catch {
        throw .invalid("the rates contradict one another: \(error).")
    }
    for project in site.projects { try applier.apply(project) }
    return Decision(entries: applier.entries, outcome: .applied(applier.applied))
}

/// Walks a site, keeping a registry of its own in step with the entries it makes.
struct Applier {
    var facts: Facts
    var registry: Registry
    let backdate: Bool
    let now: Instant
    var entries: [EntryDraft] = []
    var applied: [AppliedChange] = []

    init(_ facts: Facts, backdate: Bool, at now: Instant) {
        self.facts = facts
        registry = facts.registry
        self.backdate = backdate
        self.now = now
    }

    mutating func record(
        _ change: RegistryChange, as applied: AppliedChange, postings: [Posting] = []
    ) {
        registry.fold(change, entry: facts.registry.rateBook.version + 1)
        entries.append(
            EntryDraft(
                kind: .registered, effectiveAt: now, changes: [.registry(change)],
                postings: postings))
        self.applied.append(applied)
    }

    // MARK: Clusters and organisations

    mutating func apply(_ declared: SiteCluster) {
        let cluster = Cluster(
            name: declared.name, title: declared.title, combine: declared.combine)
        let before = registry.clusters[declared.name]
        guard before != cluster else { return }
        record(
            .cluster(cluster),
            as: .init(
                before == nil ? .add : .change, "cluster", declared.name,
                "combine \(declared.combine.rawValue)"))
    }

    mutating func apply(_ declared: SiteOrganisation) {
        let before = registry.organisations.values.first { $0.name == declared.name }
        let id = before?.id ?? OrganisationID(facts.next.take(\.organisation))
        let organisation = Organisation(
            id: id, name: declared.name, originatedID: declared.originatedID)
        guard before != organisation else { return }
        record(
            .organisation(organisation),
            as: .init(
                before == nil ? .add : .change, "organisation", declared.name,
                declared.originatedID ?? ""))
    }
}
