/// Integers as text, straight into bytes: records and payloads are full of them.

extension [UInt8] {
    /// Appends `number` in decimal, as `String(number)` has it.
    package mutating func append(decimal number: Int64) {
        guard number >= 0 else { return append(contentsOf: String(number).utf8) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var (place, rest) = (20, number)
            repeat {
                place -= 1
                let tenth = rest / 10
                digits[place] = UInt8(truncatingIfNeeded: rest - tenth * 10) + UInt8(ascii: "0")
                rest = tenth
            } while rest > 0
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[place...]))
        }
    }
}
