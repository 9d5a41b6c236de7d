internal import Units

/// Times as sacct writes them, by a clock that is never set: a dump names few days and many seconds, so
/// the days are worked out once.
struct WallClock {
    private struct Day {
        /// `YYYY-MM-` and `DD` as they are written; 0: none yet.
        var month: UInt64 = 0
        var day: UInt16 = 0
        var startSeconds: Int64 = 0
    }

    private let zone: ZoneTable
    private var days = [Day](repeating: Day(), count: 256)

    /// - Precondition: the zone is fixed.
    init(_ zone: ZoneTable) {
        precondition(zone.isFixed, "a day of this zone may have another length")
        self.zone = zone
    }

    /// The moment of `YYYY-MM-DDTHH:MM:SS`; nil for anything else, be it a time as well.
    mutating func instant(_ field: Field) -> Instant? {
        guard field.count == 19, field[10] == UInt8(ascii: "T") else { return nil }
        let bytes = UnsafeRawPointer(field.start)
        guard let clock = Clock(bytes + 11), clock.hours < 24 else { return nil }
        let month = bytes.loadUnaligned(as: UInt64.self)
        let day = bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        let mixed = (month ^ UInt64(day) << 40) &* 0x9e37_79b9_7f4a_7c15
        let place = Int(truncatingIfNeeded: mixed >> 56)
        if days[place].month == month, days[place].day == day {
            return Instant(epochSeconds: days[place].startSeconds + clock.seconds)
        }
        guard case .value(.once(let instant)) = field.instant(in: zone) else { return nil }
        days[place] = Day(
            month: month, day: day, startSeconds: instant.epochSeconds - clock.seconds)
        return instant
    }
}

/// `HH:MM:SS`, all eight bytes looked at together.
struct Clock {
    let hours: Int64
    let seconds: Int64

    /// Nil where it is something else, or has more than 59 minutes or seconds.
    init?(_ bytes: UnsafeRawPointer) {
        let text = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        // Digits become 0 to 9 and colons 0.
        let values = text ^ 0x3030_3a30_303a_3030
        let isOver9 = (values | (values &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080
        guard isOver9 == 0, values & 0x0000_ff00_00ff_0000 == 0 else { return nil }
        func pair(_ shift: UInt64) -> Int64 {
            Int64(truncatingIfNeeded: (values >> shift & 0xf) * 10 + (values >> (shift + 8) & 0xf))
        }
        let minutes = pair(24)
        let last = pair(48)
        guard minutes < 60, last < 60 else { return nil }
        hours = pair(0)
        seconds = hours * 3_600 + minutes * 60 + last
    }
}
