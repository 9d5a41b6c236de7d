/// Where reads wait for the disk and for their readers.

import Dispatch
import Synchronization

/// A user's reads go one after another: one who does not take what was asked for holds up only
/// that user, and neither the threads nor the journal's readers that others need.
final class ReadingQueues: Sendable {
    /// One for each read: threads of a concurrent queue would be those that Swift's tasks run on, as
    /// many as there are cores, and a few that wait would hold up everybody's rows.
    var operators: DispatchQueue { DispatchQueue(label: "reading-operators") }
    private let users = Mutex<[UInt32: DispatchQueue]>([:])

    func queue(of uid: UInt32, isOperator: Bool) -> DispatchQueue {
        guard !isOperator else { return operators }
        return users.withLock { users in
            if let queue = users[uid] { return queue }
            let queue = DispatchQueue(label: "reading-\(uid)")
            users[uid] = queue
            return queue
        }
    }
}
