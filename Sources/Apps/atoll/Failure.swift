/// How the program ends when something is wrong: one line that says what and what helps, and a code.

import ArgumentParser
import Glibc

/// The exit codes, as `--help` lists them.
enum ExitStatus {
    static let error: Int32 = 1
    static let usage: Int32 = 2
    static let refused: Int32 = 3
}

/// An error of our own. The message may have several lines.
struct Failure: Error {
    let message: String
    let status: Int32

    init(_ message: String, status: Int32 = ExitStatus.error) {
        self.message = message
        self.status = status
    }
}

/// Whoever read our stdout is gone; there is nobody to tell.
struct ReaderGone: Error {}

/// Writes each line of `message` to stderr, led by the program's name.
func complain(_ message: String) {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    let bytes = Array(lines.map { "atoll: \($0)\n" }.joined().utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Writes all of `text` to stdout.
func printOut(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno == EPIPE {
            throw ReaderGone()
        } else if errno != EINTR {
            throw Failure("can't write: \(String(cString: strerror(errno)))")
        }
    }
}

/// Ends the program with the code and the words that go with `error`.
func leave(after error: any Error) -> Never {
    switch error {
    case let failure as Failure:
        complain(failure.message)
        exit(failure.status)
    case is ReaderGone:
        exit(ExitStatus.error)
    default:
        // ArgumentParser's own: help and version are no errors, the rest is wrong usage.
        guard Atoll.exitCode(for: error) != .success else { Atoll.exit(withError: error) }
        let message = Array((Atoll.fullMessage(for: error) + "\n").utf8)
        _ = message.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(ExitStatus.usage)
    }
}
