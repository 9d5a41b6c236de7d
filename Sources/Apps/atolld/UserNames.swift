/// Uids as names. A name service that hangs delays only those whose name is not known yet.

import Foundation
import Glibc
import Synchronization

final class UserNames: Sendable {
    private struct Known: Sendable {
        let name: String?
        let until: ContinuousClock.Instant
    }
    private let known = Mutex<[UInt32: Known]>([:])
    /// Several, so that one uid that hangs does not hold up the next.
    private let queue = DispatchQueue(label: "names", attributes: .concurrent)
    private static let keep = Duration.seconds(300)

    /// Calls `body` with the user's name, or nil where the uid has none: at once where it is known,
    /// else later on another thread.
    func resolve(_ uid: UInt32, _ body: @escaping @Sendable (String?) -> Void) {
        let now = ContinuousClock.now
        let found = known.withLock { $0[uid] }
        if let found, found.until > now { return body(found.name) }
        if let found {
            // An old name is good enough for this answer; the next one gets a fresh one.
            body(found.name)
            queue.async { _ = self.look(uid) }
        } else {
            queue.async { body(self.look(uid)) }
        }
    }

    private func look(_ uid: UInt32) -> String? {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 16_384)
        var found: UnsafeMutablePointer<passwd>?
        let status = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
        let name = status == 0 && found != nil ? String(cString: entry.pw_name) : nil
        known.withLock { known in
            if known.count > 100_000 { known = [:] }
            known[uid] = Known(name: name, until: .now.advanced(by: Self.keep))
        }
        return name
    }
}
