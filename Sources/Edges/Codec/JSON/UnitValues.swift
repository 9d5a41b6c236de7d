/// Amounts, times, rates and ids as they stand on the wire.

import Units
import Wire

/// Integer micro-SU; within the bounds that sums of two keep to 64 bits.
extension ServiceUnits: WireValue {
    init(at place: Place) throws(FieldError) {
        let micro = try Int64(at: place)
        guard micro.magnitude <= UInt64(ServiceUnits.lineLimit) else {
            throw place.error("expected at most 10^18 micro-SU")
        }
        self.init(microSU: micro)
    }

    func write(to writer: inout JSONWriter) { writer.integer(microSU) }
}

/// Integer seconds since 1970 UTC, to the end of the year 9999.
extension Instant: WireValue {
    init(at place: Place) throws(FieldError) {
        let seconds = try Int64(at: place)
        guard seconds >= 0, seconds <= Instant.distantFuture.epochSeconds else {
            throw place.error("expected seconds since 1970, before the year 10000")
        }
        self.init(epochSeconds: seconds)
    }

    func write(to writer: inout JSONWriter) { writer.integer(epochSeconds) }
}

/// An exact string: `"0.01"`, or `"1/3"` where no decimal of twelve places is exact.
extension Rational: WireValue {
    init(at place: Place) throws(FieldError) {
        let text = try String(at: place)
        do {
            try self.init(parsing: text)
        } catch {
            throw place.error("expected an exact number such as \"0.01\" or \"1/3\"")
        }
    }

    func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension RequestID: WireValue {
    init(at place: Place) throws(FieldError) {
        guard let id = RequestID(try String(at: place)) else {
            throw place.error("expected 1 to 64 of A-Z a-z 0-9 . _ : -")
        }
        self = id
    }

    func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension Fields {
    /// A window of two fields, `start` and `end`; an absent end is open.
    mutating func window() throws(FieldError) -> Interval {
        let start: Instant = try required("start")
        let end: Instant? = try optional("end")
        guard let window = Interval(start: start, end: end) else {
            throw error("end", "before the start")
        }
        return window
    }
}

extension JSONWriter {
    mutating func window(_ window: Interval) {
        field("start", window.start)
        field("end", window.isOpenEnded ? nil : window.end)
    }
}
