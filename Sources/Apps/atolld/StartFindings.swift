/// What keeps atolld from starting or from reading Slurm here, as the user that it runs as: looked at by
/// `--check` and before anything is opened, each with what mends it.

import Glibc
import SiteFiles

struct StartFinding: Equatable {
    enum Kind {
        /// A folder that is not there; systemd makes it at the start.
        case missing
        /// Something that this user may not write.
        case closed
        /// atolld starts, and reads nothing of a cluster or can't do what the settings want.
        case gauge
        /// It lacks what only some of its commands need, or could not be looked at.
        case notice
    }
    let kind: Kind
    /// The key that it is about, as `SettingPlaces` has it.
    let path: String
    let text: String

    /// Whether it is mended by the start itself, or keeps atolld from nothing that it is set to do.
    func isWarning(withSystemd: Bool) -> Bool {
        kind == .notice || kind == .missing && withSystemd
    }
    var keepsFromStarting: Bool { kind == .missing || kind == .closed }
}

/// As sd_booted(3) has it.
func isBootedWithSystemd() -> Bool { faccessat(AT_FDCWD, "/run/systemd/system", F_OK, 0) == 0 }

/// - Parameter inheritsSocket: whether the socket is handed over by who starts it.
func startFindings(
    _ settings: Settings, inheritsSocket: Bool = getenv("LISTEN_FDS") != nil
) -> [StartFinding] {
    let state = settings.server.state
    var findings = [
        StartFolder(path: state, key: "state", mode: "750", isMade: true, systemd: "StateDirectory")
            .finding(
                files: ["atolld.lock", "journal.db", "journal.db-wal", "journal.db-shm"].map {
                    state + "/" + $0
                })
    ]
    if !inheritsSocket {
        let socket = settings.server.socket
        let folder = socket.lastIndex(of: "/").map { String(socket[..<$0]) } ?? "."
        findings.append(
            StartFolder(
                path: folder.isEmpty ? "/" : folder, key: "socket", mode: "755", isMade: false,
                systemd: "RuntimeDirectory"
            ).finding(files: [socket + ".lock"]))
    }
    return findings.compactMap(\.self)
        + settings.clusters.indices.flatMap { clusterFindings(settings, at: $0) }
}

/// Why a program can't be run by this user; nil: it can.
func runProblem(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return reason() }
    guard status.st_mode & S_IFMT == S_IFREG else { return "it is no program" }
    return may(path, X_OK) ? nil : reason()
}

/// Why a file can't be read by this user; nil: it can.
func readProblem(_ path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return reason() }
    guard status.st_mode & S_IFMT != S_IFDIR else { return "it is a folder" }
    return may(path, R_OK) ? nil : reason()
}

/// A folder that atolld writes.
private struct StartFolder {
    let path: String
    /// Of [server].
    let key: String
    let mode: String
    /// atolld makes it where it may.
    let isMade: Bool
    /// Has systemd make it.
    let systemd: String

    /// Who is to own it; root looks for the user that the unit names.
    private var user: String { geteuid() == 0 ? "atoll" : nameOrNumber(geteuid()) }

    /// - Parameter files: that are written, too, where they are there.
    func finding(files: [String]) -> StartFinding? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOTDIR { return noFolder("a part of it is a file") }
            guard errno == ENOENT else { return closed(path, reason()) }
            return isMade && mayBeMade ? nil : missing
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return noFolder("it is a file") }
        guard may(path, W_OK | X_OK) else { return closed(path, reason()) }
        for file in files where may(file, F_OK) && !may(file, R_OK | W_OK) {
            return closed(file, reason())
        }
        return nil
    }

    /// Whether the nearest folder above it that is there can be written.
    private var mayBeMade: Bool {
        var above = path[...]
        while let slash = above.lastIndex(of: "/") {
            above = above[..<slash]
            let folder = above.isEmpty ? "/" : String(above)
            if may(folder, F_OK) { return may(folder, W_OK | X_OK) }
        }
        return false
    }

    private var missing: StartFinding {
        StartFinding(
            kind: .missing, path: "server.\(key)",
            text: "[server] \(key): the folder \(path) is not there. systemd makes it "
                + "(\(systemd)=); without systemd, as root: "
                + "install -d -o \(user) -m \(mode) \(path)")
    }

    private func noFolder(_ why: String) -> StartFinding {
        let remedy =
            key == "state"
            ? "Name the folder of the books, not a file in it: state = \"/var/lib/atoll\""
            : "Name a file in a folder of its own: socket = \"/run/atoll/atoll.sock\""
        return StartFinding(
            kind: .closed, path: "server.\(key)",
            text: "[server] \(key): \(path) is no folder: \(why). \(remedy)")
    }

    private func closed(_ what: String, _ why: String) -> StartFinding {
        let isShared = path.drop { $0 == "/" }.contains("/") == false
        let remedy =
            isShared
            ? "Give it a folder of its own, as /run/atoll/atoll.sock and /var/lib/atoll have"
            : "As root: chown \(isMade ? "-R " : "")\(user): \(isMade ? path : what)"
        return StartFinding(
            kind: .closed, path: "server.\(key)",
            text: "[server] \(key): \(what) can't be written by \(user): \(why). \(remedy)")
    }
}

/// As the user that it works as now.
private func may(_ path: String, _ mode: Int32) -> Bool {
    faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0
}

private func reason() -> String { String(cString: strerror(errno)) }
