internal import CSlurm

/// What slurmdbd says of its users, whatever cluster they run on.
package struct SlurmUsers: Sendable {
    /// Who coordinates an account, by account; those of the accounts above it left out.
    package private(set) var coordinators: [String: [String]] = [:]
    /// Whom AdminLevel makes an Operator or Administrator: Slurm lets them change any job.
    package private(set) var operators: [String] = []

    /// Takes the handle.
    init(taking handle: OpaquePointer) {
        defer { csl_users_free(handle) }
        var one = csl_coordinator()
        while csl_users_next_coordinator(handle, &one) == 1 {
            guard let user = text(one.user), let account = text(one.account) else { continue }
            coordinators[account, default: []].append(user)
        }
        coordinators = coordinators.mapValues { $0.sorted() }
        var name: UnsafePointer<CChar>?
        while csl_users_next_operator(handle, &name) == 1 {
            if let user = text(name) { operators.append(user) }
        }
        operators.sort()
    }
}
