/// What is done about one limit now: pure, from what is wanted, what stands, and what Atoll wrote.
///
/// A limit that Atoll did not write is never touched.

import Units

package enum BackstopStep: Hashable, Sendable {
    case write(Int64)
    /// Takes away what Atoll wrote.
    case clear
    /// What was wanted stands already; what was written is noted as such.
    case settle
    /// Nothing stands there any more, and nothing is wanted.
    case forget
    case keep(Keep)

    package enum Keep: Hashable, Sendable {
        /// It is right, or neither there nor wanted.
        case right
        /// It is lowered, or raised to where its margin was, when its time has come.
        case until(Instant)
        /// Somebody else set it: 0 or more.
        case notOurs(Int64)
        /// Somebody took away what Atoll had written.
        case takenAway
    }
}

/// What a limit should be: where it has to be raised at once, and what is written then.
package struct BackstopFigure: Hashable, Sendable {
    /// Below this it would stop what is admitted or can be paid.
    package let needed: Int64
    /// With its margin.
    package let wanted: Int64

    package init(needed: Int64, wanted: Int64) { (self.needed, self.wanted) = (needed, wanted) }

    /// GrpSubmitJobs where nothing is left.
    package static let noJobs = BackstopFigure(needed: 0, wanted: 0)

    /// Minutes of one TRES.
    ///
    /// - Parameters:
    ///   - used: raw usage to date as slurmctld has it.
    ///   - running: what running jobs may still use until their time limits, as slurmctld has it.
    ///   - waiting: what admitted jobs that wait may use.
    ///   - left: what the credit that is left buys at most.
    ///   - margin: of `running + waiting + left`.
    package init(used: Int64, running: Int64, waiting: Int64, left: Int128, margin: Rational) {
        let ahead = Int128(running) + Int128(waiting) + left
        let more =
            (min(ahead, Self.most) * Int128(margin.numerator) + Int128(margin.denominator) - 1)
            / Int128(margin.denominator)
        needed = Self.bounded(Int128(used) + ahead)
        wanted = Self.bounded(Int128(used) + ahead + more)
    }

    /// Minutes beyond this are nobody's: two billion years of one core.
    private static let most: Int128 = 1_000_000_000_000_000
    private static func bounded(_ minutes: Int128) -> Int64 { Int64(min(minutes, most)) }
}

extension BackstopStep {
    /// - Parameters:
    ///   - figure: nil: no limit is wanted.
    ///   - standing: in slurmdbd; nil: none.
    ///   - every: how seldom a limit that still lets through what it should is written again.
    package init(
        _ figure: BackstopFigure?, standing: Int64?, record: BackstopRecord?, at now: Instant,
        everySeconds: Int64
    ) {
        guard let record else {
            switch (standing, figure) {
            case (let standing?, _): self = .keep(.notOurs(standing))
            case (nil, let figure?): self = .write(figure.wanted)
            case (nil, nil): self = .keep(.right)
            }
            return
        }
        guard record.isOurs(standing) else {
            switch (standing, figure) {
            case (let standing?, _): self = .keep(.notOurs(standing))
            case (nil, nil): self = .forget
            case (nil, _?): self = .keep(.takenAway)
            }
            return
        }
        guard let figure else {
            self = standing == nil ? .forget : .clear
            return
        }
        guard let standing else {
            self = .write(figure.wanted)
            return
        }
        let due = record.at.advanced(bySeconds: everySeconds)
        if standing == figure.wanted {
            self = record.intended == nil ? .keep(.right) : .settle
        } else if standing < figure.needed || now >= due {
            self = .write(figure.wanted)
        } else {
            self = .keep(.until(due))
        }
    }
}
