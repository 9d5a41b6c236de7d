/// What a reservation means for the jobs in it: free where its owner pays for all of it; and where the
/// owner pays for what is idle, their holds are taken out of its own.

import Ledger
import Registry
import Units

extension Facts {
    /// What of `span` a job pays for itself: all that no version of its reservation pays for.
    func outsideOfPaid(_ reservation: String?, _ span: Interval) -> [Interval] {
        guard let versions = reservation.flatMap({ paidReservations[$0] }), !versions.isEmpty else {
            return [span]
        }
        return span.less(versions.map(\.span))
    }

    /// Whether what waits for a reservation will run at its owner's cost.
    func isPaidFor(_ reservation: String?) -> Bool {
        reservation.flatMap { paidReservations[$0] }?.contains { $0.state != .ended } ?? false
    }
}

extension Facts {
    /// Why some of a run cost nothing.
    func paidRemark(on run: Run, until end: Instant) -> String? {
        guard let name = run.reservation, let span = Interval(start: run.start, end: end) else {
            return nil
        }
        let charged = outsideOfPaid(name, span)
        return charged == [span]
            ? nil : charged.isEmpty ? "free: in reservation \(name)" : "free in reservation \(name)"
    }
}

/// What a submission finds set aside for the reservation that it names.
struct ReservedCredit {
    /// The reservation's claim, with what the submission needs taken out.
    var claim: Claim

    /// Gives up to `cost` of the reservation's hold back to the pool that the submission is to draw
    /// on; nil where it has none there.
    init?(for cost: ServiceUnits, in pool: inout Pool, _ facts: Facts) {
        guard let books = facts.reservation, books.version?.charge == .idle,
            var claim = books.claim, claim.allocation == pool.allocation, claim.state != .closed
        else { return nil }
        let part = min(cost, claim.pins.total)
        guard part > .zero else { return nil }
        let given = pool.split(part, off: &claim.pins)
        pool.release(given, for: claim.dimensions)
        self.claim = claim
        amount = part
    }

    let amount: ServiceUnits
}
