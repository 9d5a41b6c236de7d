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
    for user in site.users { try applier.apply(user) }
    for resource in site.resources { try applier.apply(resource) }
    try applier.applyFactors(site.factors)
    try applier.refuseContradiction()
    for project in site.projects { try applier.apply(project) }
    return applier.decision
}

/// Puts standing things in place, keeping a registry of its own in step with the entries it makes.
///
/// `apply` resolves what a site declares, `edit` what a command names; the rules are those of `put`.
struct Applier {
    var facts: Facts
    var registry: Registry
    let backdate: Bool
    let now: Instant
    var entries: [EntryDraft] = []
    var applied: [AppliedChange] = []
    var people: [Person] = []

    init(_ facts: Facts, backdate: Bool, at now: Instant) {
        self.facts = facts
        registry = facts.registry
        self.backdate = backdate
        self.now = now
    }

    var decision: Decision {
        Decision(entries: entries, outcome: .applied(applied), people: people)
    }

    /// Records `change` of the thing that was `before`; nothing where both are the same.
    ///
    /// - Parameter added: what is told of a new thing; of an old one each field that differs is.
    /// - Parameter note: what is told beyond that.
    mutating func put(
        _ change: RegistryChange, before: RegistryChange?, _ what: String, _ name: String,
        added: String, note: String = "", postings: [Posting] = []
    ) {
        guard change != before else { return }
        let naming = Naming(registry, users: facts.userNames)
        let detail = before.map {
            change.changes(from: $0, naming).map(\.description).joined(separator: ", ")
        }
        record(
            change,
            as: .init(before == nil ? .add : .change, what, name, (detail ?? added) + note),
            postings: postings)
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

    // MARK: Clusters, organisations and users

    mutating func apply(_ declared: SiteCluster) {
        put(Cluster(name: declared.name, title: declared.title, combine: declared.combine))
    }

    mutating func put(_ cluster: Cluster) {
        put(
            .cluster(cluster), before: registry.clusters[cluster.name].map { .cluster($0) },
            "cluster", cluster.name, added: "combine \(cluster.combine.rawValue)")
    }

    mutating func apply(_ declared: SiteOrganisation) {
        let id = registry.organisation(named: declared.name)?.id
        put(
            Organisation(
                id: id ?? OrganisationID(facts.next.take(\.organisation)), name: declared.name,
                originatedID: declared.originatedID))
    }

    mutating func put(_ organisation: Organisation) {
        put(
            .organisation(organisation),
            before: registry.organisations[organisation.id].map { .organisation($0) },
            "organisation", organisation.name, added: organisation.originatedID ?? "")
    }

    mutating func apply(_ declared: SiteUser) throws(Refusal) {
        var person = Person(id: facts.user(declared.name), name: declared.name)
        (person.fullName, person.mail) = (declared.fullName, declared.mail)
        person.organisation = try organisation(declared.organisation, of: "user \(declared.name)")
        put(person)
    }

    /// A person's data stand in no entry, and not in the answer that is kept with the command.
    mutating func put(_ person: Person) {
        let before = facts.people[person.name]
        guard person != before else { return }
        people.append(person)
        applied.append(
            .init(
                before == nil ? .add : .change, "user", person.name,
                person.fieldsChanged(from: before).joined(separator: ", ")))
    }

    /// The organisation of a name, for what names it.
    func organisation(_ name: String?, of what: String) throws(Refusal) -> OrganisationID? {
        guard let name else { return nil }
        guard let found = registry.organisation(named: name) else {
            throw .notFound("\(what): there is no organisation \(name).")
        }
        return found.id
    }
}
