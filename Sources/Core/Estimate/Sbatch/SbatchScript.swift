/// The options in a batch script: its `#SBATCH` lines up to the first command.

extension SbatchLine {
    /// - Throws: what is wrong with a directive; sbatch refuses such a script as well.
    package init(script: String) throws(SbatchError) {
        var words: [String] = []
        for (index, line) in script.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            guard line.hasPrefix("#SBATCH") else {
                let first = line.first { !$0.isWhitespace }
                if let first, first != "#" { break }
                continue
            }
            let found = try Self.words(of: line.dropFirst(7), line: index + 1)
            let lowered = found.first?.lowercased()
            if lowered == "hetjob" || lowered == "packjob" { throw .hetJob }
            words += found
            let read = try SbatchLine(words)
            if let stray = read.operands.first { throw .strayWord(stray, line: index + 1) }
        }
        try self.init(words)
    }

    /// Words parted by blanks; quotes keep blanks, `\` keeps the next character, `#` ends the line.
    private static func words(of text: Substring, line: Int) throws(SbatchError) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var characters = text[...]
        while let character = characters.popFirst() {
            if character == "\\" {
                if let next = characters.popFirst() { word = (word ?? "") + String(next) }
            } else if let open = quote {
                if character == open { quote = nil } else { word?.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else if character == "#" {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw .openQuote(line: line) }
        if let word { words.append(word) }
        return words
    }
}
