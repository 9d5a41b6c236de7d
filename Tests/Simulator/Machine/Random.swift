/// SplitMix64: the same numbers from the same seed on every machine.

package struct Random: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 &+ 1 }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func number(_ range: ClosedRange<Int64>) -> Int64 {
        Int64.random(in: range, using: &self)
    }

    package mutating func isHit(oneIn chances: Int64) -> Bool { number(1...chances) == 1 }

    /// One of `items`; nil where there is none.
    package mutating func pick<Items: RandomAccessCollection>(_ items: Items) -> Items.Element? {
        items.randomElement(using: &self)
    }
}
