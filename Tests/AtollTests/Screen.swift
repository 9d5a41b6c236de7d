/// The screen as a person sees it: a whole command line is run against answers told beforehand.

import Client
import Synchronization
import Testing
import Units
import Wire

@testable import atoll

/// What a command line shows and how it ends.
struct Screen: Equatable {
    var status: Int32
    var out: String
    var complaints = ""
}

/// An answer to one request: its rows and end, or an error.
enum Told {
    case answer([Row], Reply)
    case error(ClientError)
}

/// A daemon that answers as told, and keeps what it was asked.
final class ToldDaemon: Daemon {
    private(set) var requests: [Request] = []
    /// The messages of imports that were to be looked at only, and what is said of them one by one; of
    /// those that nothing is told about: that they fit.
    private(set) var checked: [Request.Import] = []
    var checks: [Told] = []
    private var answers: [Told]

    init(_ answers: [Told]) { self.answers = answers }

    func ask(_ request: Request, onRow: (Row) -> Void) throws(ClientError) -> Reply {
        if case .importRecords(let it) = request.operation, it.check == .only {
            checked.append(it)
            return try tell(
                checks.isEmpty ? .answer([], .importRecords(.init())) : checks.removeFirst(), onRow)
        }
        requests.append(request)
        guard !answers.isEmpty else { throw .disconnected }
        return try tell(answers.removeFirst(), onRow)
    }

    private func tell(_ told: Told, _ onRow: (Row) -> Void) throws(ClientError) -> Reply {
        switch told {
        case .answer(let rows, let reply):
            for row in rows { onRow(row) }
            return reply
        case .error(let error): throw error
        }
    }
}

/// A person two hours east of UTC, at 12:00 UTC on 2026-07-15, and the daemon they ask.
final class Desk {
    let daemon: ToldDaemon
    var environment: [String: String] = [:]
    var files: [String: String] = [:]
    var isWatched = false
    /// Files are taken for pipes.
    var isReadOnce = false
    /// What the programs that are run leave behind, one by one; and what was run.
    var runs: [Ran] = []
    private(set) var commands: [[String]] = []
    /// What a program leaves behind whose command line ends in these words; before `runs`.
    var programs: [String: Ran] = [:]
    var machine = Machine()
    var userID: UInt32 = 1001
    /// Where it stands, east of UTC.
    var offsetSeconds: Int64 = 7_200
    /// Writes a file; nil: as everywhere.
    var save: ((_ path: String, _ text: String, _ isNew: Bool) throws -> Void)?
    /// Read one by one, the last of them again and again.
    var uptimes: [Double] = [0]
    private(set) var waitedSeconds = 0.0
    private(set) var path = ""
    /// What went to syslog.
    private(set) var logged: [String] = []

    convenience init(_ answers: Told...) { self.init(answers) }
    init(_ answers: [Told]) { daemon = ToldDaemon(answers) }

    func run(_ words: String...) -> Screen { run(words) }

    func run(_ words: [String]) -> Screen {
        var (out, complaints) = ("", "")
        var surroundings = Surroundings(
            out: { out += $0 }, complain: { complaints += $0 }, isWatched: isWatched,
            environment: environment,
            clock: LocalClock(
                now: Instant(epochSeconds: 1_784_116_800), offsetSeconds: offsetSeconds),
            uptimeSeconds: {
                self.uptimes.count > 1 ? self.uptimes.removeFirst() : self.uptimes[0]
            },
            wait: { self.waitedSeconds += $0 },
            connect: { path, _ throws(ClientError) in
                self.path = path
                return self.daemon
            },
            userID: userID, groupID: 100, lookUpUser: { ["ben": 1002][$0] },
            read: { path in
                guard let text = self.files[path] else {
                    throw Failure("\(path): No such file or directory")
                }
                return text
            },
            run: { command, _ in
                self.commands.append(command)
                let line = command.joined(separator: " ")
                if let known = self.programs.first(where: { line.hasSuffix($0.key) }) {
                    return known.value
                }
                guard !self.runs.isEmpty else {
                    throw Failure("\(command[0]) can't be started: No such file or directory")
                }
                return self.runs.removeFirst()
            }, log: { self.logged.append($0) }, machine: machine)
        if let save { surroundings.save = save }
        if isReadOnce { surroundings.isReadOnce = { _ in true } }
        let status = Atoll.execute(words, in: surroundings)
        return Screen(status: status, out: out, complaints: complaints)
    }
}

func su(_ text: String) throws -> ServiceUnits { try ServiceUnits(parsing: text) }
func time(_ text: String) throws -> Instant { try Instant(parsing: text) }

func window(_ start: String, _ end: String?) throws -> Interval {
    try #require(Interval(start: time(start), end: end.map { try time($0) }))
}
