/// What a command sees of the world: where it writes, whom it asks, what time it is. Tests give
/// another one.

import Client
import Units
import Wire

struct Surroundings {
    /// Writes to standard output and standard error.
    var out: (String) throws -> Void
    var complain: (String) -> Void
    /// Whether a person watches standard error.
    var isWatched: Bool
    var environment: [String: String]
    var clock: LocalClock
    /// Seconds of a clock that only goes forward.
    var uptimeSeconds: () -> Double
    var wait: (_ seconds: Double) -> Void
    var connect: (_ path: String, _ timeoutSeconds: Int64) throws(ClientError) -> any Daemon
    /// The caller's own.
    var userID: UInt32
    var groupID: UInt32
    /// The uid of a user's name or number; nil: there is no such user.
    var lookUpUser: (String) -> UInt32?
    /// The text of a file.
    var read: (_ path: String) throws -> String
    /// A file of any size, or standard input for `-`, a piece at a time.
    var readPieces:
        (_ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Void =
            pieces(ofFile:_:)
    /// Whether a path gives what it has only once: a pipe, `/dev/fd/N`, or `-`.
    var isReadOnce: (_ path: String) -> Bool = isNoPlainFile
    /// The bytes of a file; nil: not known before it is read.
    var fileSize: (_ path: String) -> Int64? = sizeOfPlainFile
    /// A zone by its name in the zone files, such as `Europe/Berlin`; nil: there is none.
    var zone: (_ name: String) -> ZoneTable? = zoneTable(named:)
    /// Makes a file anew, or adds to it.
    var save: (_ path: String, _ text: String, _ isNew: Bool) throws -> Void = writeFile
    /// Runs a program to its end, or to its deadline.
    var run: (_ command: [String], _ deadlineSeconds: Double) throws -> Ran = runProgram
    /// Where those look whom nobody watches: syslog.
    var log: (_ text: String) -> Void = tellSyslog
    /// Files as they lie there, the disk, processes.
    var machine = Machine()
}

/// Whom the commands ask.
protocol Daemon {
    /// Sends a request without waiting for its answer; answers come in the order of the requests.
    mutating func send(_ request: Request) throws(ClientError)
    /// Waits for the answer of the first request that was sent and not answered yet.
    mutating func receive(
        _ request: Request, onRow: (Row) -> Void
    ) throws(ClientError) -> Reply

    /// - Throws: `ClientError.answered` with what was refused or failed.
    mutating func ask(
        _ request: Request, onRow: (Row) -> Void
    ) throws(ClientError) -> Reply
}

extension Daemon {
    // One that can't wait is asked when the answer is wanted.
    mutating func send(_ request: Request) throws(ClientError) {}
    mutating func receive(
        _ request: Request, onRow: (Row) -> Void
    ) throws(ClientError) -> Reply {
        try ask(request, onRow: onRow)
    }
}

/// The daemon at the other end of a socket.
final class ConnectedDaemon: Daemon {
    private var client: SocketClient

    init(path: String, timeoutSeconds: Int64) throws(ClientError) {
        client = try SocketClient(connecting: path, timeoutSeconds: timeoutSeconds)
    }

    func ask(_ request: Request, onRow: (Row) -> Void) throws(ClientError) -> Reply {
        try client.ask(request, onRow: onRow)
    }

    func send(_ request: Request) throws(ClientError) { try client.send(request) }

    func receive(
        _ request: Request, onRow: (Row) -> Void
    ) throws(ClientError) -> Reply {
        try client.receive(request, onRow: onRow)
    }
}
