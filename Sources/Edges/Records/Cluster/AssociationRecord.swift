/// The columns of `associations`, from slurmdbd's `slurmdb_assoc_rec_t`.
package enum AssociationColumn: Int, RecordColumn {
    case associationID  // id
    case cluster
    case account  // acct
    case user  // empty: the account's own association
    case partition  // empty: any
    case parentAccount  // parent_acct, of an account's own association
    case isDefault  // is_def: the user's default account on this cluster
    case qos  // qos_list, by name; inherited where the association names none
    case defaultQOS  // def_qos_id, by name
    case coordinators  // of an account's own association: slurmdb_user_rec_t.coord_accts
    case operators  // of root's own association: slurmdb_user_rec_t.admin_level

    package static let kinds: [RecordKind] = [.associations]
}

package typealias AssociationReader = RecordReader<PlainDecoder<AssociationRecord>>

/// Who may use which account, or how accounts hang together.
package struct AssociationRecord: PlainRecord, Equatable {
    package let associationID: Int64
    package let cluster: String
    package let account: String
    /// Nil: the account's own association.
    package let user: String?
    /// Nil: any partition.
    package let partition: String?
    /// Nil for a user's association and for `root`.
    package let parentAccount: String?
    package let isDefault: Bool
    package let qos: [String]
    package let defaultQOS: String?
    /// Who coordinates the account, in an account's own association.
    package let coordinators: [String]
    /// Whom AdminLevel makes an Operator or Administrator, in root's own association.
    package let operators: [String]

    package static let needed: [[AssociationColumn]] = [[.account], [.user], [.isDefault]]

    package init(
        _ values: PlainValues<AssociationColumn>, cluster: String
    ) throws(RowProblem) {
        associationID = try values.integer(.associationID) ?? 0
        self.cluster = values.text(.cluster) ?? cluster
        account = try values.needed(.account)
        user = values.text(.user)
        partition = values.text(.partition)
        parentAccount = values.text(.parentAccount)
        isDefault = try values.flag(.isDefault)
        qos = values.list(.qos)
        defaultQOS = values.text(.defaultQOS)
        coordinators = values.list(.coordinators)
        operators = values.list(.operators)
    }
}
