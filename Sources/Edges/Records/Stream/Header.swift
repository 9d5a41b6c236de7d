/// The header line: which column stands where.
package struct Header: Equatable, Sendable {
    package let names: [String]
    /// `sacct -p` ends every line with a separator, `sacct -P` does not.
    package let endsWithSeparator: Bool

    init(line: String) throws(RecordError) {
        var names = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        endsWithSeparator = names.count > 1 && names.last == ""
        if endsWithSeparator { names.removeLast() }
        self.names = names
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw .repeatedColumn(name)
        }
    }

    /// How many values a line has, the empty one behind a last separator included.
    var valuesPerLine: Int { names.count + (endsWithSeparator ? 1 : 0) }
}

/// Where the columns of one kind stand in a file.
package struct ColumnMap<Column: RecordColumn>: Sendable {
    private var places: [Int]

    init(_ header: Header) {
        places = Column.allCases.map { header.names.firstIndex(of: $0.name) ?? -1 }
    }

    /// The column's place from 0; −1 where the file lacks it.
    package subscript(column: Column) -> Int { places[column.rawValue] }

    package func has(_ column: Column) -> Bool { self[column] >= 0 }

    /// Throws, naming every entry of `needed` of which the file has no alternative at all.
    func require(_ needed: [[Column]]) throws(RecordError) {
        let missing = needed.filter { !$0.contains(where: has) }
        guard missing.isEmpty else {
            throw .missingColumns(
                missing.map { $0.map(\.name).joined(separator: " or ") })
        }
    }
}
