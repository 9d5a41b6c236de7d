/// Lines out of a file that comes in pieces: nothing but the line at hand is kept.

struct LinePieces {
    /// No line of a feed is nearly so long.
    static let longestBytes = 64 << 10

    /// The lines so far.
    private var count: Int64 = 0
    private var rest: [UInt8] = []

    mutating func take(
        _ piece: UnsafeRawBufferPointer,
        _ body: (_ number: Int64, _ line: [UInt8]) throws -> Void
    ) throws {
        var pieces = piece.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let last = pieces.popLast() else { return }
        for line in pieces {
            try refuseLong(line.count)
            let whole = rest + line
            rest = []
            count += 1
            try body(count, whole)
        }
        try refuseLong(last.count)
        rest += last
    }

    /// A last line need not end in a newline.
    mutating func finish(_ body: (_ number: Int64, _ line: [UInt8]) throws -> Void) throws {
        guard !rest.isEmpty else { return }
        count += 1
        try body(count, rest)
        rest = []
    }

    private func refuseLong(_ bytes: Int) throws {
        guard rest.count + bytes <= Self.longestBytes else {
            throw Failure("line \(count + 1) is longer than \(Self.longestBytes >> 10) KiB.")
        }
    }
}
