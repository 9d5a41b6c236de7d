/// Why a whole stream of records can't be used. A single bad row is a `RowProblem` instead.
package enum RecordError: Error, Equatable, Sendable {
    /// Not one line came.
    case empty
    /// The header lacks these columns; alternatives are joined by "or" (`End or Elapsed`).
    case missingColumns([String])
    /// The header names a column twice, so a value could be either.
    case repeatedColumn(String)
    /// Another kind of record than the reader was made for.
    case wrongKind(found: String, expected: String)
    /// The gauge's first line names a version of the format that is not known here.
    case unknownVersion(String)
    /// The gauge's first line can't be read.
    case malformedPreamble(String)
    /// The gauge's last line is missing or counts other rows than came: the stream was cut.
    case truncated(rowsRead: Int, rowsTold: Int?)
    /// Something stands behind the gauge's last line.
    case contentAfterEnd(line: Int)
}

extension RecordError: CustomStringConvertible {
    /// One line for people: what is wrong and what helps.
    package var description: String {
        switch self {
        case .empty:
            "no records: not even a header line came; use sacct --parsable2 with its header"
        case .missingColumns(let names):
            "the header lacks \(names.joined(separator: ", ")); add them to sacct's --format"
        case .repeatedColumn(let name):
            "the header names the column \(name) twice; name it once"
        case .wrongKind(let found, let expected):
            "these are \(found) records, \(expected) are needed"
        case .unknownVersion(let version):
            "version \(version) of the record format is not known here; "
                + "use the atoll-gauge of the same release"
        case .malformedPreamble(let line):
            "the first line can't be read: \(line)"
        case .truncated(let read, let told):
            told.map { "the stream was cut: \($0) rows were told, \(read) came" }
                ?? "the stream was cut after \(read) rows: its last line is missing"
        case .contentAfterEnd(let line):
            "line \(line) stands behind the end of the records"
        }
    }
}

/// A row that was skipped, and why.
package struct RowProblem: Error, Equatable, Sendable {
    /// Counted from 1, the header included; 0 until the reader fills it in.
    package var line: Int
    /// The column at fault, or nil where the row as a whole is.
    package let column: String?
    package let reason: String

    package init(line: Int = 0, column: String?, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension RowProblem: CustomStringConvertible {
    /// `line 7, Submit: "yesterday" is not a time`.
    package var description: String {
        "line \(line)" + (column.map { ", \($0)" } ?? "") + ": \(reason)"
    }
}
