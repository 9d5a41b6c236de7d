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
    /// The names of the fields that are different now.
    package func fieldsChanged(from before: Person?) -> [String] {
        let differs = [
            ("full_name", fullName != before?.fullName), ("mail", mail != before?.mail),
            ("organisation", organisation != before?.organisation),
        ]
        return differs.filter(\.1).map(\.0)
    }
}
