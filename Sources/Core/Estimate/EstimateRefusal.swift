/// Why a request can't be priced; each says what would help.

/// All are the request's or the view's fault, none is worth a retry by itself but `viewMissing`.
package enum EstimateRefusal: Error, Hashable, Sendable {
    /// The gauge has not answered yet for this cluster.
    case viewMissing(cluster: String)
    /// No account named and none known as the user's default.
    case needsAccount(user: String?)
    /// No partition named and the cluster has no default one.
    case needsPartition
    case unknownPartition(String)
    /// Neither the request nor the partition bounds the time.
    case needsTimeLimit(partition: String)
    /// A field that can't be read, by its name in the protocol, and the text.
    case malformed(field: String, text: String)
    /// A count beyond what Slurm or Atoll takes.
    case tooLarge(field: String, limit: Int64)
}

extension EstimateRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .viewMissing(let cluster):
            "nothing is known about cluster \(cluster) yet"
        case .needsAccount(let user?):
            "no account was named and \(user) has no default one; name one with -A"
        case .needsAccount(nil):
            "no account was named and the user is not known; name one with -A"
        case .needsPartition:
            "no partition was named and the cluster has no default one; name one with -p"
        case .unknownPartition(let name):
            "there is no partition \(name)"
        case .needsTimeLimit(let partition):
            "partition \(partition) does not limit the time; give a time limit with -t"
        case .malformed(let field, let text):
            "\(field) can't be read: \"\(text)\""
        case .tooLarge(let field, let limit):
            "\(field) is beyond \(limit)"
        }
    }
}
