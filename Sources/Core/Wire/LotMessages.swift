/// The lots of an allocation: one grant each, with its window and where its credit stands.

import Units

extension Request {
    package struct Lots: Hashable, Sendable {
        package var allocation: String

        package init(allocation: String) { self.allocation = allocation }
    }
}

extension Row {
    package struct Lot: Hashable, Sendable {
        package var lot: Int64
        /// `grant` or `overdraft`.
        package var kind: String
        /// `pending`, `open` or `ended`.
        package var state: String
        package var window: Interval
        /// What was issued into it; the five below make it up.
        package var issued = ServiceUnits.zero
        package var available = ServiceUnits.zero
        package var held = ServiceUnits.zero
        package var charged = ServiceUnits.zero
        package var expired = ServiceUnits.zero
        package var withdrawn = ServiceUnits.zero

        package init(lot: Int64, kind: String, state: String, window: Interval) {
            (self.lot, self.kind, self.state, self.window) = (lot, kind, state, window)
        }
    }
}

extension Reply {
    /// Under the lots.
    package struct Lots: Hashable, Sendable {
        package var rows: Int64
        /// To come, the next first.
        package var pullbacks: [Pullback]

        package init(rows: Int64, pullbacks: [Pullback] = []) {
            (self.rows, self.pullbacks) = (rows, pullbacks)
        }

        /// At that moment, what is unused beyond the share is taken back.
        package struct Pullback: Hashable, Sendable {
            package var at: Instant
            package var keep: Rational

            package init(at: Instant, keep: Rational) { (self.at, self.keep) = (at, keep) }
        }
    }
}
