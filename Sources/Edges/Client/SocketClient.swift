/// Asks atolld, one request at a time, and waits for the answer: for the command line.

import Codec
import Wire

package struct SocketClient: ~Copyable {
    package static let defaultPath = "/run/atoll/atoll.sock"
    /// Longer lines than the daemon ever sends.
    private static let longestLineBytes = 4 << 20

    private let stream: UnixStream
    private let timeoutSeconds: Int64
    private var received: [UInt8] = []
    /// Where the first line not yet read begins.
    private var start = 0

    /// - Parameter timeoutSeconds: the longest silence; each row of a long answer counts anew.
    package init(connecting path: String, timeoutSeconds: Int64 = 30) throws(ClientError) {
        stream = try UnixStream(connecting: path, timeoutSeconds: timeoutSeconds)
        self.timeoutSeconds = timeoutSeconds
    }

    /// Sends a request and returns how its answer ends; rows are handed over as they come.
    ///
    /// - Throws: `ClientError.answered` with what the daemon refused or failed at. After any
    ///   other error the client is of no more use, and whether the request had its effect is
    ///   unknown: the same id asks again safely.
    package mutating func ask(
        _ request: Request, onRow: (Row) -> Void = { _ in }
    ) throws(ClientError) -> Reply {
        try send(request)
        return try receive(request, onRow: onRow)
    }

    /// Sends a request whose answer is taken later, by `receive`, after those of earlier ones.
    package mutating func send(_ request: Request) throws(ClientError) {
        // When the daemon has closed, it may have said why.
        _ = try stream.write(Codec.encode(request), timeoutSeconds: timeoutSeconds)
    }

    /// How the answer of the oldest unanswered request ends.
    package mutating func receive(
        _ request: Request, onRow: (Row) -> Void = { _ in }
    ) throws(ClientError) -> Reply {
        while true {
            let answer: Answer
            do {
                answer = try Codec.decodeAnswer(try nextLine(), to: request.operation.name)
            } catch let error as BadLine {
                throw .badAnswer(error.error.message)
            } catch let error as ClientError {
                throw error
            } catch {
                preconditionFailure("both kinds of error are caught above")
            }
            // Without an id it is about the connection.
            guard answer.id == request.id || answer.id == nil else {
                throw .badAnswer("an answer to another request")
            }
            switch answer.outcome {
            case .row(let row): onRow(row)
            case .done(let reply): return reply
            case .failed(let error): throw .answered(error)
            }
        }
    }

    private mutating func nextLine() throws(ClientError) -> [UInt8] {
        var searched = start
        while true {
            if let newline = received[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = newline + 1 }
                return Array(received[start..<newline])
            }
            searched = received.count - start
            received.removeFirst(start)
            start = 0
            guard received.count <= Self.longestLineBytes else {
                throw .badAnswer("a line of more than 4 MiB")
            }
            guard try stream.read(into: &received, timeoutSeconds: timeoutSeconds) else {
                throw .disconnected
            }
        }
    }
}
