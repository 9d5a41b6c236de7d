/// A private Slurm (`scripts/testbed`) with the real plugin, and the programs under test beside it.

import Foundation

struct Testbed: Sendable {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    let kind: BedKind
    let hook: SubmitHook
    /// Its ClusterName.
    let cluster: String
    /// The folder of all that is made here.
    let folder: String
    /// What Slurm's commands need to find this Slurm.
    let environment: [String: String]
    private let standIn = StandIn()

    /// One thread at a time: that of the suite which brings the testbed up and takes it down.
    private final class StandIn: @unchecked Sendable { var process: ChildProcess? }

    var slurm: String { folder + "/bed" }
    /// Fixed for the testbed, because the plugin is told it once.
    let socket: String
    var pluginSettings: String { slurm + "/etc/job_submit_atoll.conf" }
    var slurmctldLog: String { slurm + "/log/slurmctld.log" }
    var hasAccounting: Bool { kind.hasAccounting }

    /// As long as slurmctld may wait for atolld here; a busy machine must not make it look away.
    static let pluginDeadlineMilliseconds = 1_500

    /// - Parameters:
    ///   - lines: for slurm.conf, of a testbed of its own by that name.
    ///   - options: what else `scripts/testbed up` is told.
    ///   - socket: of an atolld on another testbed, which watches this one too.
    init(
        bringingUp kind: BedKind, named name: String? = nil, lines: String = "",
        options: [String] = [], cluster: String = "reef", socket: String? = nil,
        hook: SubmitHook = .plugin
    ) throws {
        (self.kind, self.hook) = (kind, hook)
        self.cluster = cluster
        let word = (kind.hasAccounting ? "dbd" : "ctld") + (name.map { "-" + $0 } ?? "")
        folder = "/tmp/atoll-system-\(ProcessInfo.processInfo.processIdentifier)-\(word)"
        self.socket = socket ?? folder + "/run/atoll.sock"
        environment = [
            "SLURM_CONF": folder + "/bed/etc/slurm.conf",
            "SBATCH_OUTPUT": folder + "/bed/out/slurm-%j.out",
            "SLURM_TIME_FORMAT": "%s",
        ]
        try makeFolder()
        try write(lines: lines)
        do { try bringUp(options) } catch {
            try? takeDown()
            throw error
        }
    }

    private func makeFolder() throws {
        let files = FileManager.default
        for path in ["", "/bin", "/run"] {
            try files.createDirectory(
                atPath: folder + path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
        for program in ["atolld", "atoll", "atoll-gauge"] {
            try files.copyItem(
                atPath: Self.programs + "/" + program, toPath: folder + "/bin/" + program)
        }
        let settings = """
            socket = \(socket)
            deadline_ms = \(Self.pluginDeadlineMilliseconds)
            breaker_pause_s = 1
            daemon_user = atoll

            """
        try settings.write(toFile: folder + "/plugin.conf", atomically: true, encoding: .utf8)
    }

    private var extraConf: String { folder + "/extra.conf" }

    private func write(lines: String) throws {
        try ((hook == .absent ? "" : makeHooks()) + lines).write(
            toFile: extraConf, atomically: true, encoding: .utf8)
    }

    /// Other lines for slurm.conf: slurmctld and the slurmds start anew with them.
    func configure(lines: String) throws {
        try write(lines: lines)
        try must(
            [Self.root + "/scripts/testbed", "up", slurm, "--slurm-conf-extra", extraConf],
            limit: 120)
    }

    private func bringUp(_ options: [String]) throws {
        try must(
            [
                Self.root + "/scripts/testbed", "up", slurm, "--nodes", "4", "--plugin-conf",
                folder + "/plugin.conf", "--slurm-conf-extra", extraConf, "--cluster", cluster,
            ] + options + makeSubmitHook() + (kind.hasAccounting ? [] : ["--no-dbd"]), limit: 300)
        // Only now: the testbed makes the user where it is missing.
        try must(["chown", "atoll:", folder + "/run"])
        standIn.process = try makeStandIn()
    }

    func takeDown() throws {
        standIn.process?.signal(SIGKILL)
        try must([Self.root + "/scripts/testbed", "down", slurm, "--purge"], limit: 120)
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Where the build left the programs: beside the tests' own.
    private static var programs: String {
        if let told = ProcessInfo.processInfo.environment["ATOLL_PROGRAMS"] { return told }
        let files = FileManager.default
        let own = (try? files.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: own).deletingLastPathComponent().path
        return files.isExecutableFile(atPath: beside + "/atolld") ? beside : root + "/.build/debug"
    }

    /// `stop`, `start`, `restart`, `kill`, `freeze` or `thaw` of one of Slurm's daemons.
    func slurmDaemon(_ action: String, _ daemon: String) throws {
        try must([Self.root + "/scripts/testbed", action, slurm, daemon], limit: 120)
    }
}
