/// Runs the gauge with a deadline and hands its output over as it comes.
///
/// libslurm may block for a minute, end its process or print nonsense: here that is one failed run.

import Foundation
import Glibc

package struct GaugeFailure: Error, CustomStringConvertible {
    package enum Kind: Sendable {
        case cannotStart, tooSlow, stopped, tooMuch, failed, nonsense
        case controllerUnreachable, accountingUnreachable
    }
    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ description: String) {
        (self.kind, self.description) = (kind, description)
    }
}

/// How to run the gauge of one cluster.
package struct GaugeCommand: Sendable {
    package var program: String
    package var arguments: [String]
    package var environment: [String: String]
    package var deadlineSeconds: Int
    /// Asked now and then: whether nobody wants the answer any more.
    var hasStopped: @Sendable () -> Bool = { false }
    /// Answers in the program's place, where Slurm is played; nil: the program is run.
    var standIn: (@Sendable ([String]) throws -> [UInt8])?

    package init(
        program: String, arguments: [String] = [], environment: [String: String] = [:],
        deadlineSeconds: Int = 30
    ) {
        (self.program, self.arguments) = (program, arguments)
        (self.environment, self.deadlineSeconds) = (environment, deadlineSeconds)
    }

    /// More output than this is nonsense.
    static let outputLimit = 1 << 30

    /// Runs `program arguments + more`; `body` gets its stdout piece by piece.
    func run(
        _ more: [String], _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if let standIn { return try standIn(arguments + more).withUnsafeBytes(body) }
        let child = try GaugeChild(command: self, more)
        defer { child.end() }
        var deadline = ContinuousClock.now.advanced(by: .seconds(deadlineSeconds))
        var total = 0
        try child.read(until: &deadline, orUntil: hasStopped) { bytes in
            total += bytes.count
            guard total <= Self.outputLimit else {
                throw GaugeFailure(.tooMuch, "the gauge printed more than 1 GiB")
            }
            try body(bytes)
        }
        try child.checkExit(until: deadline)
    }
}

/// One running gauge: its process and the two pipes it writes to.
private final class GaugeChild {
    private let name: String
    private var pid: pid_t = 0
    private var output: Int32 = -1
    private var errors: Int32 = -1
    private var errorText: [UInt8] = []

    init(command: GaugeCommand, _ more: [String]) throws {
        name = ([command.program] + more).joined(separator: " ")
        Self.starting.lock()
        defer { Self.starting.unlock() }
        var (outPipe, errPipe): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard Self.openPipe(&outPipe), Self.openPipe(&errPipe) else {
            let error = String(cString: strerror(errno))
            for end in outPipe + errPipe where end >= 0 { close(end) }
            throw GaugeFailure(.cannotStart, "no pipe for the gauge: \(error)")
        }
        (output, errors) = (outPipe[0], errPipe[0])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outPipe[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errPipe[1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        // A group of its own, so that whatever it starts ends with it; no signal stays blocked.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        // The daemon ignores the signals it handles otherwise; a gauge ends by them.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            close(outPipe[1])
            close(errPipe[1])
        }
        let words = [command.program] + command.arguments + more
        let environment = ProcessInfo.processInfo.environment
            .merging(command.environment) { _, own in own }.map { "\($0.key)=\($0.value)" }
        let argv = words.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for word in argv + envp { free(word) } }
        let status = posix_spawn(&pid, command.program, &actions, &attributes, argv, envp)
        guard status == 0 else {
            (pid, _) = (0, (close(output), close(errors)))
            (output, errors) = (-1, -1)
            throw GaugeFailure(
                .cannotStart,
                "\(command.program) can't be started: \(String(cString: strerror(status)))")
        }
    }

    /// One gauge at a time is started: one that another thread starts just now would inherit the
    /// pipes before they are marked, and keep them from ever ending.
    private static let starting = NSLock()

    /// A pipe that no other child inherits.
    private static func openPipe(_ ends: inout [Int32]) -> Bool {
        guard pipe(&ends) == 0 else { return false }
        return ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
    }

    /// Reads both pipes until the gauge has closed its stdout.
    ///
    /// - Parameter deadline: later afterwards by what `body` took. Who rests before more is read keeps
    ///   the gauge waiting: that is not its lateness.
    func read(
        until deadline: inout ContinuousClock.Instant, orUntil hasStopped: () -> Bool,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var (outputOpen, errorsOpen) = (true, true)
        while outputOpen || errorsOpen {
            var set = [
                pollfd(fd: outputOpen ? output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorsOpen ? errors : -1, events: Int16(POLLIN), revents: 0),
            ]
            let left = deadline - ContinuousClock.now
            guard left > .zero else { throw tooSlow() }
            guard !hasStopped() else {
                throw GaugeFailure(.stopped, "\(name) was stopped with the daemon")
            }
            let ready = poll(&set, 2, left < .milliseconds(200) ? 10 : 200)
            guard ready >= 0 || errno == EINTR else {
                throw GaugeFailure(.failed, "\(name): poll failed, errno \(errno)")
            }
            if set[0].revents != 0 {
                let count = Glibc.read(output, &buffer, buffer.count)
                if count > 0 {
                    let begun = ContinuousClock.now
                    try buffer.withUnsafeBytes { bytes in
                        try body(UnsafeRawBufferPointer(rebasing: bytes[0..<count]))
                    }
                    deadline = deadline.advanced(by: ContinuousClock.now - begun)
                } else if count == 0 || errno != EINTR {
                    outputOpen = false
                }
            }
            if set[1].revents != 0 {
                let count = Glibc.read(errors, &buffer, buffer.count)
                if count > 0 {
                    errorText += buffer[0..<min(count, max(0, 4_096 - errorText.count))]
                } else if count == 0 || errno != EINTR {
                    errorsOpen = false
                }
            }
        }
    }

    func checkExit(until deadline: ContinuousClock.Instant) throws {
        var status: Int32 = 0
        var ended = waitpid(pid, &status, WNOHANG)
        while ended == 0 {
            guard ContinuousClock.now < deadline else { throw tooSlow() }
            usleep(1_000)
            ended = waitpid(pid, &status, WNOHANG)
        }
        guard ended == pid else {
            pid = 0
            throw GaugeFailure(.failed, "\(name): how it ended is not known, errno \(errno)")
        }
        pid = 0
        let said =
            String(decoding: errorText, as: UTF8.self)
            .split(separator: "\n").last.map { ": \($0)" } ?? ""
        let (signal, code) = (status & 0x7f, (status >> 8) & 0xff)
        guard signal == 0 else {
            throw GaugeFailure(.failed, "\(name) was ended by signal \(signal)\(said)")
        }
        switch code {
        case 0: return
        case 3: throw GaugeFailure(.controllerUnreachable, "slurmctld can't be reached\(said)")
        case 4: throw GaugeFailure(.accountingUnreachable, "slurmdbd can't be reached\(said)")
        case 2:
            throw GaugeFailure(
                .failed,
                "\(name) does not know what it is asked for: it is of another version than atolld. "
                    + "Install both of one build")
        default: throw GaugeFailure(.failed, "\(name) ended with code \(code)\(said)")
        }
    }

    private func tooSlow() -> GaugeFailure {
        GaugeFailure(.tooSlow, "\(name) took longer than its deadline and was stopped")
    }

    /// Ends what still runs and lets go of the pipes.
    func end() {
        if pid > 0 {
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            pid = 0
        }
        if output >= 0 { close(output) }
        if errors >= 0 { close(errors) }
        (output, errors) = (-1, -1)
    }
}
