/// What is known of a person behind a user's number: never in the journal, so that it can be erased
/// (docs/decisions/0003).

package struct Person: Hashable, Sendable {
    package let id: UserID
    /// As the kernel and Slurm know the user.
    package var name: String
    package var fullName: String?
    package var mail: String?
    package var organisation: OrganisationID?

    package init(id: UserID, name: String) { (self.id, self.name) = (id, name) }
}

extension Person {
    package func changes(from before: Person?, _ registry: Registry) -> [FieldChange] {
        let (old, new) = (before?.fields(registry) ?? [:], fields(registry))
        return ["full_name", "mail", "organisation"].filter { old[$0] != new[$0] }.map {
            FieldChange($0, old[$0].map { .text($0) }, new[$0].map { .text($0) })
        }
    }

    private func fields(_ registry: Registry) -> [String: String] {
        let name = organisation.flatMap { registry.organisations[$0]?.name }
        return ["full_name": fullName, "mail": mail, "organisation": name].compactMapValues { $0 }
    }
}
