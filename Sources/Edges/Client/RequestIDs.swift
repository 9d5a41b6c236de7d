/// New ids for requests: unique, and in the order of their time.

import Wire

extension RequestID {
    private static let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// A ULID: 48 bits of milliseconds, 80 random bits, 26 characters of Crockford's base 32.
    ///
    /// - Parameter epochMilliseconds: since 1970 UTC; this room reads no clock.
    package static func fresh(epochMilliseconds: UInt64) -> RequestID {
        var generator = SystemRandomNumberGenerator()
        let random = UInt128(generator.next() as UInt64) << 64 | UInt128(generator.next() as UInt64)
        let value = UInt128(epochMilliseconds) << 80 | random >> 48
        let text = String(
            (0..<26).map { digits[Int(truncatingIfNeeded: value >> (125 - 5 * $0)) & 31] })
        guard let id = RequestID(text) else { preconditionFailure("26 digits are a usable id") }
        return id
    }
}
