/// One node → one value, or the complaint about it.

import Units

/// How a node is understood.
typealias Interpretation<Value> = (Node) throws(Complaint) -> Value

enum Interpret {
    static func string(_ node: Node) throws(Complaint) -> String {
        guard case .string(let text) = node.value else {
            throw .wrongType(found: node.typeInWords, wanted: "a string in quotes")
        }
        return text
    }

    /// What can be typed after an option and shown in one column: no control characters, no `|`.
    static func name(_ node: Node) throws(Complaint) -> String {
        let text = try string(node)
        guard !text.isEmpty else { throw .badName(text, why: "is empty; write a name") }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 && $0 != "|" })
        else {
            throw .badName(text, why: "has a control character or a |; leave it out")
        }
        guard text.first != " ", text.last != " " else {
            throw .badName(text, why: "begins or ends with a space; leave it out")
        }
        guard text.utf8.count <= 250 else {
            throw .badName(text, why: "is longer than 250 bytes; shorten it")
        }
        return text
    }

    static func boolean(_ node: Node) throws(Complaint) -> Bool {
        guard case .boolean(let value) = node.value else {
            throw .wrongType(found: node.typeInWords, wanted: "true or false")
        }
        return value
    }

    /// One of an enumeration's words.
    static func word<Choice: RawRepresentable & CaseIterable>(
        _ type: Choice.Type
    ) -> Interpretation<Choice> where Choice.RawValue == String {
        { (node) throws(Complaint) in
            let text = try string(node)
            if let choice = Choice(rawValue: text) { return choice }
            let allowed = Choice.allCases.map(\.rawValue)
            throw .notOneOf(
                text, allowed: allowed, suggestion: suggestion(for: text, among: allowed))
        }
    }

    /// A second in time; a zone is required, since a budget's first hour is money.
    static func instant(_ node: Node) throws(Complaint) -> Instant {
        switch node.value {
        case .instant(let instant): return instant
        case .fractionalInstant: throw .fractionalSecond(node.token)
        case .localTimestamp:
            let time = node.token.replacing(" ", with: "T")
            throw .noZone(written: node.token, remedy: "\(time)Z")
        case .localDate:
            throw .noZone(written: node.token, remedy: "\(node.token)T00:00:00Z")
        case .string(let text) where (try? Instant(parsing: text)) != nil: throw .quotedTime(text)
        default:
            throw .wrongType(
                found: node.typeInWords, wanted: "a time such as 2026-01-01T00:00:00Z")
        }
    }

    static func tres(_ node: Node) throws(Complaint) -> TRESName {
        try TRESWord.read(try string(node))
    }
}
