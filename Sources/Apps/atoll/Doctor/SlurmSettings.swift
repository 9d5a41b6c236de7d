/// slurm.conf as slurmctld runs with it; where that can't be asked, as the file has it.

import Records

struct SlurmSettings: Sendable, Equatable {
    enum Source: Sendable, Equatable {
        case slurmctld
        /// What slurmctld will read at its next start.
        case file(String)
    }

    let source: Source
    private let values: [String: String]

    /// What `atoll-gauge config` printed.
    ///
    /// - Throws: where it is no record of settings.
    init(gauge output: String) throws(RecordError) {
        var reader = ConfigReader(ReadSettings(maxProblemsKept: 1))
        var values: [String: String] = [:]
        try withBytes(of: output) { bytes throws(RecordError) in
            try reader.read(bytes) { values[$0.key.lowercased()] = $0.value }
        }
        try reader.finish()
        (self.values, source) = (values, .slurmctld)
    }

    /// The text of a slurm.conf; what it includes is not read.
    init(text: String, path: String) {
        var values: [String: String] = [:]
        let joined = text.replacing("\\\n", with: " ")
        for line in joined.split(separator: "\n") {
            let said = line.prefix { $0 != "#" }
            guard let equals = said.firstIndex(of: "=") else { continue }
            let key = said[..<equals].filter { !$0.isWhitespace }.lowercased()
            let value = said[said.index(after: equals)...].drop { $0.isWhitespace }
            var words = String(value)
            while let last = words.last, last.isWhitespace { words.removeLast() }
            if values[key] == nil { values[key] = words.filter { $0 != "\"" } }
        }
        (self.values, source) = (values, .file(path))
    }

    /// Nil: not set, or nothing. Keys as in slurm.conf(5), in any case.
    subscript(key: String) -> String? {
        guard let value = values[key.lowercased()], !value.isEmpty, value != "(null)" else {
            return nil
        }
        return value
    }

    func list(_ key: String) -> [String] {
        (self[key] ?? "").split(separator: ",").map { word in
            String(word.filter { !$0.isWhitespace })
        }
    }

    /// `22.05.8`; a file does not say.
    var version: String? { self["SLURM_VERSION"] ?? self["SlurmVersion"] }
    var hasAccounting: Bool { self["AccountingStorageType"]?.hasSuffix("slurmdbd") ?? false }
    /// Where the file lies, as slurmctld says.
    var path: String {
        if case .file(let path) = source { return path }
        return self["SLURM_CONF"] ?? "/etc/slurm/slurm.conf"
    }

    /// A file beside slurm.conf.
    func beside(_ name: String) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return (folder + [name[...]]).joined(separator: "/")
    }
}

/// A record reader takes bytes.
func withBytes<Thrown: Error>(
    of text: String, _ body: (UnsafeRawBufferPointer) throws(Thrown) -> Void
) throws(Thrown) {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try body(UnsafeRawBufferPointer(copy))
}
