/// A listening socket that systemd made and hands over (sd_listen_fds(3)).

import Glibc

enum InheritedSocket {
    private static let firstDescriptor: Int32 = 3

    /// The first socket passed to this very process; nil when none was, or it isn't a Unix stream
    /// socket that listens.
    static func fromSystemd() -> Int32? {
        guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), count >= 1,
            isListening(firstDescriptor)
        else { return nil }
        // What this process starts has no business with it.
        _ = fcntl(firstDescriptor, F_SETFD, FD_CLOEXEC)
        return firstDescriptor
    }

    private static func number(_ variable: String) -> Int32? {
        getenv(variable).flatMap { Int32(String(cString: $0)) }
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        option(SO_DOMAIN, of: descriptor) == AF_UNIX && option(SO_ACCEPTCONN, of: descriptor) == 1
            && option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue)
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 else { return nil }
        return value
    }
}
