/// A TOML document as a tree whose every node knows its key path and where it stands in the file.

import Units

struct Node {
    let value: Value
    /// From the root: `project[0].allocation[1].su`; the root's own is empty.
    let path: String
    /// Of the key, of the element, or of the table's header.
    let place: Place
    /// Numbers, booleans and times as they were written; empty for the rest.
    let token: String

    enum Value {
        case table([String: Node])
        case array([Node])
        case string(String)
        case integer(Int64)
        case float
        case boolean(Bool)
        /// With a zone and in whole seconds.
        case instant(Instant)
        case fractionalInstant
        /// A date with a time but no zone.
        case localTimestamp
        case localDate
        case localTime
    }

    /// The node's type in words, with its article.
    var typeInWords: String {
        switch value {
        case .table: "a table"
        case .array: "a list"
        case .string: "a string"
        case .integer: "a whole number"
        case .float: "a float"
        case .boolean: "a boolean"
        case .instant, .fractionalInstant, .localTimestamp: "a time"
        case .localDate: "a date"
        case .localTime: "a time of day"
        }
    }
}

/// `parent.key`, the key in quotes where TOML would want them.
func keyPath(_ parent: String, _ key: String) -> String {
    let written = isBareKey(key) ? key : quoted(key)
    return parent.isEmpty ? written : "\(parent).\(written)"
}

/// Whether a key needs no quotes.
func isBareKey(_ key: String) -> Bool {
    !key.isEmpty
        && key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
}

/// `text` as a TOML basic string; control characters are escaped, so it stays on one line.
func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case _ where scalar.value < 32 || scalar.value == 127:
            let hex = String(scalar.value, radix: 16, uppercase: true)
            out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}
