/// How a command ends when it doesn't end well: what is said, and the exit code.

import ArgumentParser
import Client
import Reports
import SiteFiles
import Wire

/// The exit codes, as `--help` lists them.
enum ExitStatus {
    static let done: Int32 = 0
    static let error: Int32 = 1
    static let usage: Int32 = 2
    static let tooLittleCredit: Int32 = 3
}

/// What is wrong and what helps, in one line or several; empty where all was said already.
struct Failure: Error {
    let message: String
    let status: Int32

    init(_ message: String, status: Int32 = ExitStatus.error) {
        (self.message, self.status) = (message, status)
    }
}

extension Surroundings {
    /// Says what `error` means and returns the exit code that goes with it.
    func explain(_ error: any Error) -> Int32 {
        switch error {
        case let failure as Failure:
            say(failure.message)
            return failure.status
        case let error as ClientError:
            say(error.description + remedy(for: error))
            return Self.status(of: error)
        case let error as FileError:
            // One line a problem, with its place in front: an editor finds it.
            complain(error.description + "\n")
            return ExitStatus.error
        case let error as UnknownColumn:
            say("--format: \(error)")
            return ExitStatus.usage
        case is ReaderGone:
            return ExitStatus.error
        default:
            return explainParserError(error)
        }
    }

    /// What the caller can do about it.
    private func remedy(for error: ClientError) -> String {
        guard case .notRunning = error else { return "" }
        return userID == 0
            ? ": start it with `systemctl start atolld`" : ": tell your administrator"
    }

    /// Each line on standard error, after the name of the program.
    func say(_ message: String) {
        let lines = message.split(separator: "\n").map { line in
            (line.hasPrefix("atoll: ") ? "" : "atoll: ") + String(line).printable + "\n"
        }
        complain(lines.joined())
    }

    private static func status(of error: ClientError) -> Int32 {
        guard case .answered(let error) = error,
            [.insufficientCredit, .capReached].contains(error.code)
        else { return ExitStatus.error }
        return ExitStatus.tooLittleCredit
    }

    /// Help and version are no errors; all else is a wrong command line.
    private func explainParserError(_ error: any Error) -> Int32 {
        let text = Atoll.fullMessage(for: error) + "\n"
        guard Atoll.exitCode(for: error) == .success else {
            complain(text)
            return ExitStatus.usage
        }
        try? out(text)
        return ExitStatus.done
    }
}
