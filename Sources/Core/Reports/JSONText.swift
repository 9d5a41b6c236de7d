/// A JSON value as it is printed for programs: numbers exact, fields in the order they were given.

package enum JSONText: Hashable, Sendable {
    case object([Field])
    case array([JSONText])
    case string(String)
    /// A number in its own digits: no amount passes through a Double.
    case number(String)
    case bool(Bool)
    case null

    package struct Field: Hashable, Sendable {
        package let key: String
        package let value: JSONText

        package init(_ key: String, _ value: JSONText) { (self.key, self.value) = (key, value) }
    }
}

extension JSONText: CustomStringConvertible {
    /// Indented by two spaces a level; an object without lists or objects in it stays on one line.
    package var description: String {
        var text = ""
        write(to: &text, indent: 0)
        return text
    }

    private var isFlat: Bool {
        switch self {
        case .object, .array: false
        case .string, .number, .bool, .null: true
        }
    }

    private func write(to text: inout String, indent: Int) {
        switch self {
        case .object(let fields):
            let isFlat = fields.allSatisfy(\.value.isFlat) && indent > 0
            Self.write(fields, "{", "}", isFlat, to: &text, indent) { field, text in
                Self.quote(field.key, to: &text)
                text += ": "
                field.value.write(to: &text, indent: indent + 1)
            }
        case .array(let elements):
            Self.write(elements, "[", "]", false, to: &text, indent) { element, text in
                element.write(to: &text, indent: indent + 1)
            }
        case .string(let string): Self.quote(string, to: &text)
        case .number(let digits): text += digits
        case .bool(let bool): text += bool ? "true" : "false"
        case .null: text += "null"
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, _ isFlat: Bool,
        to text: inout String, _ indent: Int, _ write: (Element, inout String) -> Void
    ) {
        guard !elements.isEmpty else {
            text += open + close
            return
        }
        let margin = String(repeating: "  ", count: indent)
        text += open
        for (index, element) in elements.enumerated() {
            text += index > 0 ? "," : ""
            text += isFlat ? (index > 0 ? " " : "") : "\n\(margin)  "
            write(element, &text)
        }
        text += isFlat ? close : "\n\(margin)\(close)"
    }

    private static func quote(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case "\u{0}"..<" ", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
