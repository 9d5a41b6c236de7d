/// One JSON text as a flat list of its values: read in one pass, strings made only when asked for.
///
/// Invariants: the bytes are valid UTF-8; every node's range lies within them; no object has a key
/// twice; nothing is nested deeper than `JSONScanner.maximumDepth`.

struct JSONDocument {
    let bytes: [UInt8]
    /// Depth first. An object's node is followed by key, value, key, value, …
    let nodes: [Node]

    struct Node {
        var kind: Kind
        /// A string that has a backslash in it.
        var isEscaped = false
        /// The value's bytes, a string's without its quotes.
        var start: Int32
        var end: Int32
        /// The node after this one and all that is in it.
        var next: Int32
        /// Members of an object, elements of an array.
        var count: Int32 = 0
        /// Of a string: most that differ differ in this already.
        var tag: UInt32 = 0
    }

    /// Length, first and last byte of a string; 0 for the empty one.
    static func tag(_ length: Int, first: UInt8, last: UInt8) -> UInt32 {
        UInt32(truncatingIfNeeded: length) << 16 | UInt32(first) << 8 | UInt32(last)
    }

    enum Kind: UInt8 {
        case null, `true`, `false`
        /// A number without fraction and exponent.
        case integer
        case fraction
        case string, array, object
    }

    /// The text of a string node.
    func string(at index: Int) -> String {
        let node = nodes[index]
        let range = Int(node.start)..<Int(node.end)
        guard node.isEscaped else { return String(decoding: bytes[range], as: UTF8.self) }
        return unescaped(range)
    }

    /// The value of an integer node; nil when it doesn't fit 64 bits.
    func integer(at index: Int) -> Int64? {
        let node = nodes[index]
        var position = Int(node.start)
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var value: Int64 = 0
        while position < Int(node.end) {
            let digit = Int64(bytes[position] - UInt8(ascii: "0"))
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards when negative, so that the least Int64 can be read.
            let (sum, over) = product.addingReportingOverflow(isNegative ? -digit : digit)
            guard !tooLarge, !over else { return nil }
            value = sum
            position += 1
        }
        return value
    }

    /// The value of the first member with this key among those from one key's node up to another's.
    func value(of key: StaticString, from start: Int, to end: Int) -> Int? {
        let length = key.utf8CodeUnitCount
        let text = UnsafeBufferPointer(start: key.utf8Start, count: length)
        let tag = Self.tag(length, first: text[0], last: text[length - 1])
        var index = start
        while index < end {
            let node = nodes[index]
            let isEqual =
                node.isEscaped
                ? string(at: index) == key.description
                : node.tag == tag
                    && bytes[Int(node.start)..<Int(node.end)].elementsEqual(text)
            if isEqual { return index + 1 }
            index = Int(nodes[index + 1].next)
        }
        return nil
    }

    /// The scanner has checked the escapes.
    private func unescaped(_ range: Range<Int>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(range.count)
        var position = range.lowerBound
        while position < range.upperBound {
            guard bytes[position] == UInt8(ascii: "\\") else {
                out.append(bytes[position])
                position += 1
                continue
            }
            let escape = bytes[position + 1]
            position += 2
            guard escape == UInt8(ascii: "u") else {
                out.append(JSONEscape.byte(for: escape) ?? escape)
                continue
            }
            var scalar = JSONEscape.hex(bytes, at: position) ?? 0
            position += 4
            if (0xD800..<0xDC00).contains(scalar) {
                let low = JSONEscape.hex(bytes, at: position + 2) ?? 0
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                position += 6
            }
            out.append(contentsOf: String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// What stands behind a backslash.
enum JSONEscape {
    /// The byte that a one-letter escape means; nil for no such escape.
    static func byte(for letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: nil
        }
    }

    /// Four hexadecimal digits; nil when there are fewer or others.
    static func hex(_ bytes: [UInt8], at position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
