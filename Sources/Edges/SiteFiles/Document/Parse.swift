/// TOML text → a tree of nodes with places; the only file that imports TOMLKit.

import TOMLKit
import Units

/// The root table of `text`; throws TOMLKit's own finding, which is only ever the first.
func parseTOML(_ text: String, problems: Problems) throws(FileError) -> TableReader {
    // TOMLKit takes C strings: everything behind a NUL would be dropped unseen.
    if text.utf8.contains(0) { problems.add(.containsNUL, path: "", place: nil) }
    try problems.throwIfAny()
    let places = PlaceIndex(scanning: text)
    do {
        let parsed = try TOMLTable(string: safe(text, places.hazard))
        let fields = Conversion(places: places).fields(of: parsed, at: "")
        let root = Node(
            value: .table(fields), path: "", place: Place(line: 1, column: 1), token: "")
        guard let hazard = places.hazard else {
            return TableReader(node: root, fields: fields, problems: problems)
        }
        problems.add(.notTOML(hazard.words), path: "", place: hazard.place)
    } catch let error as TOMLParseError {
        let begin = error.source.begin
        let place = Place(line: begin.line, column: begin.column)
        let isAtEnd = error.description.hasSuffix("encountered end-of-file")
        if let hazard = places.hazard, isAtEnd || hazard.place.line <= place.line {
            problems.add(.notTOML(hazard.words), path: "", place: hazard.place)
        } else {
            problems.add(.notTOML(error.description), path: "", place: place)
        }
    } catch {
        problems.add(.notTOML("\(error)"), path: "", place: nil)
    }
    try problems.throwIfAny()
    preconditionFailure("a parse that failed has added its problem")
}

/// The text up to its first hazard: the parser then tells what is wrong before it, or that it ends.
private func safe(_ text: String, _ hazard: PlaceIndex.Hazard?) -> String {
    guard let hazard else { return text }
    return String(decoding: text.utf8.prefix(hazard.offsetBytes), as: UTF8.self)
}

private struct Conversion {
    let places: PlaceIndex

    func fields(of table: TOMLTable, at path: String) -> [String: Node] {
        var fields: [String: Node] = [:]
        for key in table.keys {
            guard let value = table[key] else { continue }
            fields[key] = node(value, at: keyPath(path, key))
        }
        return fields
    }

    private func node(_ value: any TOMLValueConvertible, at path: String) -> Node {
        let entry = places[path]
        return Node(
            value: convert(value, at: path), path: path, place: entry.place, token: entry.token)
    }

    private func convert(_ value: any TOMLValueConvertible, at path: String) -> Node.Value {
        switch value.type {
        case .table: .table(value.table.map { fields(of: $0, at: path) } ?? [:])
        case .array:
            .array(
                (value.array.map(Array.init) ?? []).enumerated().map {
                    node($0.element, at: "\(path)[\($0.offset)]")
                })
        case .string: .string(value.string ?? "")
        case .int: .integer(Int64(value.int ?? 0))
        case .double: .float
        case .bool: .boolean(value.bool ?? false)
        case .date: .localDate
        case .time: .localTime
        case .dateTime: value.dateTime.map(instant) ?? .localTimestamp
        }
    }

    private func instant(_ time: TOMLDateTime) -> Node.Value {
        guard let offset = time.offset else { return .localTimestamp }
        guard time.time.nanoSecond == 0 else { return .fractionalInstant }
        let fields = [
            (time.date.year, 4, "-"), (time.date.month, 2, "-"), (time.date.day, 2, "T"),
            (time.time.hour, 2, ":"), (time.time.minute, 2, ":"), (time.time.second, 2, "Z"),
        ]
        let text = fields.map { value, width, end in
            String(repeating: "0", count: max(0, width - String(value).count)) + "\(value)\(end)"
        }.joined()
        guard let local = try? Instant(parsing: text) else { return .localTimestamp }
        let utc = local.advanced(bySeconds: -60 * Int64(offset.offset))
        return .instant(min(utc, .distantFuture))
    }
}
