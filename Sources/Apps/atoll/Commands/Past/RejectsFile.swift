/// The file of rows that an import can't take: where each stood and why, in front of the row as it was,
/// under the dump's own header. So it is a dump again. It is a new one each time: an earlier one may hold
/// rows that nobody has mended yet, or be what is being read.

struct RejectsFile {
    static let usualPath = "atoll-rejected.psv"

    private let surroundings: Surroundings
    /// The first of its files; rows under another header go to another.
    let path: String
    /// Those that were written, in that order.
    private(set) var paths: [String] = []
    private(set) var count: Int64 = 0
    private var file = ""
    private var current = ""
    private var headers: [String] = []
    /// By the header's place: where its rows are written.
    private var names: [Int: String] = [:]
    private var waiting: [Int: String] = [:]

    /// - Parameter path: as given; nil: the usual one, or where that is there the next that is free.
    /// - Throws: a failure where the one that was given is there already.
    init(_ path: String?, reading inputs: [String], _ surroundings: Surroundings) throws {
        self.surroundings = surroundings
        guard let path else {
            self.path = surroundings.freePath { n in
                n == 1 ? Self.usualPath : "atoll-rejected-\(n).psv"
            }
            return
        }
        self.path = path
        guard let there = surroundings.machine.look(path), there.kind == .file else { return }
        if let identity = there.identity,
            let input = inputs.first(where: {
                surroundings.machine.look($0)?.identity == identity
            })
        {
            throw Failure(
                "--rejects \(path): that is \(input == path ? "a file" : input) that is to be "
                    + "imported; name a new file, or leave --rejects away.")
        }
        throw Failure(
            "--rejects \(path): that file is there already, and its rows may not be mended yet; name a "
                + "new file, or remove it.")
    }

    mutating func begin(_ name: String) { file = name }

    mutating func header(_ line: String) {
        current = line
        if !headers.contains(line) { headers.append(line) }
    }

    mutating func add(_ row: String, line: Int64, _ reason: String) {
        count += 1
        let place = headers.firstIndex(of: current) ?? 0
        let cleaned = reason.map { $0 == "|" || $0.isNewline ? "/" : $0 }
        let name = file.replacing("|", with: "/")
        waiting[place, default: ""] += "\(name):\(line)|\(String(cleaned))|\(row)\n"
        if waiting[place, default: ""].utf8.count > 1 << 20 { try? flush() }
    }

    mutating func flush() throws {
        for (place, text) in waiting.sorted(by: { $0.key < $1.key }) {
            if let name = names[place] {
                try surroundings.save(name, text, false)
            } else {
                let name =
                    paths.isEmpty
                    ? path : surroundings.freePath { n in "\(path).\(paths.count + n)" }
                let header = headers.indices.contains(place) ? headers[place] : ""
                try surroundings.save(name, "RejectedLine|RejectedBecause|\(header)\n" + text, true)
                names[place] = name
                paths.append(name)
            }
            waiting[place] = nil
        }
    }
}

extension Surroundings {
    /// The first of the paths, counted from 1, where nothing is.
    fileprivate func freePath(_ path: (Int) -> String) -> String {
        var n = 1
        while machine.look(path(n)) != nil { n += 1 }
        return path(n)
    }
}
