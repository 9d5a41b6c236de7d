/// Who is connected, counted over all event loops: so that no user takes the others' places.

import NIOCore
import Synchronization

final class Census: Sendable {
    private let limits: Limits
    private let state = Mutex(State())

    private struct State {
        var total = 0
        var perUID: [UInt32: Int] = [:]
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
    }

    init(limits: Limits) { self.limits = limits }

    /// Counts a new connection; false when there is no place for it.
    func enter(_ channel: any Channel, peer: Peer, trusted: Bool) -> Bool {
        state.withLock { state in
            let places = limits.connections - (trusted ? 0 : limits.connectionsForTrusted)
            let own = state.perUID[peer.uid, default: 0]
            guard !state.isStopping, state.total < places,
                trusted || own < limits.connectionsPerUID
            else { return false }
            state.total += 1
            state.perUID[peer.uid] = own + 1
            state.channels[ObjectIdentifier(channel)] = channel
            return true
        }
    }

    func leave(_ channel: any Channel, peer: Peer) {
        state.withLock { state in
            guard state.channels.removeValue(forKey: ObjectIdentifier(channel)) != nil else {
                return
            }
            state.total -= 1
            let own = state.perUID[peer.uid, default: 1] - 1
            state.perUID[peer.uid] = own == 0 ? nil : own
        }
    }

    /// Lets nobody in any more; returns who is there.
    func stop() -> [any Channel] {
        state.withLock { state in
            state.isStopping = true
            return Array(state.channels.values)
        }
    }
}
