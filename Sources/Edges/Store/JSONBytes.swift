/// Writes compact JSON in the order it is told: equal values give equal bytes, which is what is hashed.

import Units

struct JSONBytes {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init() { bytes.reserveCapacity(1_024) }

    mutating func open(_ bracket: Unicode.Scalar) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    mutating func key(_ name: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func key(_ key: JSONKey) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: key.bytes)
        needsComma = false
    }

    mutating func field(_ name: String, _ value: Int64) {
        key(name)
        number(value)
    }

    mutating func field(_ key: JSONKey, _ value: Int64) {
        self.key(key)
        number(value)
    }

    mutating func field(_ key: JSONKey, _ value: String) {
        self.key(key)
        string(value)
        needsComma = true
    }

    private mutating func number(_ value: Int64) {
        bytes.append(decimal: value)
        needsComma = true
    }

    mutating func field(_ name: String, _ value: String) {
        key(name)
        string(value)
        needsComma = true
    }

    /// `"name":true`.
    mutating func flag(_ name: String) {
        key(name)
        bytes.append(contentsOf: "true".utf8)
        needsComma = true
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            // Nearly always there is nothing to escape, and the text is copied as a whole.
            guard utf8.contains(where: Self.isEscaped) else {
                return bytes.append(contentsOf: utf8)
            }
            appendEscaped(utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func appendEscaped(_ utf8: UnsafeBufferPointer<UInt8>) {
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: Array("\\u00".utf8))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }
}

/// A plain word as it is written in front of a value: `"word":`.
struct JSONKey: Sendable {
    fileprivate let bytes: [UInt8]

    init(_ word: String) { bytes = Array("\"\(word)\":".utf8) }
}
