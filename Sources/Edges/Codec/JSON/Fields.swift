/// An object's fields by name, typed, with errors that name the place.

/// A value that isn't as the protocol has it: `job.time_limit_minutes: expected an integer`.
struct FieldError: Error {
    var place: String
    var problem: String
}

/// One value in a document and where it stands.
struct Place {
    let document: JSONDocument
    let node: Int
    /// The path of what it is in: `site.projects[2]`; empty at the top.
    let parent: String
    let step: Step

    enum Step {
        case top
        case key(StaticString)
        case index(Int)
    }

    var kind: JSONDocument.Kind { document.nodes[node].kind }

    /// Written out only for an error, or to go deeper.
    var path: String {
        switch step {
        case .top: parent
        case .key(let key): parent.isEmpty ? key.description : "\(parent).\(key)"
        case .index(let index): "\(parent)[\(index)]"
        }
    }

    func error(_ problem: String) -> FieldError { FieldError(place: path, problem: problem) }
}

/// The fields of one object. Fields that nobody asks for are ignored.
struct Fields {
    private let document: JSONDocument
    private let first: Int
    private let end: Int
    let path: String
    /// Where the last field asked for ended: fields mostly come in the order they are asked for.
    private var cursor: Int

    init(_ place: Place) throws(FieldError) {
        guard place.kind == .object else { throw place.error("expected an object") }
        document = place.document
        first = place.node + 1
        end = Int(place.document.nodes[place.node].next)
        path = place.path
        cursor = first
    }

    /// The field's place; nil when it is absent or null.
    mutating func place(_ key: StaticString) -> Place? {
        guard
            let value = document.value(of: key, from: cursor, to: end)
                ?? document.value(of: key, from: first, to: cursor)
        else { return nil }
        cursor = Int(document.nodes[value].next)
        guard document.nodes[value].kind != .null else { return nil }
        return Place(document: document, node: value, parent: path, step: .key(key))
    }

    mutating func optional<Value: WireValue>(
        _ key: StaticString, as type: Value.Type = Value.self
    ) throws(FieldError) -> Value? {
        guard let place = place(key) else { return nil }
        return try Value(at: place)
    }

    mutating func required<Value: WireValue>(
        _ key: StaticString, as type: Value.Type = Value.self
    ) throws(FieldError) -> Value {
        guard let place = place(key) else { throw error(key, "missing") }
        return try Value(at: place)
    }

    /// Of all fields that are there.
    var names: [String] {
        var names: [String] = []
        var key = first
        while key < end {
            names.append(document.string(at: key))
            key = Int(document.nodes[key + 1].next)
        }
        return names
    }

    /// An object's own fields.
    mutating func object(_ key: StaticString) throws(FieldError) -> Fields {
        guard let place = place(key) else { throw error(key, "missing") }
        return try Fields(place)
    }

    func error(_ key: StaticString, _ problem: String) -> FieldError {
        FieldError(place: path.isEmpty ? key.description : "\(path).\(key)", problem: problem)
    }
}
