/// Why the daemon could not be asked, or what it said no to, as a person is told.

import Glibc
import Wire

package enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No socket there, or nobody listens on it.
    case notRunning(path: String)
    /// The socket, or a folder on the way to it, is closed to this user.
    case notPermitted(path: String)
    case pathTooLong(path: String)
    /// Nothing came for so long.
    case timedOut(seconds: Int64)
    /// The connection ended before the answer did.
    case disconnected
    /// The daemon sent what this program doesn't understand.
    case badAnswer(String)
    /// The daemon answered, and the answer is no.
    case answered(WireError)
    case system(call: String, errno: Int32)

    package var description: String {
        switch self {
        case .notRunning(let path): "atolld is not running at \(path)"
        case .notPermitted(let path): "\(path): you may not connect to atolld there"
        case .pathTooLong(let path): "\(path): too long for the path of a socket (107 bytes)"
        case .timedOut(let seconds): "atolld did not answer within \(seconds) s"
        case .disconnected: "atolld closed the connection before it had answered"
        case .badAnswer(let what): "atolld answered what this program does not understand: \(what)"
        case .answered(let error): error.message
        case .system(let call, let errno): "\(call): \(String(cString: strerror(errno)))"
        }
    }
}
