/// Runs another program with a deadline: what the hooks need of Slurm.

import Glibc

/// What a program left behind.
struct Ran: Sendable {
    /// Its exit code; minus the signal that ended it.
    var code: Int32
    var output: String
    var errors: String

    var isGood: Bool { code == 0 }
    /// What it said last on standard error; else how it ended.
    var complaint: String {
        errors.split(separator: "\n").last.map(String.init) ?? "it ended with code \(code)"
    }
}

/// Against a program that never stops; the associations of a large site are some MiB.
private let outputLimit = 64 << 20

/// - Throws: `Failure` where it can't be started or takes longer; then it is ended.
func runProgram(_ command: [String], deadlineSeconds: Double) throws -> Ran {
    var (outPipe, errPipe): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    defer { for end in outPipe + errPipe where end >= 0 { close(end) } }
    guard pipe(&outPipe) == 0, pipe(&errPipe) == 0 else {
        throw Failure("no pipe: \(String(cString: strerror(errno)))")
    }
    for end in outPipe + errPipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let pid = try spawn(command, output: outPipe[1], errors: errPipe[1])
    close(outPipe[1])
    close(errPipe[1])
    (outPipe[1], errPipe[1]) = (-1, -1)
    var texts: [[UInt8]] = [[], []]
    var ends = [outPipe[0], errPipe[0]]
    var left = Int32(max(deadlineSeconds, 0) * 1_000)
    while ends.contains(where: { $0 >= 0 }) {
        var set = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let ready = poll(&set, nfds_t(set.count), 50)
        left -= ready == 0 ? 50 : 1
        guard left > 0 else {
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            throw Failure("\(command[0]) took longer than \(deadlineSeconds) s and was ended")
        }
        for (index, entry) in set.enumerated() where entry.revents != 0 {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(ends[index], &buffer, buffer.count)
            if count > 0 {
                texts[index] += buffer[..<min(count, max(0, outputLimit - texts[index].count))]
            } else if count == 0 || errno != EINTR {
                ends[index] = -1
            }
        }
    }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let (signal, code) = (status & 0x7f, (status >> 8) & 0xff)
    return Ran(
        code: signal == 0 ? code : -signal, output: String(decoding: texts[0], as: UTF8.self),
        errors: String(decoding: texts[1], as: UTF8.self))
}

private func spawn(_ command: [String], output: Int32, errors: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    // A group of its own, so that whatever it starts ends with it; no signal stays ignored.
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))
    let argv = command.map { strdup($0) } + [nil]
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        for word in argv { free(word) }
    }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, command[0], &actions, &attributes, argv, environ)
    guard status == 0 else {
        throw Failure("\(command[0]) can't be started: \(String(cString: strerror(status)))")
    }
    return pid
}
