/// Remembers what a few thousand byte strings came to, so that the same account or TRES string is
/// decoded once and not once a row.
///
/// A fixed number of places, each string having eight it may stand in: what finds them taken drives
/// one out. So memory is bounded and no choice of strings makes it slow.
struct ByteCache<Value> {
    private struct Entry {
        var hash: UInt64 = 0
        var key: [UInt8] = []
        var value: Value?
    }

    private var entries = [Entry](repeating: Entry(), count: 4_096)
    private var nextVictim = 0

    /// The value kept for the field's bytes, or else what `make` returns, which is then kept.
    /// Nil from `make` is returned and not kept.
    mutating func value(for field: Field, orMake make: (Field) -> Value?) -> Value? {
        let hash = Self.hash(field)
        let home = Int(truncatingIfNeeded: hash) & (entries.count - 8)
        for place in home..<home + 8 where entries[place].hash == hash {
            if field.equals(entries[place].key) { return entries[place].value }
        }
        guard let value = make(field) else { return nil }
        let free = (home..<home + 8).first { entries[$0].value == nil }
        nextVictim = (nextVictim + 1) & 7
        entries[free ?? home + nextVictim] = Entry(
            hash: hash, key: Array(field.bytes), value: value)
        return value
    }

    /// Eight bytes at a time, mixed by a multiplication and a shift.
    private static func hash(_ field: Field) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: field.count) &* 0x9E37_79B9_7F4A_7C15
        var place = 0
        let raw = UnsafeRawPointer(field.start)
        while place + 8 <= field.count {
            hash = mixed(hash, raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var tail: UInt64 = 0
        while place < field.count {
            tail = tail << 8 | UInt64(field[place])
            place += 1
        }
        return mixed(hash, tail) | 1
    }

    private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0xD6E8_FEB8_6659_FD93
        return product ^ product >> 32
    }
}

extension Field {
    /// Eight bytes at a time.
    func equals(_ key: [UInt8]) -> Bool {
        guard key.count == count else { return false }
        return key.withUnsafeBytes { theirs in
            let mine = UnsafeRawPointer(start)
            var place = 0
            while place + 8 <= count {
                let word = mine.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                guard word == theirs.loadUnaligned(fromByteOffset: place, as: UInt64.self) else {
                    return false
                }
                place += 8
            }
            while place < count {
                if theirs[place] != start[place] { return false }
                place += 1
            }
            return true
        }
    }
}
