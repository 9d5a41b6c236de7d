/// A command line of sbatch's, taken apart as getopt_long does: options up to the first word that
/// is none, which is the script; what follows is the script's.

package struct SbatchLine: Hashable, Sendable {
    /// One option as it was given, under its whole name.
    package struct Given: Hashable, Sendable {
        package let name: String
        package let value: String?

        package init(_ name: String, _ value: String?) { (self.name, self.value) = (name, value) }
    }

    package private(set) var options: [Given] = []
    /// The script and its arguments.
    package private(set) var operands: [String] = []

    /// - Parameter others: options that are not sbatch's, but of the program that reads its line.
    package init(
        _ arguments: [String], others: [SbatchOption] = []
    ) throws(SbatchError) {
        let forms = SbatchOption.ofSbatch + others
        var rest = arguments[...]
        while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest.removeFirst()
            if word == "--" { break }
            if word.hasPrefix("--") {
                options.append(try Self.longOption(word.dropFirst(2), forms, &rest))
            } else {
                try readLetters(word.dropFirst(), forms, &rest)
            }
        }
        operands = Array(rest)
        // On the command line a lone : parts the components of a heterogeneous job.
        if operands.first == ":" { throw .hetJob }
    }

    package func value(of name: String) -> String? {
        options.last { $0.name == name }?.value
    }

    package func has(_ name: String) -> Bool { options.contains { $0.name == name } }

    private static func longOption(
        _ text: Substring, _ forms: [SbatchOption], _ rest: inout ArraySlice<String>
    ) throws(SbatchError) -> Given {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let (name, attached) = (String(parts[0]), parts.count == 2 ? String(parts[1]) : nil)
        let form = try form(named: name, forms)
        switch form.value {
        case .none:
            guard attached == nil else { throw .needlessValue(option: "--\(form.name)") }
            return Given(form.name, nil)
        case .optional: return Given(form.name, attached)
        case .required:
            guard let value = attached ?? rest.popFirst() else {
                throw .missingValue(option: "--\(form.name)")
            }
            return Given(form.name, value)
        }
    }

    /// By its whole name, or by a beginning that no other has.
    private static func form(
        named name: String, _ forms: [SbatchOption]
    ) throws(SbatchError) -> SbatchOption {
        if let exact = forms.first(where: { $0.name == name }) { return exact }
        let near = forms.filter { $0.name.hasPrefix(name) }
        guard let first = near.first, !name.isEmpty else { throw .unknownOption("--\(name)") }
        guard near.count == 1 else {
            throw .ambiguousOption("--\(name)", candidates: near.map(\.name).sorted())
        }
        return first
    }

    /// `-n4`, `-n 4`, `-Hn4`.
    private mutating func readLetters(
        _ letters: Substring, _ forms: [SbatchOption], _ rest: inout ArraySlice<String>
    ) throws(SbatchError) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let form = forms.first(where: { $0.letter == letter }) else {
                throw .unknownOption("-\(letter)")
            }
            switch form.value {
            case .none: options.append(Given(form.name, nil))
            case .optional:
                options.append(Given(form.name, letters.isEmpty ? nil : String(letters)))
                return
            case .required:
                guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
                    throw .missingValue(option: "-\(letter)")
                }
                options.append(Given(form.name, value))
                return
            }
        }
    }
}
