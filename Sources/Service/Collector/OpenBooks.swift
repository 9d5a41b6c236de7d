/// What the Collector asks the books: which holds and runs still stand open.

import Books
import Ledger
import Store
import Units

package protocol OpenBooks: Sendable {
    /// Claims of a cluster that are not closed.
    func openClaims(on cluster: String) throws -> [Claim]
    /// Runs of a cluster that go on, as far as the books know.
    func runningRuns(on cluster: String) throws -> [Run]
    /// Jobs of a cluster that are held back at their start, or are to be.
    func heldBack(on cluster: String) throws -> [HeldBack]
    /// When the newest entry was recorded; nil: there is none.
    func lastRecordedAt() throws -> Instant?
    /// Since when slurmdbd is to be asked about a cluster, as it was noted; nil: no such note.
    func historyOwed(on cluster: String) throws -> Instant?
    /// Keeps that over a restart; nil takes the note away.
    func noteHistoryOwed(since: Instant?, on cluster: String) throws
    /// Versions of reservations that have not ended.
    func openReservations(on cluster: String) throws -> [ReservationVersion]
    /// Versions of reservations that ended after an instant, or have not ended.
    func reservations(on cluster: String, since: Instant) throws -> [ReservationVersion]
    /// Versions whose charge or hold is older than what became of the jobs inside; and the last entry
    /// that was looked at, for the next time.
    func reservationsToSettle(
        on cluster: String, after seq: Int64
    ) throws -> (ids: [ReservationID], upTo: Int64)
    /// Claims of a cluster that are not closed, those of reservations among them.
    func claimsAndReservations(on cluster: String) throws -> [Claim]
    /// What Atoll wrote to limits in slurmdbd.
    func backstopRecords(on cluster: String) throws -> [BackstopRecord]
    func note(_ record: BackstopRecord, on cluster: String) throws
    func forgetBackstop(_ limit: BackstopLimit, of account: String, on cluster: String) throws
}

extension JournalStore: OpenBooks {
    package func openClaims(on cluster: String) throws -> [Claim] {
        try claimsAndReservations(on: cluster).filter {
            $0.reference.provider != ClaimReference.reservationProvider
        }
    }

    package func claimsAndReservations(on cluster: String) throws -> [Claim] {
        try openHolds().map(\.claim).filter { $0.reference.cluster == cluster }
    }

    package func runningRuns(on cluster: String) throws -> [Run] {
        try runningRuns().filter { $0.key.cluster == cluster }
    }
}
