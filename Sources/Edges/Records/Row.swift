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
    private var starts: [Int] = []
    private var unescaped: [UInt8] = []

    enum Outcome {
        case whole
        /// As many values as were found; where there were too many, one more than were expected.
        case count(Int)
    }

    /// Hands `body` the row of `line`, if it has exactly `columns` values.
    ///
    /// With `escapes`, `\|`, `\\` and `\n` stand for the separator, the backslash and a newline.
    mutating func split<R>(
        _ line: Field, columns: Int, escapes: Bool, _ body: (Row) throws(RowProblem) -> R?
    ) throws(RowProblem) -> R? {
        starts.removeAll(keepingCapacity: true)
        starts.append(0)
        var source = line
        if escapes, line.contains(UInt8(ascii: "\\")) {
            unescape(line, columns: columns)
            source = Field(start: line.start, count: -1)
        } else {
            cut(line, columns: columns)
        }
        guard starts.count == columns + 1 else {
            throw RowProblem(column: nil, reason: countReason(columns: columns))
        }
        if source.count >= 0 {
            return try starts.withUnsafeBufferPointer { (places) throws(RowProblem) -> R? in
                try body(Row(text: source.start, starts: places.baseAddress!))
            }
        }
        return try unescaped.withUnsafeBufferPointer { (bytes) throws(RowProblem) -> R? in
            try starts.withUnsafeBufferPointer { (places) throws(RowProblem) -> R? in
                try body(Row(text: bytes.baseAddress!, starts: places.baseAddress!))
            }
        }
    }

    private mutating func cut(_ line: Field, columns: Int) {
        for place in 0..<line.count where line[place] == UInt8(ascii: "|") {
            starts.append(place + 1)
            if starts.count > columns + 1 { return }
        }
        starts.append(line.count + 1)
    }

    private mutating func unescape(_ line: Field, columns: Int) {
        unescaped.removeAll(keepingCapacity: true)
        var place = 0
        while place < line.count {
            var byte = line[place]
            if byte == UInt8(ascii: "\\"), place + 1 < line.count {
                place += 1
                byte = line[place] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : line[place]
                unescaped.append(byte)
            } else {
                // A separator is kept too, so that every value ends one byte before the next begins.
                unescaped.append(byte)
                if byte == UInt8(ascii: "|") { starts.append(unescaped.count) }
            }
            place += 1
        }
        starts.append(unescaped.count + 1)
        unescaped.append(0)
    }

    private func countReason(columns: Int) -> String {
        let found = starts.count - 1
        return found > columns
            ? "more values than the header's \(columns) columns; a value may hold a |"
            : "\(found) values, the header has \(columns) columns"
    }
}
