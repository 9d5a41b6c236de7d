/// The name a client gives its request; for a command, the command id.

/// 1 to 64 characters of `[A-Za-z0-9._:-]`.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package static let maximumBytes = 64

    /// Nil when the text is empty, too long or has any other character.
    package init?(_ text: String) {
        var text = text
        let usable = text.withUTF8 { bytes in
            (1...Self.maximumBytes).contains(bytes.count) && bytes.allSatisfy(Self.isAllowed)
        }
        guard usable else { return nil }
        description = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
