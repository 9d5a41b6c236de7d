/// Where each key, element and table of a TOML text stands.
///
/// TOMLKit tells no place but that of a parse error, so a second, much simpler pass over the text
/// finds them. It is right as far as the text is valid.

struct PlaceIndex {
    struct Entry {
        var place: Place
        /// A number, boolean or time as it was written.
        var token = ""
    }

    /// What TOMLKit doesn't refuse but aborts the process at, seen with 0.6.0: a header that begins
    /// with no key, a value that begins with a brace or a foreign blank, and half an hour
    /// behind a date.
    struct Hazard {
        let place: Place
        let offsetBytes: Int
        let words: String
    }

    /// The first of the text, if any.
    private(set) var hazard: Hazard?
    private var entries: [String: Entry] = [:]
    /// How many tables each array of tables has so far.
    private var tableCounts: [String: Int] = [:]
    private var cursor: TOMLCursor

    var places: [String: Place] { entries.mapValues(\.place) }

    subscript(path: String) -> Entry { entries[path] ?? Entry(place: Place(line: 1, column: 1)) }

    init(scanning text: String) {
        cursor = TOMLCursor(text)
        var table = ""
        while true {
            cursor.skipBlanks()
            guard let next = cursor.peek else { return }
            if next == "[" {
                table = header()
            } else {
                keyAndValue(in: table)
            }
            cursor.skipLine()
        }
    }

    /// Reads `[a.b]` or `[[a.b]]`; returns the path that the keys below it belong to.
    private mutating func header() -> String {
        let place = cursor.place
        let isElement = cursor.looksAt("[[")
        cursor.advance(by: isElement ? 2 : 1)
        cursor.skipSpaces()
        if let next = cursor.peek, next != "]", !isKeyStart(next) {
            note(hazard: "Error while parsing table header: expected a key", at: cursor)
        }
        let keys = cursor.dottedKey()
        var path = ""
        for key in keys.dropLast() {
            path = keyPath(path, key)
            note(path, place)
            if let count = tableCounts[path] { path += "[\(count - 1)]" }
        }
        path = keyPath(path, keys.last ?? "")
        guard isElement else {
            entries[path] = Entry(place: place)
            return path
        }
        note(path, place)
        let index = tableCounts[path, default: 0]
        tableCounts[path] = index + 1
        path += "[\(index)]"
        note(path, place)
        return path
    }

    private mutating func keyAndValue(in table: String) {
        let place = cursor.place
        var path = table
        for key in cursor.dottedKey() {
            path = keyPath(path, key)
            note(path, place)
        }
        guard cursor.skip("=") else { return cursor.advance() }
        value(at: path)
    }

    private mutating func value(at path: String) {
        cursor.skipSpaces()
        if let next = cursor.peek, next == "}" || !next.isASCII {
            note(hazard: "Error while parsing value: expected a value", at: cursor)
        }
        switch cursor.peek {
        case "[": list(at: path)
        case "{": inlineTable(at: path)
        case "\"", "'": _ = cursor.string()
        default:
            checkHour()
            entries[path]?.token = cursor.bare(until: [",", "]", "}", "#", "\n"])
        }
    }

    /// Looks ahead at a bare value: `2026-01-01T` wants a digit next, `2026-01-01 1` another.
    private mutating func checkHour() {
        var ahead = cursor
        let date = ahead.bare(until: ["T", "t", " ", ",", "]", "}", "#", "\n"])
        guard date.count > 4, date.allSatisfy({ isDigit($0) || $0 == "-" }) else { return }
        let isSpaced = ahead.skip(" ")
        guard isSpaced || ahead.skip("T") || ahead.skip("t") else { return }
        if isSpaced {
            guard let hour = ahead.peek, isDigit(hour) else { return }
            ahead.advance()
        }
        guard let next = ahead.peek, !isDigit(next) else { return }
        note(hazard: "Error while parsing time: expected 2-digit hour", at: ahead)
    }

    private func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    private mutating func note(hazard words: String, at point: TOMLCursor) {
        guard hazard == nil else { return }
        hazard = Hazard(place: point.place, offsetBytes: point.offsetBytes, words: words)
    }

    private mutating func list(at path: String) {
        cursor.advance()
        var index = 0
        while true {
            cursor.skipBlanks()
            if cursor.peek == nil || cursor.skip("]") { return }
            let element = "\(path)[\(index)]"
            note(element, cursor.place)
            value(at: element)
            cursor.skipBlanks()
            guard cursor.skip(",") || cursor.peek == "]" else { return }
            index += 1
        }
    }

    private mutating func inlineTable(at path: String) {
        cursor.advance()
        while true {
            cursor.skipBlanks()
            if cursor.peek == nil || cursor.skip("}") { return }
            keyAndValue(in: path)
            cursor.skipBlanks()
            guard cursor.skip(",") || cursor.peek == "}" else { return }
        }
    }

    private func isKeyStart(_ character: Character) -> Bool {
        character == "\"" || character == "'" || isBareKey(String(character))
    }

    /// Keeps the first place of a path: later ones only add to it.
    private mutating func note(_ path: String, _ place: Place) {
        if entries[path] == nil { entries[path] = Entry(place: place) }
    }
}
