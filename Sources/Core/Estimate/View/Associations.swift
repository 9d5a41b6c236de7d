/// Who may use which account, from slurmdbd's associations of one cluster.

/// Names as sacctmgr(1) lists them; kept fresh by the gauge, so they may be a minute old.
package struct Associations: Hashable, Sendable {
    /// user → the account a job gets that names none.
    package var defaultAccounts: [String: String] = [:]
    private var accounts: [String: Set<String>] = [:]
    /// account → its parent; root has none.
    package var parents: [String: String] = [:]
    private var defaultQOS: [String: [String: String]] = [:]
    /// user → the accounts whose coordinator the user is.
    package var coordinated: [String: Set<String>] = [:]
    /// Whom AdminLevel makes an Operator or Administrator: Slurm lets them change any job.
    package var operators: Set<String> = []

    /// Whom an association's number stands for; slurmdbd names a reservation's owners by it.
    package struct Member: Hashable, Sendable {
        package let account: String
        /// nil: the account's own association.
        package let user: String?

        package init(account: String, user: String?) { (self.account, self.user) = (account, user) }
    }

    package var numbered: [Int64: Member] = [:]

    package init() {}

    /// One association of a user with an account; a second one (another partition) changes nothing.
    package mutating func add(user: String, account: String, defaultQOS qos: String? = nil) {
        accounts[user, default: []].insert(account)
        if let qos { defaultQOS[user, default: [:]][account] = qos }
    }

    /// Nobody is known: slurmdbd was not asked, or has nobody.
    package var isEmpty: Bool { accounts.isEmpty && defaultAccounts.isEmpty }

    /// Whether Slurm lets the user run on the account in some partition.
    package func includes(user: String, account: String) -> Bool {
        accounts[user]?.contains(account) ?? false
    }

    /// All who have an association, by name.
    package var users: [String] { accounts.keys.sorted() }

    /// The accounts of a user, by name.
    package func accounts(of user: String) -> [String] { (accounts[user] ?? []).sorted() }

    /// The accounts that a user coordinates: those named in slurmdbd and all beneath them.
    package func accounts(coordinatedBy user: String) -> Set<String> {
        guard let named = coordinated[user] else { return [] }
        let known = Set(parents.keys).union(named)
        return known.filter { !named.isDisjoint(with: lineage(of: $0)) }
    }

    /// The QOS of a job that names none; nil where the association sets none.
    package func defaultQOS(user: String, account: String) -> String? {
        defaultQOS[user]?[account]
    }

    /// The account itself, then its parents up to the root; ends where a circle would begin.
    package func lineage(of account: String) -> [String] {
        var line = [account]
        while let parent = parents[line[line.count - 1]], !line.contains(parent) {
            line.append(parent)
        }
        return line
    }
}
