/// A reservation as the ledger has it: versions, each a span in which nothing of it changed that a
/// price depends on (decision 14).
///
/// A version that is charged has a claim, which holds its credit, and at its end a run, which is
/// charged. The ledger sees no Slurm type: flags are words.

import Units

package struct ReservationID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
    package var description: String { String(number) }
}

/// What of a reservation its owner pays for.
package enum ReservationCharge: String, Hashable, Sendable, CaseIterable {
    /// Reserved less used: jobs inside pay for themselves.
    case idle
    /// All that is reserved: jobs inside are free.
    case all
    case none
}

package enum ReservationState: String, Hashable, Sendable {
    /// Held for one that is being made: Slurm has not shown it yet.
    case planned
    /// To come, or going on.
    case open
    /// Its end is known.
    case ended
}

package struct ReservationVersion: Hashable, Sendable {
    package let id: ReservationID
    package let cluster: String
    package let name: String
    /// When the reservation itself begins; a repeated one has another for each occurrence.
    package var occurrence: Instant
    /// When this version begins and ends: the end as it is planned until it is known.
    package var start: Instant
    package var end: Instant
    /// What is reserved.
    package var counts: TRESCounts
    package var partition: String
    /// As the provider prints them.
    package var nodes: String
    package var flags: [String]
    package var accounts: [String]
    /// By number: names stand where they can be erased.
    package var users: [Int64]
    package var charge: ReservationCharge
    /// The allocation's number; nil: nobody pays.
    package var allocation: Int64?
    /// Why nobody pays.
    package var freeBecause: String?
    package var state: ReservationState
    /// Its hold.
    package var claim: ClaimID?
    /// Its charge, once it has ended.
    package var run: RunID?
    package var observedAt: Instant

    package init(
        id: ReservationID, cluster: String, name: String, start: Instant, end: Instant,
        counts: TRESCounts, partition: String, state: ReservationState, observedAt: Instant
    ) {
        (self.id, self.cluster, self.name) = (id, cluster, name)
        (self.start, self.end, self.counts) = (start, end, counts)
        (self.partition, self.state, self.observedAt) = (partition, state, observedAt)
        occurrence = start
        (nodes, flags, accounts, users) = ("", [], [], [])
        charge = .none
    }

    package var span: Interval { Interval(start: start, end: max(start, end))! }
    package var isCharged: Bool { charge != .none && allocation != nil }
}

/// What an operator said of the reservations of one name.
package struct ReservationRule: Hashable, Sendable {
    package let cluster: String
    package let name: String
    /// The allocation's number; nil: whose account or user it names.
    package var allocation: Int64?
    /// nil: as the settings say.
    package var charge: ReservationCharge?
    /// What had ended by then, and nobody paid for, is nobody's. It says nothing of later ones.
    package var settledUntil: Instant?

    package init(
        cluster: String, name: String, allocation: Int64? = nil,
        charge: ReservationCharge? = nil
    ) {
        (self.cluster, self.name) = (cluster, name)
        (self.allocation, self.charge) = (allocation, charge)
    }

    /// What is left of it once no reservation of that name is there any more.
    package var ofWhatIsOver: ReservationRule {
        var rule = ReservationRule(cluster: cluster, name: name)
        rule.settledUntil = settledUntil
        return rule
    }

    /// Whether somebody has said of one that ended then that nobody pays for it.
    package func settles(oneEndedAt end: Instant) -> Bool {
        charge == ReservationCharge.none || settledUntil.map { end <= $0 } ?? false
    }
}

extension ClaimReference {
    /// Provider of a reservation's claims; they have no job's number.
    package static let reservationProvider = "reservation"
}

extension RunKey {
    /// A version's charge: jobs are numbered from 1, so 0 is no job's.
    package static func reservation(_ version: ReservationVersion) -> RunKey {
        RunKey(
            cluster: version.cluster, jobID: 0, submit: version.start,
            resize: version.id.number)
    }

    /// Whether it is a job's.
    package var isJob: Bool { jobID != 0 }
}
