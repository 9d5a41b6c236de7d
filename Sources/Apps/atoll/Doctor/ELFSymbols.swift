/// Constants out of a shared object without loading it: a plugin's version, by its symbol.
///
/// ELF of 64 bits, little-endian, as elf(5) has it; a section for each table.

struct ELFSymbols {
    private let bytes: [UInt8]
    /// File offsets of the constants, by name.
    private var places: [String: Int] = [:]

    /// Nil: it is no such file.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard bytes.count > 64, bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]),
            let sectionsAt = number(at: 40, of: 8), let size = number(at: 58, of: 2),
            let count = number(at: 60, of: 2)
        else { return nil }
        let sections = (0..<count).map { sectionsAt + $0 * size }
        for at in sections {
            guard let kind = number(at: at + 4, of: 4), kind == 11,  // SHT_DYNSYM
                let link = number(at: at + 40, of: 4), link < count,
                let names = number(at: sections[link] + 24, of: 8),
                let start = number(at: at + 24, of: 8), let length = number(at: at + 32, of: 8),
                start + length <= bytes.count
            else { continue }
            for symbol in stride(from: start, to: start + length, by: 24) {
                guard let name = number(at: symbol, of: 4),
                    let section = number(at: symbol + 6, of: 2),
                    let address = number(at: symbol + 8, of: 8), section > 0, section < count,
                    let base = number(at: sections[section] + 16, of: 8),
                    let offset = number(at: sections[section] + 24, of: 8), address >= base,
                    let text = text(at: names + name)
                else { continue }
                places[text] = offset + address - base
            }
        }
    }

    /// A `const uint32_t`.
    func number(_ name: String) -> Int? { places[name].flatMap { number(at: $0, of: 4) } }

    /// A `const char []`.
    func text(_ name: String) -> String? { places[name].flatMap(text(at:)) }

    private func number(at place: Int, of size: Int) -> Int? {
        guard place >= 0, place <= bytes.count - size else { return nil }
        var value: UInt64 = 0
        for byte in bytes[place..<place + size].reversed() { value = value << 8 | UInt64(byte) }
        // What is larger lies in no file; so sums of these never overflow.
        return value < 1 << 40 ? Int(value) : nil
    }

    private func text(at place: Int) -> String? {
        guard place >= 0, place < bytes.count,
            let end = bytes[place...].prefix(256).firstIndex(of: 0)
        else { return nil }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}
