/// Who asks, and what they are to a project: what they may see and do follows from it.

/// Somebody as the kernel and Slurm know them; never what a message says of itself.
package struct Asker: Hashable, Sendable {
    /// The user's name, or `uid:N` where the uid has none.
    package var userName: String
    /// Root, or named in the settings' `[access] operators`.
    package var isOperator: Bool
    /// The Slurm accounts the user is associated with, each with its ancestors, nearest first.
    package var accountLineages: [[String]]

    package init(userName: String, isOperator: Bool, accountLineages: [[String]] = []) {
        (self.userName, self.isOperator) = (userName, isOperator)
        self.accountLineages = accountLineages
    }
}

/// What somebody is to a project, the least first: each may do what those before may.
package enum Role: Int, Hashable, Sendable, Comparable, CaseIterable {
    case stranger
    /// By a membership of an allocation, or by a Slurm association with one of its accounts.
    case member
    case principalInvestigator
    case `operator`

    package static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
}

extension Registry {
    /// - Parameter user: the asker's number; nil where the books don't know the name.
    package func role(of asker: Asker, user: UserID?, in project: Project) -> Role {
        if asker.isOperator { return .operator }
        if let user {
            if project.pi == user { return .principalInvestigator }
            let isListed = allocations(of: project.id).contains {
                memberships[.init($0.id, user)] != nil
            }
            if isListed { return .member }
        }
        // As at admission: an account without a project belongs to its nearest ancestor's.
        let isAssociated = asker.accountLineages.contains {
            self.project(ofAccountLineage: $0)?.id == project.id
        }
        return isAssociated ? .member : .stranger
    }
}
