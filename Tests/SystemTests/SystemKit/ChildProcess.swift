/// A process of the tests' own: as any user, with its output in files.
///
/// Not Foundation's `Process`: a daemon that its command leaves behind would count as the command,
/// and would be born with signals blocked.

import Foundation
import Glibc

/// One thread at a time: a test hands it from step to step.
final class ChildProcess: @unchecked Sendable {
    let pid: pid_t
    private var status: Int32?

    /// Paths; nil: /dev/null.
    struct Files {
        var input: String?
        var output: String?
        var errors: String?
    }

    /// - Parameters:
    ///   - user: whose process it is to be; nil: root's, as the tests' own.
    ///   - folder: where it runs; that user must be able to enter it.
    init(
        _ command: [String], as user: String? = nil, in folder: String = "/",
        environment: [String: String] = [:], files: Files = Files()
    ) throws {
        let other = user.map { ["setpriv", "--reuid", $0, "--regid", $0, "--init-groups", "--"] }
        let words = ["env", "-C", folder] + (other ?? []) + command
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        let writing = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, files.input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, files.output ?? "/dev/null", writing, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, files.errors ?? "/dev/null", writing, 0o644)
        // A daemon that kept the test runner's own pipes open would keep it waiting.
        for descriptor in Int32(3)..<1_024 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let standing = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"]
        let argv = words.map { strdup($0) } + [nil]
        let envp = standing.merging(environment) { $1 }.map { strdup("\($0)=\($1)") } + [nil]
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
            for word in argv + envp { free(word) }
        }
        var pid: pid_t = 0
        let error = posix_spawnp(&pid, words[0], &actions, &attributes, argv, envp)
        guard error == 0 else {
            throw CommandFailed(description: "\(words[0]): \(String(cString: strerror(error)))")
        }
        self.pid = pid
    }

    /// Its exit code once it has ended, or the signal that ended it, negative; nil: it goes on.
    var exit: Int32? {
        if status == nil {
            var found: Int32 = 0
            if waitpid(pid, &found, WNOHANG) == pid { status = found }
        }
        return status.map { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : -($0 & 0x7f) }
    }

    /// Nothing happens where it has ended: its pid may be another's by then.
    func signal(_ number: Int32) {
        if exit == nil { kill(pid, number) }
    }
}
