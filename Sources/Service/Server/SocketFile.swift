/// The socket in the file system: made safely, never stolen from a running daemon, taken away at
/// the end.
///
/// Who holds the lock on `<path>.lock` owns the socket file; the kernel lets go of the lock when
/// the process ends, however it ends. A socket file that is there and answers nobody is left over.

import Glibc
import NIOCore

package enum SocketFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A Unix socket's path has at most 107 bytes.
    case pathTooLong(String)
    /// Something that isn't a socket has that name.
    case notASocket(String)
    /// Another daemon listens there, or is about to.
    case inUse(String)
    case system(call: String, path: String, errno: Int32)

    package var description: String {
        switch self {
        case .pathTooLong(let path): "\(path): too long for the path of a socket (107 bytes)"
        case .notASocket(let path): "\(path): in the way, and not a socket"
        case .inUse(let path): "\(path): another daemon listens there"
        case .system(let call, let path, let errno):
            "\(path): \(call): \(String(cString: strerror(errno)))"
        }
    }
}

/// A bound socket, not yet listening.
struct SocketFile: ~Copyable {
    /// Handed over to the channel that listens on it.
    let descriptor: Int32
    private let path: String
    private let lock: Int32
    /// Which file it is; nil: it was gone at once.
    private let identity: FileIdentity?

    /// Anybody may ask: what a client may see or do is decided by its credentials.
    private static let mode: mode_t = 0o666

    init(binding path: String) throws(SocketFileError) {
        let address: SocketAddress
        do {
            address = try SocketAddress(unixDomainSocketPath: path)
        } catch {
            throw .pathTooLong(path)
        }
        let lock = try Self.lock(path)
        do throws(SocketFileError) {
            try Self.removeStale(path, address)
            descriptor = try Self.bound(path, address)
        } catch {
            close(lock)
            throw error
        }
        (self.path, self.lock) = (path, lock)
        identity = FileIdentity(at: path)
    }

    /// Takes the file away, so that clients see at once that nobody listens.
    ///
    /// Another one's is left alone: whoever took away file and lock could start a second daemon.
    consuming func remove() {
        if let identity, identity == FileIdentity(at: path) { unlink(path) }
    }

    deinit { close(lock) }

    private static func lock(_ path: String) throws(SocketFileError) -> Int32 {
        let name = path + ".lock"
        let lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw .system(call: "open", path: name, errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            close(lock)
            throw error == EWOULDBLOCK
                ? .inUse(path) : .system(call: "flock", path: name, errno: error)
        }
        return lock
    }

    private static func removeStale(
        _ path: String, _ address: SocketAddress
    ) throws(SocketFileError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .system(call: "lstat", path: path, errno: errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        // The lock is ours; still, something without it may listen there.
        let probe = try streamSocket(path)
        defer { close(probe) }
        let connected = address.withSockAddr { connect(probe, $0, socklen_t($1)) }
        guard connected != 0, errno == ECONNREFUSED else { throw .inUse(path) }
        guard unlink(path) == 0 else { throw .system(call: "unlink", path: path, errno: errno) }
    }

    private static func bound(
        _ path: String, _ address: SocketAddress
    ) throws(SocketFileError) -> Int32 {
        let descriptor = try streamSocket(path)
        var failed: String?
        if address.withSockAddr({ bind(descriptor, $0, socklen_t($1)) }) != 0 {
            failed = "bind"
        } else if chmod(path, mode) != 0 {
            failed = "chmod"
        }
        guard let failed else { return descriptor }
        let error = errno
        close(descriptor)
        throw .system(call: failed, path: path, errno: error)
    }

    private static func streamSocket(_ path: String) throws(SocketFileError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw .system(call: "socket", path: path, errno: errno) }
        return descriptor
    }
}

/// What tells files of one name apart.
private struct FileIdentity: Equatable {
    let device: dev_t
    let inode: ino_t

    init?(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        (device, inode) = (status.st_dev, status.st_ino)
    }
}
