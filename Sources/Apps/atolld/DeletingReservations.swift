/// Deleting a reservation: Slurm first; what was held for one that no poll has shown goes back with it.

import Bank
import Books
import Collector
import Dispatch
import Ledger
import Server
import Store
import Units
import Wire

extension Handler {
    /// scontrol's words for a name that Slurm doesn't have.
    private static let noReservation = "Requested reservation is invalid"

    func delete(
        _ request: Request.Reservation, with tool: ReservationTool, on cluster: String,
        _ peer: Peer, _ answer: AnswerSink
    ) {
        guard request.name.isOneWord else {
            return answer.failed(.init(.invalid, "\(request.name) is no reservation's name."))
        }
        reading.operators.async {
            do {
                let found = try self.store.reservations(
                    cluster: cluster, name: request.name, all: false)
                guard let it = found.first else {
                    throw WireError(.notFound, "\(cluster) has no reservation \(request.name).")
                }
                let isPlanned = it.version.state == .planned
                guard !request.dryRun else {
                    return answer.done(.reservation(.deleted(it, isDryRun: true)))
                }
                do {
                    try tool.delete(request.name)
                } catch  where isPlanned && "\(error)".contains(Self.noReservation) {
                    // Held for, and never made.
                }
                guard isPlanned else {
                    _ = self.collector.nudge(cluster)
                    return answer.done(.reservation(.deleted(it)))
                }
                // No poll has shown it, so none would miss it. One that shows it just now has taken it
                // over; then this finds no plan, and the next poll misses it.
                let drop = ReservationCommand.drop(
                    cluster: cluster, name: request.name, because: "it was deleted")
                let order = Order(
                    caller: "uid:\(peer.uid)", reason: request.reason,
                    command: .reservation(drop))
                self.bank.submit(order) { result in
                    _ = self.collector.nudge(cluster)
                    switch result {
                    case .success(.released(let amount)):
                        answer.done(.reservation(.deleted(it, givenBack: amount)))
                    case .success: answer.done(.reservation(.deleted(it)))
                    case .failure(let error): answer.failed(plain(error))
                    }
                }
            } catch let error as WireError {
                answer.failed(error)
            } catch {
                answer.failed(.init(.conflict, "Slurm did not delete it: \(error)"))
            }
        }
    }
}

extension Reply.Reservation {
    /// - Parameter givenBack: of one that no poll had shown; nil: the next poll gives back what is left.
    fileprivate static func deleted(
        _ it: ReservationRow, givenBack: ServiceUnits? = nil, isDryRun: Bool = false
    ) -> Self {
        let name = it.version.name
        let back =
            if isDryRun, it.version.state == .planned {
                "the \(it.held) SU held for it would be available again (dry run)."
            } else if let givenBack, givenBack > .zero {
                "the \(givenBack) SU held for it are available again."
            } else {
                "of the \(it.held) SU held for it, what was not used goes back at the next poll"
                    + (isDryRun ? " (dry run)." : ".")
            }
        let verb = isDryRun ? "would be deleted" : "is deleted"
        return .init(
            name: name, allocation: nil, charge: nil,
            held: givenBack.map { it.held - $0 } ?? it.held, available: nil,
            message: "reservation \(name) \(verb); \(back)")
    }
}
