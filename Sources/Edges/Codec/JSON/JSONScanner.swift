/// Reads JSON text into a `JSONDocument`, as RFC 8259 has it and stricter: no key twice, no NUL in
/// a string, nesting up to a limit. Linear in the length of the text.

/// What is wrong with a text, and at which byte.
struct JSONError: Error {
    var problem: String
    var offset: Int
}

struct JSONScanner {
    static let maximumDepth = 16

    private let bytes: [UInt8]
    private var position = 0
    private var nodes: [JSONDocument.Node] = []

    /// - Throws: at the first byte that doesn't belong.
    static func scan(_ bytes: [UInt8]) throws(JSONError) -> JSONDocument {
        try checkUTF8(bytes)
        var scanner = JSONScanner(bytes)
        scanner.skipSpace()
        try scanner.value(depth: 1)
        scanner.skipSpace()
        guard scanner.position == bytes.count else { throw scanner.error("more than one value") }
        return JSONDocument(bytes: bytes, nodes: scanner.nodes)
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        nodes.reserveCapacity(64)
    }

    private static func checkUTF8(_ bytes: [UInt8]) throws(JSONError) {
        guard !bytes.allSatisfy({ $0 < 0x80 }) else { return }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError(problem: "not UTF-8", offset: error.byteOffsets.lowerBound)
        }
    }

    private mutating func value(depth: Int) throws(JSONError) {
        guard depth <= Self.maximumDepth else { throw error("nested too deeply") }
        guard let byte = peek() else { throw error("the text ends too early") }
        switch byte {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "t"): try word("true", .true)
        case UInt8(ascii: "f"): try word("false", .false)
        case UInt8(ascii: "n"): try word("null", .null)
        default: throw error("expected a value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) {
        let opened = open(.object)
        var count: Int32 = 0
        if !skip(UInt8(ascii: "}")) {
            repeat {
                skipSpace()
                guard peek() == UInt8(ascii: "\"") else { throw error("expected a key") }
                try string()
                skipSpace()
                guard skip(UInt8(ascii: ":")) else { throw error("expected ':'") }
                skipSpace()
                try value(depth: depth + 1)
                skipSpace()
                count += 1
            } while skip(UInt8(ascii: ","))
            guard skip(UInt8(ascii: "}")) else { throw error("expected ',' or '}'") }
        }
        close(opened, count: count)
        try checkKeys(of: opened)
    }

    private mutating func array(depth: Int) throws(JSONError) {
        let opened = open(.array)
        var count: Int32 = 0
        if !skip(UInt8(ascii: "]")) {
            repeat {
                skipSpace()
                try value(depth: depth + 1)
                skipSpace()
                count += 1
            } while skip(UInt8(ascii: ","))
            guard skip(UInt8(ascii: "]")) else { throw error("expected ',' or ']'") }
        }
        close(opened, count: count)
    }

    private mutating func string() throws(JSONError) {
        position += 1
        let start = position
        var isEscaped = false
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                try escape()
            } else {
                position += 1
            }
        }
        guard position < bytes.count else { throw error("a string without an end") }
        append(.string, from: start, isEscaped: isEscaped)
        if position > start {
            nodes[nodes.count - 1].tag = JSONDocument.tag(
                position - start, first: bytes[start], last: bytes[position - 1])
        }
        position += 1
    }

    /// Checks an escape, so that `JSONDocument` need not.
    private mutating func escape() throws(JSONError) {
        position += 1
        guard let letter = peek() else { throw error("a string without an end") }
        position += 1
        guard letter == UInt8(ascii: "u") else {
            guard JSONEscape.byte(for: letter) != nil else { throw error("no such escape") }
            return
        }
        guard let unit = JSONEscape.hex(bytes, at: position) else {
            throw error("expected four hexadecimal digits")
        }
        // C and SQLite both end a string there.
        guard unit != 0 else { throw error("a NUL in a string") }
        position += 4
        if (0xDC00..<0xE000).contains(unit) { throw error("half of a surrogate pair") }
        guard (0xD800..<0xDC00).contains(unit) else { return }
        guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")),
            let low = JSONEscape.hex(bytes, at: position), (0xDC00..<0xE000).contains(low)
        else { throw error("half of a surrogate pair") }
        position += 4
    }

    private mutating func number() throws(JSONError) {
        let start = position
        var kind = JSONDocument.Kind.integer
        _ = skip(UInt8(ascii: "-"))
        let leadingZero = peek() == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, whole == 1 || !leadingZero else { throw error("not a number") }
        if skip(UInt8(ascii: ".")) {
            kind = .fraction
            guard digits() > 0 else { throw error("not a number") }
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            kind = .fraction
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw error("not a number") }
        }
        append(kind, from: start)
    }

    private mutating func word(
        _ text: StaticString, _ kind: JSONDocument.Kind
    ) throws(JSONError) {
        let start = position
        let isThere = text.withUTF8Buffer { bytes[position...].starts(with: $0) }
        guard isThere else { throw error("expected a value") }
        position += text.utf8CodeUnitCount
        append(kind, from: start)
    }
}

// Keys.
extension JSONScanner {
    /// Few keys are compared one by one; more are put into a set, which no choice of keys slows
    /// down.
    private func checkKeys(of object: Int) throws(JSONError) {
        let count = Int(nodes[object].count)
        guard count > 1 else { return }
        let isTwice = count <= 48 ? hasEqualPair(object) : isAnyKeyInSet(object)
        if isTwice { throw error("an object with a key twice") }
    }

    private func hasEqualPair(_ object: Int) -> Bool {
        let end = Int(nodes[object].next)
        var key = object + 1
        while key < end {
            if nodes[key].isEscaped { return isAnyKeyInSet(object) }
            let tag = nodes[key].tag
            var earlier = object + 1
            while earlier < key {
                if nodes[earlier].tag == tag,
                    bytes[range(of: earlier)].elementsEqual(bytes[range(of: key)])
                {
                    return true
                }
                earlier = Int(nodes[earlier + 1].next)
            }
            key = Int(nodes[key + 1].next)
        }
        return false
    }

    private func isAnyKeyInSet(_ object: Int) -> Bool {
        let document = JSONDocument(bytes: bytes, nodes: nodes)
        var seen: Set<[UInt8]> = []
        var key = object + 1
        while key < Int(nodes[object].next) {
            guard seen.insert(Array(document.string(at: key).utf8)).inserted else { return true }
            key = Int(nodes[key + 1].next)
        }
        return false
    }
}

// Bytes and nodes.
extension JSONScanner {
    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            position += 1
        }
        return position - start
    }

    private func range(of index: Int) -> Range<Int> {
        Int(nodes[index].start)..<Int(nodes[index].end)
    }

    private mutating func append(
        _ kind: JSONDocument.Kind, from start: Int, isEscaped: Bool = false
    ) {
        nodes.append(
            .init(
                kind: kind, isEscaped: isEscaped, start: Int32(start), end: Int32(position),
                next: Int32(nodes.count + 1)))
    }

    /// Steps over the bracket and the space behind it.
    private mutating func open(_ kind: JSONDocument.Kind) -> Int {
        append(kind, from: position)
        position += 1
        skipSpace()
        return nodes.count - 1
    }

    private mutating func close(_ index: Int, count: Int32) {
        nodes[index].end = Int32(position)
        nodes[index].next = Int32(nodes.count)
        nodes[index].count = count
    }

    private func error(_ problem: String) -> JSONError {
        JSONError(problem: problem, offset: position)
    }
}
