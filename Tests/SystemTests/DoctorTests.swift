import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// `atoll doctor` beside a real Slurm: all is well; then one thing at a time is broken, and it
    /// names that one.
    @Suite struct Doctors {
        /// What a machine's own speed decides is no part of these stories.
        static let ofTheMachine: Set = [
            "disk_sync", "disk_space", "slurmctld_time", "admissions", "precedence",
        ]

        @Test(.timeLimit(.minutes(8)))
        func `a healthy installation is all right; what is broken is named, and nothing else`()
            async throws
        {
            try await withBed(.accounting, named: "doctor") { bed in
                var site = try Stage.site(astro: "10000")
                var typed = try #require(site.resources.first { $0.name == "GPU" })
                (typed.name, typed.tres) = ("H200", TRESName("gres/gpu:h200"))
                site.resources.append(typed)
                try await play(on: bed, site: site) { stage in
                    let clinic = try Clinic(stage)
                    // One admission, so that the plugin has asked.
                    let job = try stage.send("-n1 -t1", "sleep 1")
                    try await stage.settled(job)
                    try await clinic.isWell()
                    try await clinic.isWell(backup: true)

                    for trouble in Trouble.all {
                        try await clinic.suffer(trouble)
                    }
                    try await clinic.atolldIsDown()
                    try await clinic.anOrdinaryUserAsks()
                }
            }
        }

        @Test(.timeLimit(.minutes(4)))
        func `without slurmdbd the steps that need it are skipped, and none fails`() async throws {
            try await play(.controllerOnly) { stage in
                let found = try Clinic(stage).examine()
                #expect(found.failed.subtracting(Self.ofTheMachine).isEmpty, "\(found)")
                #expect(found.states["slurmdbd"] == "skipped")
                #expect(found.states["tracked_tres"] == "skipped")
                #expect(found.states["plugin_loaded"] == "ok", "\(found)")
            }
        }
    }
}

/// One thing that is broken, the step that is to fail, and the line that mends it.
private struct Trouble: Sendable {
    let step: String
    let remedy: String
    /// slurm.conf's lines instead of those of the same keys; needs a restart of slurmctld.
    var lines: [String] = []
    /// Other things: commands before, and afterwards.
    var before: [[String]] = []
    var after: [[String]] = []
    /// Steps that then can't be looked at, or say the same.
    var along: Set<String> = []

    static let all: [Trouble] = [
        Trouble(
            step: "plugin_last", remedy: "JobSubmitPlugins=logging,atoll",
            lines: ["JobSubmitPlugins=atoll,logging"]),
        Trouble(
            step: "plugin_listed", remedy: "JobSubmitPlugins=logging,atoll",
            lines: ["JobSubmitPlugins=logging"]),
        Trouble(
            step: "tracked_tres", remedy: "AccountingStorageTRES=gres/gpu,gres/gpu:h200",
            lines: ["AccountingStorageTRES=gres/gpu"]),
        Trouble(
            step: "jobs_visible", remedy: "AdminLevel=Operator", lines: ["PrivateData=jobs"],
            before: [["sacctmgr", "-i", "modify", "user", "atoll", "set", "AdminLevel=None"]],
            after: [["sacctmgr", "-i", "modify", "user", "atoll", "set", "AdminLevel=Operator"]]),
        Trouble(
            step: "plugin_file", remedy: "make -C plugins/job_submit install",
            before: [
                ["cp", "BED/plugins/job_submit_atoll.so", "BED/plugins/away.so"],
                ["rm", "BED/plugins/job_submit_atoll.so"],
            ],
            after: [["mv", "BED/plugins/away.so", "BED/plugins/job_submit_atoll.so"]]),
        Trouble(
            step: "socket", remedy: "chmod 666", before: [["chmod", "600", "SOCKET"]],
            after: [["chmod", "666", "SOCKET"]],
            // The hook of starts asks there, too.
            along: ["starts"]),
        Trouble(
            step: "plugin_settings", remedy: "daemon_user = atoll",
            before: [["sed", "-i", "s/^daemon_user.*/daemon_user = slurm/", "PLUGINCONF"]],
            after: [["sed", "-i", "s/^daemon_user.*/daemon_user = atoll/", "PLUGINCONF"]]),
        Trouble(
            step: "slurmdbd", remedy: "sacctmgr show cluster",
            before: [["TESTBED", "freeze", "BED", "slurmdbd"]],
            after: [["TESTBED", "thaw", "BED", "slurmdbd"]]),
        Trouble(
            step: "slurmctld", remedy: "scontrol ping",
            before: [["TESTBED", "stop", "BED", "slurmctld"]],
            after: [["TESTBED", "start", "BED", "slurmctld"]]),
    ]
}

/// What `atoll doctor --json` says.
private struct Diagnosis: Decodable, CustomStringConvertible {
    struct Check: Decodable {
        let step, state, found: String
        let remedy: String?
    }
    let checks: [Check]

    var states: [String: String] {
        Dictionary(checks.map { ($0.step, $0.state) }, uniquingKeysWith: { $1 })
    }
    var failed: Set<String> { steps("FAILED") }
    func steps(_ state: String) -> Set<String> {
        Set(checks.filter { $0.state == state }.map(\.step))
    }
    func remedy(of step: String) -> String { checks.first { $0.step == step }?.remedy ?? "" }
    var description: String {
        checks.filter { $0.state != "ok" }.map { "\($0.state) \($0.step): \($0.found)" }
            .joined(separator: "\n")
    }
}

private struct Clinic {
    let stage: Stage
    var bed: Testbed { stage.bed }
    private var slurmConf: String { bed.slurm + "/etc/slurm.conf" }
    private let healthyConf: String

    init(_ stage: Stage) throws {
        self.stage = stage
        healthyConf = try String(
            contentsOfFile: stage.bed.slurm + "/etc/slurm.conf", encoding: .utf8)
    }

    func examine(
        _ words: String..., as user: String? = nil
    ) throws -> Diagnosis {
        let done = try attempt(
            [
                bed.folder + "/bin/atoll", "doctor", "--json", "--config",
                stage.atolld.folder + "/atoll.toml", "--socket", bed.socket,
            ] + words, as: user, limit: 120)
        let found = try JSONDecoder().decode(Diagnosis.self, from: Data(done.output.utf8))
        #expect(done.code == (found.failed.isEmpty ? 0 : 1), "\(done.errors)")
        return found
    }

    /// Waits until atolld sees what Slurm is like again.
    func isWell(backup: Bool = false) async throws {
        var words: [String] = []
        if backup {
            let file = stage.atolld.folder + "/backup.db"
            try must(["sqlite3", stage.atolld.folder + "/state/journal.db", ".backup \(file)"])
            words = ["--backup", file]
        }
        var last: Diagnosis?
        try await awaited("nothing fails", within: 60, seen: "\(last?.description ?? "")") {
            let found =
                backup ? try examine("--backup", words[1]) : try examine()
            last = found
            let wrong = found.failed.union(found.steps("warn"))
            return wrong.subtracting(SystemTests.Doctors.ofTheMachine).isEmpty
        }
        let found = try #require(last)
        // No systemd runs the tests' machine; the testbed's PrologSlurmctld is ours.
        let skipped: Set = backup ? ["reconcile"] : ["reconcile", "backup"]
        #expect(found.steps("skipped") == skipped, "\(found)")
        if backup { #expect(found.states["backup"] == "ok", "\(found)") }
    }

    func suffer(_ trouble: Trouble) async throws {
        for command in trouble.before { try run(command) }
        if !trouble.lines.isEmpty { try restart(with: trouble.lines) }
        var last: Diagnosis?
        try await awaited(
            "\(trouble.step) is what failed", within: 60, seen: "\(last?.description ?? "")"
        ) {
            let found = try examine()
            last = found
            return found.failed.subtracting(SystemTests.Doctors.ofTheMachine)
                .subtracting(trouble.along) == [trouble.step]
        }
        let found = try #require(last)
        #expect(
            found.remedy(of: trouble.step).contains(trouble.remedy),
            "\(found.remedy(of: trouble.step))")
        for command in trouble.after { try run(command) }
        if !trouble.lines.isEmpty { try restart(with: []) }
        if trouble.step == "slurmctld" || trouble.step == "slurmdbd" {
            try await awaited("Slurm is back", within: 60, seen: "\(try examine())") {
                try examine().failed.subtracting(SystemTests.Doctors.ofTheMachine).isEmpty
            }
        }
    }

    /// slurm.conf with these lines instead of those of the same key, and slurmctld anew.
    private func restart(with lines: [String]) throws {
        let keys = lines.map { $0.prefix { $0 != "=" } + "=" }
        let kept = healthyConf.split(separator: "\n").filter { line in
            !keys.contains { line.hasPrefix($0) }
        }
        // In place: who reads it now reads the same file.
        let text = (kept.map(String.init) + lines).joined(separator: "\n") + "\n"
        try text.write(toFile: slurmConf, atomically: false, encoding: .utf8)
        try bed.slurmDaemon("restart", "slurmctld")
    }

    private func run(_ command: [String]) throws {
        let words = command.map { word in
            word.replacing("BED/", with: bed.slurm + "/").replacing("SOCKET", with: bed.socket)
                .replacing("PLUGINCONF", with: bed.pluginSettings)
                .replacing("TESTBED", with: Testbed.root + "/scripts/testbed")
        }.map { $0 == "BED" ? bed.slurm : $0 }
        try must(words, environment: bed.environment, limit: 120)
    }

    func atolldIsDown() async throws {
        _ = try await stage.atolld.stop()
        let found = try examine()
        #expect(
            found.failed.subtracting(SystemTests.Doctors.ofTheMachine) == ["daemon"], "\(found)")
        let starts =
            FileManager.default.fileExists(atPath: "/run/systemd/system")
            ? "systemctl start atolld" : "runuser -u atoll -- atolld --config"
        #expect(found.remedy(of: "daemon").contains(starts))
        #expect(found.states["slurmctld"] == "ok" && found.states["plugin_last"] == "ok")
        try fullDisk()
        try await stage.atolld.start()
    }

    /// The books' folder on a file system with next to no room, as settings of their own say.
    private func fullDisk() throws {
        let small = stage.atolld.folder + "/small"
        try must(["mkdir", small])
        try must(["mount", "-t", "tmpfs", "-o", "size=1m", "none", small])
        defer { _ = try? must(["umount", small]) }
        _ = try? must(["dd", "if=/dev/zero", "of=\(small)/fill", "bs=64k"])
        let settings = try String(
            contentsOfFile: stage.atolld.folder + "/atoll.toml", encoding: .utf8)
        let file = stage.atolld.folder + "/small.toml"
        try settings.replacing(stage.atolld.folder + "/state", with: small)
            .write(toFile: file, atomically: true, encoding: .utf8)
        let found = try examine("--config", file)
        #expect(found.failed == ["daemon", "disk_space", "disk_sync"], "\(found)")
    }

    /// Somebody who may see less is told so, and nothing is called broken for it.
    func anOrdinaryUserAsks() async throws {
        let found = try examine(as: "atoll-ada")
        #expect(found.failed.isEmpty, "\(found)")
        for step in ["journal", "admissions", "plugin_loaded", "disk_sync"] {
            #expect(found.states[step] == "skipped", "\(step): \(found)")
        }
    }
}
