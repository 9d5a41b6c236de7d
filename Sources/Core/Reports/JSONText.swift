/// A report as JSON text: fields in the order they are given, numbers exact.

import Units

package indirect enum JSONText: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Millionths, written as a plain decimal: `6016.887779`.
    case decimal(micro: Int128)
    case string(String)
    case array([JSONText])
    case object([Field])

    package struct Field: Hashable, Sendable {
        package let key: String
        package let value: JSONText

        package init(_ key: String, _ value: JSONText) { (self.key, self.value) = (key, value) }
    }

    package static func string(_ text: String?) -> JSONText { text.map { .string($0) } ?? .null }

    /// Indented by two spaces, one element a line, with a line end.
    package var indented: String {
        var out = ""
        write(to: &out, depth: 0)
        return out + "\n"
    }

    private func write(to out: inout String, depth: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .integer(let value): out += String(value)
        case .decimal(let micro):
            out += decimalText(micro: micro, minimumDecimals: 0, grouped: false)
        case .string(let text): Self.write(text, to: &out)
        case .array(let elements):
            Self.write(elements, "[", "]", to: &out, depth: depth) { element, out in
                element.write(to: &out, depth: depth + 1)
            }
        case .object(let fields):
            Self.write(fields, "{", "}", to: &out, depth: depth) { field, out in
                Self.write(field.key, to: &out)
                out += ": "
                field.value.write(to: &out, depth: depth + 1)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, to out: inout String, depth: Int,
        _ body: (Element, inout String) -> Void
    ) {
        out += open
        for (index, element) in elements.enumerated() {
            out += index == 0 ? "\n" : ",\n"
            out += String(repeating: "  ", count: depth + 1)
            body(element, &out)
        }
        if !elements.isEmpty { out += "\n" + String(repeating: "  ", count: depth) }
        out += close
    }

    private static func write(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            case let control where control.value < 0x20:
                let hex = String(control.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
