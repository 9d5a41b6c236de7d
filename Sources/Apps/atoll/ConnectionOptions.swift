import ArgumentParser
import Client
import Units
import Wire

/// Where atolld is.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "atolld's socket. (default: ATOLL_SOCKET, else \(SocketClient.defaultPath))",
            valueName: "path"))
    var socket: String?

    @Option(
        name: .customLong("timeout"),
        help: ArgumentHelp("The longest silence to bear.", valueName: "seconds"))
    var timeoutSeconds: Int64 = 30

    func validate() throws {
        guard (1...86_400).contains(timeoutSeconds) else {
            throw ValidationError("--timeout is 1 to 86400.")
        }
    }

    func path(in surroundings: Surroundings) -> String {
        socket ?? surroundings.environment["ATOLL_SOCKET"] ?? SocketClient.defaultPath
    }
}

/// How often a change is asked for again while nobody knows whether it was made.
private let changeAttempts = 3

extension Surroundings {
    /// Asks what changes nothing.
    func ask(
        _ operation: Request.Operation, _ connection: ConnectionOptions,
        onRow: (Row) -> Void = { _ in }
    ) throws -> Reply {
        var daemon = try connect(connection.path(in: self), connection.timeoutSeconds)
        return try daemon.ask(Request(id: freshID, operation), onRow: onRow)
    }

    /// Asks for a change, and again with the same id while its outcome is unknown: it is made once.
    ///
    /// - Parameter id: nil: a new one.
    func change(
        _ operation: Request.Operation, id: String?, _ connection: ConnectionOptions
    ) throws -> (reply: Reply, rows: [Row]) {
        let request = Request(id: try commandID(id), operation)
        var attempt = 1
        while true {
            var rows: [Row] = []
            do throws(ClientError) {
                var daemon = try connect(connection.path(in: self), connection.timeoutSeconds)
                return (try daemon.ask(request) { rows.append($0) }, rows)
            } catch {
                guard error.leavesOutcomeOpen else { throw error }
                guard attempt < changeAttempts else {
                    throw Failure(
                        "\(error)\nWhether it was done is unknown; ask again with --id "
                            + "\(request.id), and it is done once.")
                }
            }
            attempt += 1
            wait(1)
        }
    }

    private func commandID(_ text: String?) throws -> RequestID {
        guard let text else { return freshID }
        guard let id = RequestID(text) else {
            throw Failure("--id is 1 to 64 of A-Z a-z 0-9 . _ : -", status: ExitStatus.usage)
        }
        return id
    }

    private var freshID: RequestID {
        .fresh(epochMilliseconds: UInt64(max(0, clock.now.epochSeconds)) * 1_000)
    }
}

extension ClientError {
    /// Whether what was asked for may have been done nevertheless.
    fileprivate var leavesOutcomeOpen: Bool {
        switch self {
        case .disconnected, .timedOut: true
        case .answered(let error): error.code == .outcomeUnknown
        case .notRunning, .notPermitted, .pathTooLong, .badAnswer, .system: false
        }
    }
}
