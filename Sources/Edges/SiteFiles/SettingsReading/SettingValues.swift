/// How the settings' own kinds of value are read.

extension TableReader {
    /// Replaces a default by what the file says, if it says anything readable.
    func set<Value>(_ value: inout Value, _ key: String, _ read: Interpretation<Value>) {
        if let written = optional(key, read) { value = written }
    }

    /// Replaces a default list of names; an empty list is a list.
    func set(_ names: inout [String], _ key: String) {
        if let written = list(key, Interpret.name) { names = written }
    }
}

extension Interpret {
    /// A whole number within `range`.
    static func count(in range: ClosedRange<Int>) -> Interpretation<Int> {
        { (node) throws(Complaint) in
            guard case .integer(let value) = node.value else {
                throw .wrongType(found: node.typeInWords, wanted: "a whole number, without quotes")
            }
            guard let count = Int(exactly: value), range.contains(count) else {
                throw .outOfRange(
                    "\(value)", lowest: "\(range.lowerBound)", highest: "\(range.upperBound)")
            }
            return count
        }
    }

    static func absolutePath(_ node: Node) throws(Complaint) -> String {
        let path = try string(node)
        guard path.hasPrefix("/") else { throw .notAbsolute(path) }
        return path
    }

    static func socketPath(_ node: Node) throws(Complaint) -> String {
        let path = try absolutePath(node)
        let limit = SettingBounds.socketPathBytes
        guard path.utf8.count <= limit else {
            throw .pathTooLong(bytes: path.utf8.count, limitBytes: limit)
        }
        return path
    }

    /// `true`, `false` or `"auto"`.
    static func accounting(_ node: Node) throws(Complaint) -> Accounting {
        if case .boolean(let value) = node.value { return value ? .on : .off }
        if case .string(Accounting.auto.rawValue) = node.value { return .auto }
        let found =
            if case .string(let text) = node.value { quoted(text) } else { node.typeInWords }
        throw .wrongType(found: found, wanted: "true, false or \"auto\"")
    }
}
