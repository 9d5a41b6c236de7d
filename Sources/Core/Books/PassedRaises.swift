/// What may come of raises that were let pass unheld, for whoever asked had no such say as far as it was
/// known: together they may need no more than there is, until a poll has shown what Slurm made of them.
///
/// In memory alone, since anybody may ask; it counts against such raises and nothing else.

import Ledger
import Units

/// A raise that fitted, and was let pass.
package struct PassedRaise: Hashable, Sendable {
    /// Asked again it is the same: Slurm asks once a record of an array.
    package struct Key: Hashable, Sendable {
        package let claim: Int64
        /// nil: of the whole job.
        package let tasks: String?
    }

    package let key: Key
    package let cluster: String
    package let allocation: Int64
    package let user: Int64
    package let amount: ServiceUnits
    /// How many polls had begun when it was asked for: none of them need show it.
    let pollsBegun: Int64
}

package struct PassedRaises: Sendable {
    private static let limit = 1_000
    private var raises: [PassedRaise.Key: PassedRaise] = [:]

    package init() {}

    /// By what a change says of the polls of its cluster.
    package mutating func forgetShown(to asked: Modification) {
        raises = raises.filter {
            $0.value.cluster != asked.cluster || $0.value.pollsBegun >= asked.pollsShown
        }
    }

    /// Of two of the same, Slurm may have done the dearer one.
    package mutating func note(_ raise: PassedRaise) {
        guard raises[raise.key].map({ $0.amount > raise.amount }) != true else { return }
        raises[raise.key] = raise
    }

    func others(than keys: Set<PassedRaise.Key>) -> [PassedRaise] {
        raises.values.filter { !keys.contains($0.key) }
    }

    func hasRoom(for keys: Set<PassedRaise.Key>) -> Bool {
        raises.count + keys.count <= Self.limit || keys.allSatisfy { raises[$0] != nil }
    }
}
