/// One daemon a state folder: taken before the journal is touched, so that a second start by mistake
/// ends without harm to the first.

import Glibc

/// Holds the lock as long as the process lives; the kernel gives it back however that ends.
struct StateLock {
    private let descriptor: Int32

    init(folder: String) throws {
        let path = folder + "/atolld.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw DaemonError("\(path) can't be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let why = errno
            close(descriptor)
            guard why == EWOULDBLOCK else {
                throw DaemonError("\(path) can't be locked: \(String(cString: strerror(why)))")
            }
            throw DaemonError(
                "another atolld runs on \(folder); `atoll status` asks it, and to check settings "
                    + "use: atolld --check")
        }
    }
}
