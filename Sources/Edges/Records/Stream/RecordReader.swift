/// Reads records from chunks of bytes, however they are cut.
///
///     var reader = JobReader()
///     try reader.read(chunk) { job in … }     // any number of times
///     try reader.finish()                      // throws .truncated where the end is missing
///
/// A bad row costs only itself: it is counted and kept in `problems`.
package struct RecordReader<Decoder: RowDecoder> {
    private enum Phase { case first, header, rows, ended }

    package let settings: ReadSettings
    /// The gauge's first line, once read; nil for a plain sacct dump.
    package private(set) var preamble: Preamble?
    /// Once read.
    package private(set) var header: Header?
    /// Lines behind the header that were rows: records, passed-over rows and bad ones.
    package private(set) var rowCount = 0
    package private(set) var recordCount = 0
    /// Rows that tell nothing here, such as the steps of jobs.
    package private(set) var passedOverCount = 0
    package private(set) var problemCount = 0
    /// The first `settings.maxProblemsKept` problems.
    package private(set) var problems: [RowProblem] = []
    /// The last one, kept or not.
    package private(set) var lastProblem: RowProblem?

    private var phase = Phase.first
    private var decoder: Decoder?
    private var splitter = RowSplitter()
    private var valuesPerLine = 0
    private var lineNumber = 0
    /// The beginning of a line whose end has not come yet.
    private var held: [UInt8] = []
    /// Inside a line that is too long: everything up to its end is dropped.
    private var isSkipping = false

    package init(_ settings: ReadSettings = ReadSettings()) { self.settings = settings }

    /// Reads the next bytes and hands over the records that they complete.
    package mutating func read(
        _ chunk: UnsafeRawBufferPointer, _ body: (Decoder.Record) -> Void
    ) throws(RecordError) {
        let bytes = chunk.assumingMemoryBound(to: UInt8.self)
        guard let base = bytes.baseAddress else { return }
        var place = 0
        while place < bytes.count {
            let rest = Field(start: base + place, count: bytes.count - place)
            let end = place + (rest.firstPlace(of: UInt8(ascii: "\n")) ?? rest.count)
            let piece = rest.slice(0..<end - place)
            if end == bytes.count {
                hold(piece)
            } else if held.isEmpty, !isSkipping {
                try take(piece, body)
            } else {
                hold(piece)
                try takeHeld(body)
            }
            place = end + 1
        }
    }

    /// The same for an array, returning the records; where it throws, the chunk's are lost.
    package mutating func read(_ chunk: [UInt8]) throws(RecordError) -> [Decoder.Record] {
        var records: [Decoder.Record] = []
        try chunk.withUnsafeBufferPointer { (bytes) throws(RecordError) in
            try read(UnsafeRawBufferPointer(bytes)) { records.append($0) }
        }
        return records
    }

    /// To be called once nothing more comes.
    ///
    /// A last line without its line end is reported, not read: a cut line may look whole.
    package mutating func finish() throws(RecordError) {
        if !held.isEmpty || isSkipping {
            lineNumber += 1
            if preamble == nil, phase == .rows {
                rowCount += 1
                report(
                    RowProblem(
                        column: nil,
                        reason: "the last line has no line end; the file may have been cut"))
            }
            held = []
        }
        guard phase != .first else { throw .empty }
        guard preamble == nil || phase == .ended else {
            throw .truncated(rowsRead: rowCount, rowsTold: nil)
        }
        guard phase != .header else { throw .empty }
    }

    private mutating func hold(_ piece: Field) {
        guard !isSkipping, held.count + piece.count <= settings.maxLineBytes else {
            isSkipping = true
            held.removeAll()
            return
        }
        held.append(contentsOf: piece.bytes)
    }

    private mutating func takeHeld(_ body: (Decoder.Record) -> Void) throws(RecordError) {
        let line = held
        held = []
        if isSkipping {
            isSkipping = false
            lineNumber += 1
            rowCount += 1
            report(
                RowProblem(
                    column: nil, reason: "longer than \(settings.maxLineBytes) bytes"))
            return
        }
        try line.withUnsafeBufferPointer { (bytes) throws(RecordError) in
            // An empty array has no address; the line is then empty and no byte of it is looked at.
            var nothing: UInt8 = 0
            guard let base = bytes.baseAddress else {
                try withUnsafePointer(to: &nothing) { (pointer) throws(RecordError) in
                    try take(Field(start: pointer, count: 0), body)
                }
                return
            }
            try take(Field(start: base, count: bytes.count), body)
        }
    }

    private mutating func take(
        _ line: Field, _ body: (Decoder.Record) -> Void
    ) throws(RecordError) {
        lineNumber += 1
        switch phase {
        case .rows: try takeRow(line, body)
        case .first: try takeFirst(line)
        case .header: try takeHeader(line)
        case .ended: throw .contentAfterEnd(line: lineNumber)
        }
    }

    private mutating func takeFirst(_ line: Field) throws(RecordError) {
        guard let preamble = try Preamble(line: line.string) else { return try takeHeader(line) }
        guard Decoder.Column.kinds.contains(preamble.kind) else {
            throw .wrongKind(
                found: preamble.kind.rawValue,
                expected: Decoder.Column.kinds.map(\.rawValue).joined(separator: " or "))
        }
        self.preamble = preamble
        phase = .header
    }

    private mutating func takeHeader(_ line: Field) throws(RecordError) {
        let header = try Header(line: withoutReturn(line).string)
        decoder = try Decoder(columns: ColumnMap(header), settings: settings, preamble: preamble)
        self.header = header
        valuesPerLine = header.valuesPerLine
        phase = .rows
    }

    // Jobs come by the million: a fifth of the time is saved by not handling them generically.
    @specialized(where Decoder == JobDecoder)
    @specialized(where Decoder == RunDecoder)
    private mutating func takeRow(
        _ line: Field, _ body: (Decoder.Record) -> Void
    ) throws(RecordError) {
        if preamble != nil, line.count > 0, line[0] == UInt8(ascii: "#") {
            return try takeEnd(line)
        }
        let line = withoutReturn(line)
        if line.isEmpty, preamble == nil { return }
        rowCount += 1
        do throws(RowProblem) {
            let record = try splitter.split(
                line, columns: valuesPerLine, escapes: preamble != nil
            ) {
                (row) throws(RowProblem) in try decoder?.decode(row)
            }
            guard let record else {
                passedOverCount += 1
                return
            }
            recordCount += 1
            body(record)
        } catch {
            report(error)
        }
    }

    private mutating func takeEnd(_ line: Field) throws(RecordError) {
        guard let told = Preamble.rowsTold(by: line.string), told == rowCount else {
            throw .truncated(rowsRead: rowCount, rowsTold: Preamble.rowsTold(by: line.string))
        }
        phase = .ended
    }

    private mutating func report(_ problem: RowProblem) {
        problemCount += 1
        var problem = problem
        problem.line = lineNumber
        lastProblem = problem
        guard problems.count < settings.maxProblemsKept else { return }
        problems.append(problem)
    }

    /// A dump that went through Windows ends its lines with a carriage return as well.
    private func withoutReturn(_ line: Field) -> Field {
        guard preamble == nil, line.count > 0, line[line.count - 1] == UInt8(ascii: "\r") else {
            return line
        }
        return line.slice(0..<line.count - 1)
    }
}
