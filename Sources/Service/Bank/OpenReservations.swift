/// The reservations that go on or are to come, in memory: what a quote for a job inside one reads.

import Books
import Ledger
import Store

struct OpenReservations: Sendable {
    private struct Name: Hashable {
        let cluster, name: String
    }
    private var versions: [Name: ReservationVersion] = [:]
    private var claims: [ClaimID: Claim] = [:]

    init() {}

    init(of store: JournalStore) throws {
        for row in try store.reservations(all: false) {
            versions[Name(cluster: row.version.cluster, name: row.version.name)] = row.version
        }
        for claim in try store.openHolds().map(\.claim)
        where claim.reference.provider == ClaimReference.reservationProvider {
            claims[claim.id] = claim
        }
    }

    mutating func take(_ change: Change) {
        switch change {
        case .reservation(let version):
            let name = Name(cluster: version.cluster, name: version.name)
            if version.state != .ended {
                versions[name] = version
            } else if versions[name]?.id == version.id {
                versions[name] = nil
            }
        case .claim(let claim)
        where claim.reference.provider == ClaimReference.reservationProvider:
            claims[claim.id] = claim.state == .closed ? nil : claim
        default: break
        }
    }

    func add(to facts: inout Facts, for admission: Admission) {
        guard let name = admission.reservation,
            let version = versions[Name(cluster: admission.cluster, name: name)]
        else { return }
        var books = ReservationBooks()
        books.version = version
        books.claim = version.claim.flatMap { claims[$0] }
        facts.reservation = books
        if version.isCharged, version.charge == .all { facts.paidReservations[name] = [version] }
    }
}
