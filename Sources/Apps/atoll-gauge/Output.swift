import Glibc
import Records
import Slurm

/// Records on their way to stdout, some tens of kilobytes at a time.
struct Output<Column: RecordColumn> {
    private var writer: RecordWriter<Column>

    /// `config` names the cluster unless `cluster` does.
    init(
        _ kind: RecordKind, cluster: String, slurmVersion: String? = nil,
        attributes: [String: String] = [:], columns: [Column] = Array(Column.allCases)
    ) {
        var attributes = attributes
        attributes["slurm"] = slurmVersion
        writer = RecordWriter(
            Preamble(
                kind: kind, cluster: cluster, atEpochSeconds: Int64(time(nil)),
                attributes: attributes),
            columns: columns)
    }

    /// Adds a record.
    mutating func write(_ value: (Column) -> FieldValue) throws {
        writer.write(value)
        if writer.byteCount >= 64 << 10 { try flush() }
    }

    /// Adds the last line and writes what waits.
    mutating func finish() throws {
        writer.finish()
        try flush()
    }

    private mutating func flush() throws {
        try writer.takeBytes().withUnsafeBytes { bytes in
            var place = 0
            while place < bytes.count {
                let count = Glibc.write(
                    STDOUT_FILENO, bytes.baseAddress! + place, bytes.count - place)
                if count >= 0 {
                    place += count
                } else if errno == EPIPE {
                    throw ReaderGone()
                } else if errno != EINTR {
                    throw Failure("stdout: \(String(cString: strerror(errno)))")
                }
            }
        }
    }
}
