/// Whom Slurm lets use the accounts of a project, in one cluster.

extension Associations {
    /// Whether the user has an association with one of `accounts`, or with one beneath them.
    package func includes(user: String, beneath accounts: Set<String>) -> Bool {
        self.accounts(of: user).contains { !accounts.isDisjoint(with: lineage(of: $0)) }
    }

    /// All that have one, by name.
    package func users(beneath accounts: Set<String>) -> [String] {
        users.filter { includes(user: $0, beneath: accounts) }
    }
}
