/// A line taken apart into its values, borrowed from the reader's buffer.
package struct Row {
    private let text: UnsafePointer<UInt8>
    /// Where each value begins; one more than there are values, a separator being counted to the
    /// value in front of it.
    private let starts: UnsafePointer<Int>

    init(text: UnsafePointer<UInt8>, starts: UnsafePointer<Int>) {
        self.text = text
        self.starts = starts
    }

    /// The value at `place`; empty where the file has no such column (`place` −1).
    package func field(at place: Int) -> Field {
        guard place >= 0 else { return Field(start: text, count: 0) }
        let start = starts[place]
        return Field(start: text + start, count: starts[place + 1] - start - 1)
    }
}

/// Cuts lines at `|`, reusing its memory from row to row.
struct RowSplitter {
    /// Where the values begin; only the first `valueCount + 1` places count.
    private var starts: [Int] = []
    private var valueCount = 0
    private var unescaped: [UInt8] = []

    /// Hands `body` the row of `line`, if it has exactly `columns` values.
    ///
    /// With `escapes`, `\|`, `\\` and `\n` stand for the separator, the backslash and a newline.
    mutating func split<R>(
        _ line: Field, columns: Int, escapes: Bool, _ body: (Row) throws(RowProblem) -> R?
    ) throws(RowProblem) -> R? {
        // One place more than is needed, so that a value too many is noticed.
        while starts.count < columns + 2 { starts.append(0) }
        guard escapes, line.contains(UInt8(ascii: "\\")) else {
            cut(line, columns: columns)
            return try hand(line.start, columns: columns, body)
        }
        unescape(line, columns: columns)
        return try unescaped.withUnsafeBufferPointer { (bytes) throws(RowProblem) -> R? in
            // Never empty: `unescape` puts a byte behind the last value.
            try hand(bytes.baseAddress!, columns: columns, body)
        }
    }

    private func hand<R>(
        _ text: UnsafePointer<UInt8>, columns: Int, _ body: (Row) throws(RowProblem) -> R?
    ) throws(RowProblem) -> R? {
        guard valueCount == columns else {
            throw RowProblem(column: nil, reason: countReason(columns: columns))
        }
        return try starts.withUnsafeBufferPointer { (places) throws(RowProblem) -> R? in
            try body(Row(text: text, starts: places.baseAddress!))
        }
    }

    private mutating func cut(_ line: Field, columns: Int) {
        valueCount = starts.withUnsafeMutableBufferPointer { places in
            var count = 0
            line.forEachPlace(of: UInt8(ascii: "|")) { place in
                count += 1
                places[count] = place + 1
                return count <= columns
            }
            if count > columns { return count }
            places[count + 1] = line.count + 1
            return count + 1
        }
    }

    private mutating func unescape(_ line: Field, columns: Int) {
        unescaped.removeAll(keepingCapacity: true)
        valueCount = 0
        var place = 0
        while place < line.count {
            let byte = line[place]
            place += 1
            if byte == UInt8(ascii: "\\"), place < line.count {
                let escaped = line[place]
                unescaped.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
                place += 1
                continue
            }
            // A separator is kept, so that every value ends one byte before the next begins.
            unescaped.append(byte)
            if byte == UInt8(ascii: "|") {
                valueCount += 1
                starts[valueCount] = unescaped.count
                if valueCount > columns { return }
            }
        }
        valueCount += 1
        starts[valueCount] = unescaped.count + 1
        unescaped.append(0)
    }

    private func countReason(columns: Int) -> String {
        valueCount > columns
            ? "more values than the header's \(columns) columns; a value may hold a |"
            : "\(valueCount) values, the header has \(columns) columns"
    }
}
