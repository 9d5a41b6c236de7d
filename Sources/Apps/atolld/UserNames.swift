/// Uids as names. A name service that hangs delays only those whose name is not known yet.

import Foundation
import Glibc
import Synchronization

final class UserNames: Sendable {
    private struct Known: Sendable {
        let name: String?
        let until: ContinuousClock.Instant
    }
    typealias Answer = @Sendable (String?) -> Void
    private struct State: Sendable {
        var known: [UInt32: Known] = [:]
        /// Who waits for a uid that is being looked up; nobody where an old name was good enough.
        var waiting: [UInt32: [Answer]] = [:]
    }
    private let state = Mutex(State())
    private let ask: @Sendable (UInt32) -> String?
    private static let keep = Duration.seconds(300)
    /// A name service that is down looks like a user that is not there.
    private let keepUnknown: Duration

    /// - Parameter ask: the name service; may take long.
    /// - Parameter keepUnknown: how long it is believed that a uid has no name.
    init(
        keepingUnknown keepUnknown: Duration = .seconds(10),
        asking ask: @escaping @Sendable (UInt32) -> String? = { nameService($0) }
    ) {
        (self.keepUnknown, self.ask) = (keepUnknown, ask)
    }

    /// Calls `body` with the user's name, or nil where the uid has none: at once where it is known,
    /// else later on another thread.
    func resolve(_ uid: UInt32, _ body: @escaping Answer) {
        let now = ContinuousClock.now
        let (found, isNew) = state.withLock { state -> (Known?, Bool) in
            let found = state.known[uid]
            if let found, found.until > now { return (found, false) }
            // One question a uid at a time: a service that hangs must not take all the threads.
            let isNew = state.waiting[uid] == nil
            // An old name is good enough for this answer; the next one gets a fresh one. That there
            // was none is not: a job would be taken for somebody's whom the books don't know.
            guard let found, found.name != nil else {
                state.waiting[uid, default: []].append(body)
                return (nil, isNew)
            }
            if isNew { state.waiting[uid] = [] }
            return (found, isNew)
        }
        // A queue of its own, so that one uid that hangs does not hold up the next; a concurrent one
        // would take the few threads that Swift's tasks run on.
        if isNew { DispatchQueue(label: "name-\(uid)").async { self.look(uid) } }
        if let found { body(found.name) }
    }

    private func look(_ uid: UInt32) {
        let found = ask(uid)
        let (name, waiting) = state.withLock { state -> (String?, [Answer]) in
            // Who had a name keeps it: nobody's jobs are refused because the service is down.
            let name = found ?? state.known[uid]?.name
            if state.known.count > 100_000 { state.known = [:] }
            let keep = found == nil ? keepUnknown : Self.keep
            state.known[uid] = Known(name: name, until: .now.advanced(by: keep))
            return (name, state.waiting.removeValue(forKey: uid) ?? [])
        }
        for body in waiting { body(name) }
    }
}

func nameService(_ uid: UInt32) -> String? {
    var entry = passwd()
    var buffer = [CChar](repeating: 0, count: 16_384)
    var found: UnsafeMutablePointer<passwd>?
    let status = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
    return status == 0 && found != nil ? String(cString: entry.pw_name) : nil
}
