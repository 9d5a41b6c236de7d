/// One table of a file: takes its values by key and notes what is wrong with them.
///
/// A value that can't be read is nil and its problem is noted, so that reading goes on.

import Units

struct TableReader {
    let node: Node
    let fields: [String: Node]
    let problems: Problems

    init(node: Node, fields: [String: Node], problems: Problems) {
        (self.node, self.fields, self.problems) = (node, fields, problems)
    }

    /// The line its header stands on.
    var line: Int { node.place.line }

    /// Notes every key that isn't one of `known`.
    func expect(_ known: [String]) {
        for (key, field) in fields where !known.contains(key) {
            problems.add(
                .unknownKey(suggestion: suggestion(for: key, among: known), known: known), at: field
            )
        }
    }

    func optional<Value>(_ key: String, _ read: Interpretation<Value>) -> Value? {
        guard let field = fields[key] else { return nil }
        return value(of: field, read)
    }

    /// `example` is what to write where the key is missing.
    func required<Value>(
        _ key: String, example: String, _ read: Interpretation<Value>
    ) -> Value? {
        guard fields[key] != nil else { return missing(key, example: example) }
        return optional(key, read)
    }

    /// A list's readable items; nil where the key is absent or no list.
    func list<Item: Hashable>(_ key: String, _ read: Interpretation<Item>) -> [Item]? {
        guard let field = fields[key] else { return nil }
        guard case .array(let nodes) = field.value else {
            problems.add(
                .wrongType(found: field.typeInWords, wanted: "a list in brackets"), at: field)
            return nil
        }
        var items: [Item] = []
        for node in nodes {
            guard let item = value(of: node, read) else { continue }
            if items.contains(item), case .string(let text) = node.value {
                problems.add(.listedTwice(text), at: node)
            }
            items.append(item)
        }
        return items
    }

    /// A list that names at least one thing where it is there at all.
    func names(_ key: String, orLeftOut: Bool = true) -> [String]? {
        guard let names = list(key, Interpret.name) else { return nil }
        if case .array(let nodes) = fields[key]?.value, nodes.isEmpty {
            let example = "at least one name" + (orLeftOut ? ", or leave the key out" : "")
            problem(.emptyList(example: example), at: key)
        }
        return names
    }

    /// The tables `[[key]]`, none where there are none.
    func tables(_ key: String) -> [TableReader] {
        guard let field = fields[key] else { return [] }
        guard case .array(let nodes) = field.value else {
            let heading = "a header in double brackets, [[\(key)]]"
            problems.add(.wrongType(found: field.typeInWords, wanted: heading), at: field)
            return []
        }
        return nodes.compactMap { node in
            table(node, wanted: "tables, each headed by its [[\(key)]]")
        }
    }

    /// The table `[key]`; an absent one is read as empty.
    func section(_ key: String) -> TableReader {
        let empty = Node(
            value: .table([:]), path: keyPath(node.path, key), place: node.place, token: "")
        let nothing = TableReader(node: empty, fields: [:], problems: problems)
        guard let field = fields[key] else { return nothing }
        return table(field, wanted: "a header in brackets, [\(key)]") ?? nothing
    }

    private func table(_ node: Node, wanted: String) -> TableReader? {
        guard case .table(let fields) = node.value else {
            problems.add(.wrongType(found: node.typeInWords, wanted: wanted), at: node)
            return nil
        }
        return TableReader(node: node, fields: fields, problems: problems)
    }

    /// Notes that `key` is missing; always nil.
    func missing<Value>(_ key: String, example: String) -> Value? {
        problems.add(
            .missing(example: example), path: keyPath(node.path, key), place: node.place)
        return nil
    }

    /// Notes a problem at a key, or at the table itself where the key is absent.
    func problem(_ complaint: Complaint, at key: String? = nil) {
        problems.add(complaint, at: key.flatMap { fields[$0] } ?? node)
    }

    private func value<Value>(of node: Node, _ read: Interpretation<Value>) -> Value? {
        do { return try read(node) } catch {
            problems.add(error, at: node)
            return nil
        }
    }
}

/// A value together with the table it was read from.
struct Placed<Value> {
    let value: Value
    let table: TableReader
}
