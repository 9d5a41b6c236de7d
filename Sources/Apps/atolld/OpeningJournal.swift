/// Why a journal can't be opened, in words that say what to do.

import Glibc

/// Whose it is, where that is not the daemon's own user; nil: that is not it.
///
/// - Parameter uid: whom the daemon runs as.
func foreignOwner(ofJournalIn folder: String, uid: UInt32) -> String? {
    guard uid != 0 else { return nil }
    for name in ["", "/atolld.lock", "/journal.db", "/journal.db-wal"] {
        let path = folder + name
        var status = stat()
        guard stat(path, &status) == 0, status.st_uid != uid else { continue }
        let (owner, user) = (nameOrNumber(status.st_uid), nameOrNumber(uid))
        return "\(path) belongs to \(owner), and atolld runs as \(user). As root: chown -R "
            + "\(user): \(folder)"
    }
    return nil
}

func nameOrNumber(_ uid: UInt32) -> String {
    getpwuid(uid).map { String(cString: $0.pointee.pw_name) } ?? "\(uid)"
}
