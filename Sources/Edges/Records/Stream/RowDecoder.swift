package import Units

/// How a stream is to be read where it does not say so itself.
package struct ReadSettings: Sendable {
    /// The zone of times that name none. sacct writes local time; `TZ=UTC sacct` makes it UTC.
    package var zone: ZoneTable
    /// The cluster of rows that name none, where the file has no column Cluster.
    package var defaultCluster: String?
    /// A longer line is reported and passed over.
    package var maxLineBytes: Int
    /// As many problems are kept in full; all are counted.
    package var maxProblemsKept: Int

    package init(
        zone: ZoneTable = ZoneTable(offsetSeconds: 0), defaultCluster: String? = nil,
        maxLineBytes: Int = 4 << 20,
        maxProblemsKept: Int = 1_000
    ) {
        self.zone = zone
        self.defaultCluster = defaultCluster
        self.maxLineBytes = maxLineBytes
        self.maxProblemsKept = maxProblemsKept
    }
}

/// Makes one kind of record from rows. Made once the header is known, it lives for one stream.
package protocol RowDecoder {
    associatedtype Column: RecordColumn
    associatedtype Record: Sendable

    /// Throws `.missingColumns` with all that is missing.
    init(columns: ColumnMap<Column>, settings: ReadSettings, preamble: Preamble?)
        throws(RecordError)

    /// The row's record, or nil for a row that is passed over, such as a job's step.
    mutating func decode(_ row: Row) throws(RowProblem) -> Record?
}

/// A row's values by column, with the errors that name it.
struct RowValues<Column: RecordColumn> {
    let row: Row
    let columns: ColumnMap<Column>
    let zone: ZoneTable
    /// Of an hour that the clock showed twice: the columns whose time is taken for the later one, a bit
    /// each.
    var later: UInt64 = 0

    func field(_ column: Column) -> Field { row.field(at: columns[column]) }

    func text(_ column: Column) -> String? {
        let field = field(column)
        return field.isEmpty ? nil : field.string
    }

    /// A count; nil where it is empty or not told.
    func integer(_ column: Column) throws(RowProblem) -> Int64? {
        let field = field(column)
        if field.isEmpty { return nil }
        if let value = field.unsigned { return value }
        if field.saysNothing { return nil }
        throw problem(column, "is not a number")
    }

    /// An id of up to 64 bits; nil where it is empty or not told.
    func identifier(_ column: Column) throws(RowProblem) -> UInt64? {
        let field = field(column)
        if let value = field.identifier { return value }
        if field.saysNothing { return nil }
        throw problem(column, "is not a number")
    }

    func flag(_ column: Column) throws(RowProblem) -> Bool? {
        try integer(column).map { $0 != 0 }
    }

    func instant(_ column: Column) throws(RowProblem) -> Instant? {
        switch field(column).instant(in: zone) {
        case .value(.once(let instant)): return instant
        case .value(.twice(let earlier, let later)):
            return self.later >> column.rawValue & 1 == 1 ? later : earlier
        case .value(.never):
            throw problem(column, "was skipped by the clock: no such time in this zone")
        case .nothing: return nil
        case .malformed: throw problem(column, "is not a time")
        }
    }

    /// Whether the column's time is one that the clock showed twice.
    func isTwice(_ column: Column) -> Bool {
        guard case .value(.twice) = field(column).instant(in: zone) else { return false }
        return true
    }

    /// Seconds of `[D-]HH:MM:SS`, `MM:SS` or plain digits.
    func span(_ column: Column) throws(RowProblem) -> Int64? {
        switch field(column).span {
        case .value(let seconds): return seconds
        case .nothing: return nil
        case .malformed: throw problem(column, "is not a span of time")
        }
    }

    /// Seconds of a number of minutes; a year has half a million.
    func minutes(_ column: Column) throws(RowProblem) -> Int64? {
        guard let minutes = try integer(column) else { return nil }
        guard minutes <= 1_000_000_000 else { throw problem(column, "is too long a time") }
        return minutes * 60
    }

    func problem(_ column: Column, _ what: String) -> RowProblem {
        let shown = field(column)
        let text = shown.slice(0..<min(shown.count, 80)).string
        return RowProblem(
            column: column.name, reason: text.isEmpty ? "is empty" : "\"\(text)\" \(what)")
    }
}
