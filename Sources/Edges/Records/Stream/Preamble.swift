/// The gauge's first and last lines: `#atoll-records 1 kind=jobs cluster=reef at=1765000000` and
/// `#end rows=12`. A stream that begins so escapes its values and must end so; a plain sacct dump
/// does neither.
package struct Preamble: Equatable, Sendable {
    package static let marker = "#atoll-records"
    package static let version = "1"
    package static let endMarker = "#end"

    package let kind: RecordKind
    /// The cluster the records come from (ClusterName in slurm.conf).
    package let cluster: String
    /// When they were asked for, in epoch seconds (UTC).
    package let atEpochSeconds: Int64
    /// Whatever else the line says, such as `start`, `end`, `slurm`.
    package let attributes: [String: String]

    package init(
        kind: RecordKind, cluster: String, atEpochSeconds: Int64, attributes: [String: String] = [:]
    ) {
        self.kind = kind
        self.cluster = cluster
        self.atEpochSeconds = atEpochSeconds
        self.attributes = attributes
    }

    /// Nil where `line` is no first line of the gauge's.
    init?(line: String) throws(RecordError) {
        var words = line.split(separator: " ").map(String.init)
        guard words.first == Self.marker else { return nil }
        guard words.count >= 2 else { throw .malformedPreamble(line) }
        guard words[1] == Self.version else { throw .unknownVersion(words[1]) }
        words.removeFirst(2)
        var pairs = Self.pairs(words)
        guard let kindName = pairs.removeValue(forKey: "kind"),
            let cluster = pairs.removeValue(forKey: "cluster"),
            let at = pairs.removeValue(forKey: "at").flatMap({ Int64($0) })
        else { throw .malformedPreamble(line) }
        guard let kind = RecordKind(rawValue: kindName) else {
            throw .wrongKind(found: kindName, expected: "known")
        }
        self.init(kind: kind, cluster: cluster, atEpochSeconds: at, attributes: pairs)
    }

    /// How many rows the last line tells; nil where `line` is no last line.
    static func rowsTold(by line: String) -> Int? {
        let words = line.split(separator: " ").map(String.init)
        guard words.first == endMarker else { return nil }
        return pairs(Array(words.dropFirst()))["rows"].flatMap { Int($0) }
    }

    private static func pairs(_ words: [String]) -> [String: String] {
        var pairs: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { continue }
            pairs[String(word[..<equals])] = String(word[word.index(after: equals)...])
        }
        return pairs
    }
}

extension Preamble: CustomStringConvertible {
    /// The line itself, attributes in order of their names.
    package var description: String {
        let more = attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return "\(Self.marker) \(Self.version) kind=\(kind.rawValue) cluster=\(cluster)"
            + " at=\(atEpochSeconds)" + more
    }
}
