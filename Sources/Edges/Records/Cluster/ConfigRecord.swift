/// The columns of `config`.
package enum ConfigColumn: Int, RecordColumn {
    case key
    case value

    package static let kinds: [RecordKind] = [.config, .diag]
}

package typealias ConfigReader = RecordReader<PlainDecoder<ConfigRecord>>

/// One setting of slurmctld's, by its name in slurm.conf(5); `SlurmVersion` is slurmctld's own.
package struct ConfigRecord: PlainRecord, Equatable {
    package let key: String
    /// Empty: not set. Numbers are plain, flags comma-separated, memory in MiB.
    package let value: String

    package static let needed: [[ConfigColumn]] = [[.key], [.value]]

    package init(_ values: PlainValues<ConfigColumn>, cluster: String) throws(RowProblem) {
        key = try values.needed(.key)
        value = values.text(.value) ?? ""
    }
}
