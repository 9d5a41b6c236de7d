package import Units

/// A value as it is written.
package enum FieldValue: Equatable, Sendable {
    /// Not told: nothing stands between the separators.
    case nothing
    case text(String)
    case integer(Int64)
    /// Written as epoch seconds.
    case instant(Instant)
    case flag(Bool)

    package init(_ text: String?) { self = text.map { .text($0) } ?? .nothing }
    package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .nothing }
    package init(_ instant: Instant?) { self = instant.map { .instant($0) } ?? .nothing }
    package init(_ flag: Bool?) { self = flag.map { .flag($0) } ?? .nothing }
}

/// Writes records as the gauge does: first line, header, rows, last line.
///
/// It only fills a buffer; the caller takes the bytes and puts them wherever they go.
package struct RecordWriter<Column: RecordColumn> {
    private let columns: [Column]
    private var buffer: [UInt8] = []
    package private(set) var rowCount = 0

    package init(_ preamble: Preamble, columns: [Column] = Array(Column.allCases)) {
        precondition(Column.kinds.contains(preamble.kind), "the columns are another kind's")
        self.columns = columns
        buffer.append(contentsOf: preamble.description.utf8)
        buffer.append(UInt8(ascii: "\n"))
        buffer.append(contentsOf: columns.map(\.name).joined(separator: "|").utf8)
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Adds a row, asking `value` for each column's value in turn.
    // As in RecordReader: jobs are many, and handling them generically takes half of the time.
    @specialized(where Column == JobColumn)
    package mutating func write(_ value: (Column) -> FieldValue) {
        rowCount += 1
        for place in columns.indices {
            if place > 0 { buffer.append(UInt8(ascii: "|")) }
            switch value(columns[place]) {
            case .nothing: break
            case .text(let text): append(text, isFirst: place == 0)
            case .integer(let number): buffer.append(decimal: number)
            case .instant(let instant): buffer.append(decimal: instant.epochSeconds)
            case .flag(let flag): buffer.append(decimal: flag ? 1 : 0)
            }
        }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Adds the last line, which tells the reader that nothing was cut off.
    package mutating func finish() {
        buffer.append(contentsOf: "\(Preamble.endMarker) rows=\(rowCount)\n".utf8)
    }

    /// How many bytes wait to be taken.
    package var byteCount: Int { buffer.count }

    /// Hands over what has been written since the last time.
    package mutating func takeBytes() -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }

    private mutating func append(_ text: String, isFirst: Bool) {
        // A first value with a # would look like the last line.
        if isFirst, text.utf8.first == UInt8(ascii: "#") { buffer.append(UInt8(ascii: "\\")) }
        var text = text
        text.withUTF8 { bytes in
            // Nearly always there is nothing to escape, and the text is copied as a whole.
            guard bytes.contains(where: Self.isEscaped) else {
                return buffer.append(contentsOf: bytes)
            }
            for byte in bytes {
                if Self.isEscaped(byte) { buffer.append(UInt8(ascii: "\\")) }
                buffer.append(byte == UInt8(ascii: "\n") ? UInt8(ascii: "n") : byte)
            }
        }
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "\\")
    }
}
