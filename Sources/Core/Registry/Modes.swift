/// How far Atoll goes: whether it refuses, says what it would refuse, or only watches; on a cluster, or
/// for an account.

package enum Mode: String, Hashable, Sendable, CaseIterable {
    /// What may not be is refused, and held back at its start.
    case enforce
    /// Nothing is refused or held back; the user is told what would have been.
    case warn
    /// The same without a word.
    case observe

    package var refuses: Bool { self == .enforce }
}

/// What a mode is set for. An account's is for all beneath it in Slurm's tree, too.
package struct ModeScope: Hashable, Sendable {
    /// nil: every cluster.
    package let cluster: String?
    /// nil: the whole cluster.
    package let account: String?

    /// - Precondition: one of them is named.
    package init(cluster: String?, account: String?) {
        precondition(cluster != nil || account != nil, "a mode is set for something")
        (self.cluster, self.account) = (cluster, account)
    }
}

extension ModeScope: CustomStringConvertible {
    /// `cluster reef`, `account astro`, `account astro on reef`
    package var description: String {
        guard let account else { return "cluster \(cluster ?? "")" }
        return "account \(account)" + (cluster.map { " on \($0)" } ?? "")
    }
}

/// One setting as it is from an entry on.
package struct ModeRule: Hashable, Sendable {
    package let scope: ModeScope
    /// nil: taken back; what is above it counts.
    package let mode: Mode?

    package init(scope: ModeScope, mode: Mode?) { (self.scope, self.mode) = (scope, mode) }
}

/// All settings, and which of them counts.
package struct ModeBook: Sendable {
    /// Those in force.
    package private(set) var rules: [ModeScope: Mode] = [:]
    /// The journal entry that last changed one.
    package private(set) var version: Int64 = 0

    package init() {}

    mutating func take(_ rule: ModeRule, entry: Int64) {
        rules[rule.scope] = rule.mode
        version = max(version, entry)
    }

    /// The nearest account of `lineage` that has a mode goes first, its own on this cluster before the
    /// one on all of them; then the cluster's; else it is enforced.
    ///
    /// - Parameter lineage: the account and its ancestors, nearest first; none: the cluster's own.
    package func mode(on cluster: String, lineage: [String] = []) -> Mode {
        ruling(on: cluster, lineage: lineage)?.mode ?? .enforce
    }

    /// The setting that counts; nil: there is none.
    package func ruling(
        on cluster: String, lineage: [String]
    ) -> (scope: ModeScope, mode: Mode)? {
        guard !rules.isEmpty else { return nil }
        for account in lineage {
            for scope in [
                ModeScope(cluster: cluster, account: account),
                ModeScope(cluster: nil, account: account),
            ] {
                if let mode = rules[scope] { return (scope, mode) }
            }
        }
        let scope = ModeScope(cluster: cluster, account: nil)
        return rules[scope].map { (scope, $0) }
    }
}
