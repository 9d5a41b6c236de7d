import ArgumentParser
import Glibc
import Slurm

/// The exit codes, as `--help` lists them.
enum ExitStatus {
    static let error: Int32 = 1
    static let usage: Int32 = 2
    static let controllerUnreachable: Int32 = 3
    static let accountingUnreachable: Int32 = 4
}

/// An error of the gauge's own, in one line: what is wrong, what helps.
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

/// Writes a line to stderr.
func complain(_ message: String) {
    let line = Array("atoll-gauge: \(message)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Ends the program with the code and the words that go with `error`.
func leave(after error: any Error) -> Never {
    switch error {
    case let failure as Failure:
        complain(failure.message)
        exit(failure.status)
    case let error as SlurmError:
        complain(error.description)
        switch error.kind {
        case .controllerUnreachable: exit(ExitStatus.controllerUnreachable)
        case .accountingUnreachable: exit(ExitStatus.accountingUnreachable)
        case .refused: exit(ExitStatus.error)
        }
    case is ReaderGone:
        exit(ExitStatus.error)
    default:
        // ArgumentParser's own: help and version are no errors, the rest is wrong usage.
        guard Gauge.exitCode(for: error) != .success else { Gauge.exit(withError: error) }
        let message = Array((Gauge.fullMessage(for: error) + "\n").utf8)
        _ = message.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(ExitStatus.usage)
    }
}
