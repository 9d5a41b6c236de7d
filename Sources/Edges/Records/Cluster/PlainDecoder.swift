package import Units

/// A record that is made from its row alone.
package protocol PlainRecord: Sendable {
    associatedtype Column: RecordColumn

    /// What the header has to have; alternatives side by side.
    static var needed: [[Column]] { get }

    /// `cluster` is the one that the stream's first line names.
    init(_ values: PlainValues<Column>, cluster: String) throws(RowProblem)
}

/// Rows → records of a kind of which there are few.
package struct PlainDecoder<Record: PlainRecord>: RowDecoder {
    package typealias Column = Record.Column

    private let columns: ColumnMap<Column>
    private let zone: ZoneTable
    private let cluster: String

    package init(columns: ColumnMap<Column>, settings: ReadSettings, preamble: Preamble?)
        throws(RecordError)
    {
        self.columns = columns
        zone = settings.zone
        cluster = preamble?.cluster ?? settings.defaultCluster ?? ""
        try columns.require(Record.needed)
    }

    package mutating func decode(_ row: Row) throws(RowProblem) -> Record? {
        let values = RowValues(row: row, columns: columns, zone: zone)
        return try Record(PlainValues(values: values), cluster: cluster)
    }
}

/// A row's values by column, each read as what it should be or refused with the column's name.
package struct PlainValues<Column: RecordColumn> {
    let values: RowValues<Column>

    /// Nil where it is empty.
    package func text(_ column: Column) -> String? { values.text(column) }

    package func needed(_ column: Column) throws(RowProblem) -> String {
        guard let text = values.text(column) else { throw values.problem(column, "is needed") }
        return text
    }

    /// Comma-separated; empty where nothing stands there.
    package func list(_ column: Column) -> [String] {
        (values.text(column) ?? "").split(separator: ",").map(String.init)
    }

    package func integer(_ column: Column) throws(RowProblem) -> Int64? {
        try values.integer(column)
    }

    package func flag(_ column: Column) throws(RowProblem) -> Bool {
        try values.integer(column) == 1
    }

    /// Minutes, or UNLIMITED; nil where it is empty.
    package func minutes(_ column: Column) throws(RowProblem) -> TimeLimit? {
        if values.field(column).equals("UNLIMITED") { return .unlimited }
        return try values.minutes(column).map { .seconds($0) }
    }

    package func instant(_ column: Column) throws(RowProblem) -> Instant? {
        try values.instant(column)
    }

    /// None where it is empty.
    package func tres(_ column: Column) throws(RowProblem) -> TRESCounts {
        guard let text = values.text(column) else { return TRESCounts() }
        guard let counts = try? TRESCounts(parsing: text) else {
            throw values.problem(column, "is not a list of TRES")
        }
        return counts
    }
}
