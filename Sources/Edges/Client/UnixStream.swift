/// A connected Unix socket with deadlines; the one place of the client that makes system calls.

import Glibc

struct UnixStream: ~Copyable {
    private let descriptor: Int32

    init(connecting path: String, timeoutSeconds: Int64) throws(ClientError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // One byte is the NUL at the end.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .pathTooLong(path: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { throw .system(call: "socket", errno: errno) }
        // Where many wait to be accepted, connecting waits too; this bounds it.
        var timeout = timeval(tv_sec: Int(timeoutSeconds), tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            let error = errno
            close(descriptor)
            throw error == EAGAIN
                ? .timedOut(seconds: timeoutSeconds) : Self.refusal(error, path)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func refusal(_ error: Int32, _ path: String) -> ClientError {
        switch error {
        case ENOENT, ECONNREFUSED, ENOTDIR: .notRunning(path: path)
        case EACCES, EPERM: .notPermitted(path: path)
        default: .system(call: "connect", errno: error)
        }
    }

    /// - Returns: false when the other end has closed; what it had sent before can still be read.
    func write(_ bytes: [UInt8], timeoutSeconds: Int64) throws(ClientError) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(for: Int16(POLLOUT), timeoutSeconds)
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE || errno == ECONNRESET {
                return false
            } else if errno != EINTR, errno != EAGAIN {
                throw .system(call: "send", errno: errno)
            }
        }
        return true
    }

    /// Says that nothing more will be written; the other end can still answer.
    func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Appends what is there, waiting for the first of it.
    ///
    /// - Returns: false at the end of the stream.
    func read(into bytes: inout [UInt8], timeoutSeconds: Int64) throws(ClientError) -> Bool {
        while true {
            try wait(for: Int16(POLLIN), timeoutSeconds)
            var failure: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                failure = received < 0 ? errno : 0
                count = max(0, received)
            }
            switch failure {
            case 0:
                bytes.append(contentsOf: chunk)
                return !chunk.isEmpty
            case EINTR, EAGAIN: continue
            case ECONNRESET: return false
            default: throw .system(call: "recv", errno: failure)
            }
        }
    }

    private func wait(for events: Int16, _ timeoutSeconds: Int64) throws(ClientError) {
        let milliseconds = Int32(clamping: timeoutSeconds * 1_000)
        while true {
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let count = poll(&entry, 1, milliseconds)
            if count > 0 { return }
            if count == 0 { throw .timedOut(seconds: timeoutSeconds) }
            guard errno == EINTR else { throw .system(call: "poll", errno: errno) }
        }
    }
}
