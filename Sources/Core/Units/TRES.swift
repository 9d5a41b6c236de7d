/// Trackable resources (TRES) as Slurm names them, with counts in base units.
///
/// Base units: memory in MiB, everything else in ones. Source: slurm.conf(5) AccountingStorageTRES
/// and the TRES strings of sacct and `job_info_t` (`billing=12,cpu=12,gres/gpu:a100=2,mem=31000M`).

/// One kind of TRES: `cpu`, `mem`, `node`, `billing`, `gres/gpu`, `gres/gpu:h200`, `license/x`.
package struct TRESName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// `text` is lower-cased up to the `/`: gres types and licences are as the site spells them.
    package init(_ text: String) {
        let kind = text.utf8.prefix { $0 != UInt8(ascii: "/") }
        guard kind.contains(where: { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }) else {
            description = text
            return
        }
        description = text[..<kind.endIndex].lowercased() + text[kind.endIndex...]
    }

    package static let cpu = TRESName("cpu")
    package static let memory = TRESName("mem")
    package static let node = TRESName("node")
    package static let billing = TRESName("billing")

    package static func < (a: Self, b: Self) -> Bool { a.description < b.description }

    /// For `gres/gpu:h200` the untyped `gres/gpu`; nil for anything that names no type.
    package var untyped: TRESName? {
        guard description.hasPrefix("gres/"), let colon = description.firstIndex(of: ":") else {
            return nil
        }
        return TRESName(String(description[..<colon]))
    }

    /// Whether this is a type of `gres`, as `gres/gpu:h200` is of `gres/gpu`. Makes no new string.
    package func isType(of gres: TRESName) -> Bool {
        let (mine, theirs) = (description.utf8, gres.description.utf8)
        guard mine.count > theirs.count, mine.starts(with: theirs) else { return false }
        return mine[mine.index(mine.startIndex, offsetBy: theirs.count)] == UInt8(ascii: ":")
            && theirs.starts(with: "gres/".utf8)
    }

    /// How many base units make the unit a rate is stated in: 1024 MiB of memory a GiB, else 1.
    package var baseUnitsPerRatedUnit: Int64 { self == .memory ? 1_024 : 1 }

    /// Whether two names can count the same thing: equal, or typed and untyped of one gres.
    package func overlaps(_ other: TRESName) -> Bool {
        self == other || untyped == other || other.untyped == self
    }
}

/// Counts by TRES name; a name that is absent counts zero.
package struct TRESCounts: Hashable, Sendable {
    private struct Item: Hashable {
        let name: TRESName
        var count: Int64
    }
    /// By name. There are a handful: looking at each takes less than hashing one name does.
    private var items: [Item]

    package init() { items = [] }

    package init(_ counts: [TRESName: Int64]) {
        items = counts.map { Item(name: $0.key, count: $0.value) }.sorted { $0.name < $1.name }
    }

    package subscript(name: TRESName) -> Int64 {
        get {
            for item in items where item.name == name { return item.count }
            return 0
        }
        set {
            let place = items.firstIndex { !($0.name < name) } ?? items.count
            if place < items.count, items[place].name == name {
                items[place].count = newValue
            } else {
                items.insert(Item(name: name, count: newValue), at: place)
            }
        }
    }

    package var isEmpty: Bool { items.isEmpty }
    /// Where the counts lie: while they are kept no others lie there, and copies of them share it.
    package var storage: UInt {
        items.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
    /// Names in order, with their counts.
    package var sorted: [(name: TRESName, count: Int64)] { items.map { ($0.name, $0.count) } }
    package var names: [TRESName] { items.map(\.name) }

    /// How many units of `gres` are counted by type: 3 for `gres/gpu:a100=2,gres/gpu:h200=1`.
    package func typedTotal(of gres: TRESName) -> Int128 {
        items.reduce(0) { $1.name.isType(of: gres) ? $0 + Int128($1.count) : $0 }
    }
}

extension TRESCounts {
    package enum ParseError: Error, Equatable, Sendable { case malformed(String) }

    /// Reads `cpu=12,mem=250G,gres/gpu:a100=2`; the empty string is no TRES at all.
    ///
    /// Memory takes the suffixes K, M, G, T, P (M when there is none) and is rounded up to a MiB;
    /// other counts take K (1,024), M, … as Slurm's node features do. What Slurm could not tell
    /// (slurm.h NO_VAL64 and INFINITE64, as sacct prints them for energy) is left out.
    package init(parsing text: String) throws(ParseError) {
        items = []
        for item in text.split(separator: ",", omittingEmptySubsequences: true) {
            guard let equals = item.lastIndex(of: "="), equals != item.startIndex else {
                throw .malformed(text)
            }
            let name = TRESName(String(item[..<equals]))
            let value = item[item.index(after: equals)...]
            if value == "18446744073709551614" || value == "18446744073709551615" { continue }
            guard let count = Self.count(value, isMemory: name == .memory) else {
                throw .malformed(text)
            }
            self[name] = count
        }
    }

    /// A count with an optional suffix and, for memory, an optional fraction (`3.50G`).
    private static func count(_ text: Substring, isMemory: Bool) -> Int64? {
        var digits = text
        var scale: Int128 = isMemory ? 1_024 : 1  // in KiB for memory, ones for the rest
        if let suffix = digits.last, let power = ["K", "M", "G", "T", "P"].firstIndex(of: suffix) {
            digits.removeLast()
            scale = (0..<power + (isMemory ? 0 : 1)).reduce(Int128(1)) { s, _ in s * 1_024 }
        }
        guard let decimal = try? Decimal128(parsing: String(digits)), decimal.digits >= 0,
            decimal.decimals <= 6, decimal.digits <= Int128(Int64.max)
        else { return nil }
        let total = dividedUp(
            decimal.digits * scale, by: powerOfTen(decimal.decimals) * (isMemory ? 1_024 : 1))
        return Int64(exactly: total)
    }
}

extension TRESCounts: CustomStringConvertible {
    /// As Slurm prints it, names in order, memory in M: `cpu=12,mem=48000M,node=1`.
    package var description: String {
        // Byte by byte: it is written for every run.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        for item in items {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: item.name.description.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(decimal: item.count)
            if item.name == .memory { bytes.append(UInt8(ascii: "M")) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
