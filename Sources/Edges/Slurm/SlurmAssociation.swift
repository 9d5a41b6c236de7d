internal import CSlurm

/// An association of slurmdbd's (`slurmdb_assoc_rec_t`). Nil: not set.
package struct SlurmAssociation: Sendable {
    package let associationID: Int64
    package let cluster: String?
    package let account: String
    package let user: String?
    package let partition: String?
    package let parentAccount: String?
    package let isDefault: Bool
    /// Numbers, see `SlurmAccounting.qosNames`.
    package let qosIDs: [Int64]
    package let defaultQOSID: Int64?

    init(_ one: csl_association) {
        associationID = one.id
        cluster = text(one.cluster)
        account = text(one.account) ?? ""
        user = text(one.user)
        partition = text(one.partition)
        parentAccount = text(one.parent_account)
        isDefault = one.is_default == 1
        qosIDs = (text(one.qos) ?? "").split(separator: ",").compactMap { Int64($0) }
        defaultQOSID = number(one.default_qos)
    }
}

/// Associations, handed out one after another.
package struct SlurmAssociations: ~Copyable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { csl_associations_free(handle) }

    /// Nil behind the last one.
    package mutating func next() -> SlurmAssociation? {
        var one = csl_association()
        return csl_associations_next(handle, &one) == 1 ? SlurmAssociation(one) : nil
    }
}
