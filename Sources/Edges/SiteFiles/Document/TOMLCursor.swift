/// A reading point in TOML text: skips, keys and strings.
///
/// On invalid text it gives wrong places, but it always ends and never traps.

struct TOMLCursor {
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var column = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    var peek: Character? { at < bytes.count ? Character(Unicode.Scalar(bytes[at])) : nil }
    var offsetBytes: Int { at }
    var place: Place { Place(line: line, column: column) }

    mutating func advance(by count: Int = 1) {
        for _ in 0..<count where at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if at == bytes.count || bytes[at] & 0xC0 != 0x80 {
                column += 1  // the byte was the last of its scalar
            }
        }
    }

    func looksAt(_ text: String) -> Bool { bytes[at...].starts(with: text.utf8) }

    mutating func skip(_ character: Character) -> Bool {
        guard peek == character else { return false }
        advance()
        return true
    }

    mutating func skipSpaces() {
        while peek == " " || peek == "\t" { advance() }
    }

    /// Spaces, newlines and comments.
    mutating func skipBlanks() {
        while let next = peek {
            if next == "#" {
                skipLine()
            } else if next == " " || next == "\t" || next == "\n" || next == "\r" {
                advance()
            } else {
                return
            }
        }
    }

    mutating func skipLine() {
        while let next = peek, next != "\n" { advance() }
    }

    /// `a."b.c".d` as its parts, the point standing after it and the spaces that follow.
    mutating func dottedKey() -> [String] {
        var keys: [String] = []
        repeat {
            skipSpaces()
            keys.append(simpleKey())
            skipSpaces()
        } while skip(".")
        return keys
    }

    private mutating func simpleKey() -> String {
        if peek == "\"" || peek == "'" { return string() }
        return bare(until: [".", "=", "]", " ", "\t", "\n"])
    }

    /// The text from here to one of `ends` or the end, without the spaces behind it.
    mutating func bare(until ends: Set<Character>) -> String {
        let start = at
        while let next = peek, !ends.contains(next) { advance() }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        return String(text.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
    }

    /// A quoted string of any of the four kinds; escapes of one-line strings are resolved.
    mutating func string() -> String {
        guard let quote = peek else { return "" }
        let fence = String(repeating: quote, count: 3)
        let isLong = looksAt(fence)
        advance(by: isLong ? 3 : 1)
        var scalars: [UInt8] = []
        while let next = peek {
            if next == "\\", quote == "\"" {
                scalars += escape()
            } else if isLong ? looksAt(fence) : next == quote {
                break
            } else {
                scalars.append(bytes[at])
                advance()
            }
        }
        advance(by: isLong ? 3 : 1)
        // Up to two quotes may stand before the closing three.
        if isLong { while skip(quote) {} }
        return String(decoding: scalars, as: UTF8.self)
    }

    private mutating func escape() -> [UInt8] {
        advance()
        let letter = peek
        advance()
        switch letter {
        case "b": return [8]
        case "t": return [9]
        case "n": return [10]
        case "f": return [12]
        case "r": return [13]
        case "u": return hexadecimal(digits: 4)
        case "U": return hexadecimal(digits: 8)
        default: return letter.map { Array(String($0).utf8) } ?? []
        }
    }

    private mutating func hexadecimal(digits: Int) -> [UInt8] {
        let text = bytes[at...].prefix(digits)
        advance(by: digits)
        let value = UInt32(String(decoding: text, as: UTF8.self), radix: 16)
        guard let scalar = value.flatMap(Unicode.Scalar.init) else { return [] }
        return Array(String(Character(scalar)).utf8)
    }
}
