/// One value of a row as bytes, borrowed from the reader's buffer.
///
/// Unsafe by design and never kept: it lives only while `RowDecoder.decode` runs, and whatever
/// outlives that is copied out by one of the functions here.
package struct Field {
    let start: UnsafePointer<UInt8>
    package let count: Int

    package var isEmpty: Bool { count == 0 }
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    subscript(place: Int) -> UInt8 { start[place] }

    /// The bytes as text; what is not UTF-8 is replaced by U+FFFD.
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    func slice(_ range: Range<Int>) -> Field {
        Field(start: start + range.lowerBound, count: range.count)
    }

    /// Where `byte` first stands, or nil. Looks at eight bytes at a time.
    func firstPlace(of byte: UInt8) -> Int? {
        var place = 0
        let (ones, tops) = (UInt64(0x0101_0101_0101_0101), UInt64(0x8080_8080_8080_8080))
        let wanted = ones &* UInt64(byte)
        while place + 8 <= count {
            // A byte that matches becomes 0, and only a 0 borrows into its top bit.
            let word =
                UInt64(
                    littleEndian: UnsafeRawPointer(start).loadUnaligned(
                        fromByteOffset: place, as: UInt64.self)) ^ wanted
            let hits = (word &- ones) & ~word & tops
            if hits != 0 { return place + hits.trailingZeroBitCount >> 3 }
            place += 8
        }
        while place < count {
            if start[place] == byte { return place }
            place += 1
        }
        return nil
    }

    /// Calls `body` with each place where `byte` stands, for as long as it returns true. Looks at eight
    /// bytes at a time.
    @inline(__always)
    func forEachPlace(of byte: UInt8, _ body: (Int) -> Bool) {
        var place = 0
        let rests = UInt64(0x7f7f_7f7f_7f7f_7f7f)
        let wanted = UInt64(0x0101_0101_0101_0101) &* UInt64(byte)
        while place + 8 <= count {
            let word =
                UInt64(
                    littleEndian: UnsafeRawPointer(start).loadUnaligned(
                        fromByteOffset: place, as: UInt64.self)) ^ wanted
            // The top bit of each byte that matches, and of no other: nothing is carried over.
            var hits = ~((word & rests) &+ rests | word | rests)
            while hits != 0 {
                guard body(place + hits.trailingZeroBitCount >> 3) else { return }
                hits &= hits &- 1
            }
            place += 8
        }
        while place < count {
            if start[place] == byte, !body(place) { return }
            place += 1
        }
    }

    func contains(_ byte: UInt8) -> Bool { firstPlace(of: byte) != nil }

    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for place in 0..<count where start[place] != text.utf8Start[place] { return false }
        return true
    }
}

extension Field {
    /// A plain decimal without sign, at most 18 digits; nil for anything else.
    var unsigned: Int64? {
        guard count > 0, count <= 18 else { return nil }
        var value: Int64 = 0
        for place in 0..<count {
            let digit = start[place] &- 48
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    /// An id of up to 64 bits, as Slurm 24.11 numbers runs.
    var identifier: UInt64? {
        guard count > 18 else { return unsigned.map { UInt64($0) } }
        guard count <= 20, let head = slice(0..<18).unsigned, let rest = slice(18..<count).unsigned
        else { return nil }
        let scale: UInt64 = count == 19 ? 10 : 100
        let (high, isOver) = UInt64(head).multipliedReportingOverflow(by: scale)
        let (value, isOverAfter) = high.addingReportingOverflow(UInt64(rest))
        return isOver || isOverAfter ? nil : value
    }

    /// Exactly `digits` digits from `place`; nil for anything else.
    func number(at place: Int, digits: Int) -> Int64? {
        place + digits <= count ? slice(place..<place + digits).unsigned : nil
    }

    /// Whether sacct means "nothing" by it: empty, `Unknown`, `None`, `N/A`, `INVALID`.
    var saysNothing: Bool {
        isEmpty || equals("Unknown") || equals("None") || equals("N/A") || equals("INVALID")
    }
}
