import Client
import Rates
import Registry
import Testing
import Units
import Wire

@testable import atoll

/// The whole of `atoll doctor` on a machine that is told.
@Suite struct DoctorTests {
    private static let settings = """
        [[cluster]]
        name = "reef"
        """

    private func gauge(_ settings: [String: String]) -> Ran {
        let rows = settings.sorted { $0.key < $1.key }.map { "\($0.key)|\($0.value)\n" }.joined()
        return Ran(
            code: 0,
            output: "#atoll-records 1 kind=config cluster=reef at=1784116800\nKey|Value\n" + rows
                + "#end rows=\(settings.count)\n", errors: "")
    }

    private static let healthy = [
        "ClusterName": "reef", "SLURM_VERSION": "22.05.8", "JobSubmitPlugins": "lua,atoll",
        "PluginDir": "/p", "SLURM_CONF": "/etc/slurm/slurm.conf", "MinJobAge": "300 sec",
        "AccountingStorageType": "accounting_storage/none", "SlurmUser": "slurm(64030)",
    ]

    /// An operator's desk; atolld answers unless it is told otherwise.
    private func desk(
        _ conf: [String: String] = healthy, isUp: Bool = true, unknownMembers: [String] = [],
        precedence: (String?, refusal: String?) = ("real-time", nil), settings: String? = nil,
        clusters: Set<String>? = nil
    ) throws -> Desk {
        var told = Reply.Doctor(
            version: "0.1.0", userID: 990, user: "atoll", processID: 7,
            journal: "/var/lib/atoll/journal.db", lateAfterMilliseconds: 100)
        (told.checkedEntries, told.admissions, told.slowestMilliseconds) = (12, 3, 2)
        told.unknownMembers = Array(unknownMembers.prefix(2))
        told.unknownMemberCount = Int64(unknownMembers.count)
        (told.precedence, told.precedenceRefusal) = precedence
        told.settings = settings
        let status = Reply.Status(
            version: "0.1.0", uptimeSeconds: 60,
            clusters: [
                .init(
                    name: "reef", mode: "enforce", polledAt: try time("2026-07-15T11:59:57Z"),
                    jobs: 4, problem: nil)
            ])
        let cpu = SiteResource(
            name: "CPU", type: "CPU", tres: .cpu, scope: .init(clusters: clusters), units: nil,
            rates: [])
        let desk =
            isUp
            ? Desk(
                .answer([], .status(status)), .answer([], .doctor(told)),
                .answer([.entity(.resource(cpu))], .list(.init(rows: 1))),
                .answer([], .list(.init(rows: 0))), .answer([], .reconcile(.init(passes: []))))
            : Desk(.error(.notRunning(path: "/run/atoll/atoll.sock")))
        desk.files = [
            "/etc/atoll/atoll.toml": Self.settings, "/etc/slurm/job_submit_atoll.conf": "",
        ]
        desk.programs = [
            "atoll-gauge --version": Ran(code: 0, output: "built for Slurm 22.05.8\n", errors: ""),
            "atoll-gauge config": gauge(conf),
        ]
        let folder = FileSight(
            kind: .folder, ownerID: 0, mode: 0o755, bytes: 0,
            modifiedAt: Instant(epochSeconds: 0))
        var socket = folder
        (socket.kind, socket.ownerID, socket.mode) = (.socket, 990, 0o666)
        let sights = [
            "/run/atoll/atoll.sock": socket, "/etc/slurm/slurm.conf": folder,
            "/run/systemd/system": folder,
        ]
        desk.machine = Machine(
            look: { isUp || $0.hasPrefix("/run/systemd") ? sights[$0] : nil }, tail: { _, _ in "" },
            head: { _, _ in [] },
            space: { _ in DiskSpace(freeBytes: 1 << 40, totalBytes: 1 << 41) },
            syncSeconds: { _ in [0.001] }, userName: { [990: "atoll"][$0] },
            mayConnect: { _, _ in true })
        return desk
    }

    /// Step → state, as programs read them.
    private func states(_ screen: Screen) -> [String: String] {
        let lines = screen.out.split(separator: "\n").dropFirst()
        return Dictionary(
            lines.map { line in
                let fields = line.split(separator: "|", omittingEmptySubsequences: false)
                return (String(fields[0]), String(fields[1]))
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a person sees each step, then what to do, the worst first`() throws {
        let desk = try desk(Self.healthy.merging(["JobSubmitPlugins": "atoll,lua"]) { $1 })
        let screen = desk.run("doctor")
        #expect(screen.status == 1)
        #expect(screen.complaints == "")
        let text = screen.out
        #expect(text.contains("plugin_last") && text.contains("FAILED"), "\(text)")
        #expect(
            text.contains(
                "    JobSubmitPlugins=lua,atoll     # /etc/slurm/slurm.conf\n"
                    + "    systemctl restart slurmctld\n"), "\(text)")
        #expect(
            desk.daemon.requests.map(\.operation.name)
                == [.status, .doctor, .list, .list, .reconcile])
    }

    @Test func `members whom Slurm doesn't know are to be known of, and no failure`() throws {
        let screen = try desk(unknownMembers: ["ben of a", "eve of b", "zoe of b"]).run("doctor")
        #expect(
            screen.out.contains(
                "members: 3 without an association in Slurm with their project's accounts: ben of a, "
                    + "eve of b and 1 more\n    sacctmgr add user NAME account=ACCOUNT"),
            "\(screen.out)")
        let states = states(try desk().run("doctor", "-P", "-o", "step,state"))
        #expect(states["members"] == "ok")
    }

    @Test(
        arguments: [
            ("real-time", nil, "ok"), ("none", nil, "ok"), (nil, nil, "skipped"),
            ("refused", "Operation not permitted", "warn"),
        ] as [(String?, String?, String)])
    func `whether hooks have precedence is told, and what gives it`(
        row: (precedence: String?, refusal: String?, state: String)
    ) throws {
        let told = (row.precedence, refusal: row.refusal)
        let states = states(try desk(precedence: told).run("doctor", "-P", "-o", "step,state"))
        #expect(states["precedence"] == row.state)
        let screen = try desk(precedence: told).run("doctor").out
        #expect(
            screen.contains(
                """
                precedence: the system refuses it (Operation not permitted): on a busy host hooks \
                wait for the CPU
                    LimitRTPRIO=1     # [Service] of atolld.service; then systemctl daemon-reload
                    systemctl restart atolld
                """) == (row.state == "warn"), "\(screen)")
    }

    @Test func `a gauge that is not there is named once`() throws {
        let desk = try desk()
        desk.programs = [:]
        let screen = desk.run("doctor", "-P", "-o", "step,found")
        #expect(
            screen.out.contains(
                "\ngauge|/usr/bin/atoll-gauge can't be started: No such file or directory\n"),
            "\(screen.out)")
    }

    @Test func `atolld down: it says so and still looks at Slurm`() throws {
        let screen = try desk(isUp: false).run("doctor", "-P", "-o", "step,state")
        let states = states(screen)
        #expect(screen.status == 1)
        #expect(states["daemon"] == "FAILED")
        #expect(states["socket"] == "skipped")
        #expect(states["journal"] == "skipped")
        #expect(states["slurmctld"] == "ok")
        #expect(states["plugin_last"] == "ok")
    }

    @Test func `Slurm down: slurm.conf itself is read, and the plugin judged by it`() throws {
        let desk = try desk()
        desk.programs["atoll-gauge config"] = Ran(
            code: 3, output: "", errors: "atoll-gauge: slurmctld did not answer\n")
        desk.files["/etc/slurm/slurm.conf"] = "ClusterName=reef\nJobSubmitPlugins=atoll,lua\n"
        let states = states(desk.run("doctor", "-P", "-o", "step,state"))
        #expect(states["slurmctld"] == "FAILED")
        #expect(states["plugin_last"] == "FAILED")
        #expect(states["cluster_name"] == "ok")
        #expect(states["plugin_loaded"] == "skipped")
        #expect(states["slurmdbd"] == "skipped")
    }

    @Test func `neither Slurm nor slurm.conf: the gauge's words and where it was looked`() throws {
        let desk = try desk()
        desk.programs["atoll-gauge config"] = Ran(
            code: 1, output: "", errors: "atoll-gauge: libslurm gave up\n")
        let screen = desk.run("doctor")
        #expect(screen.status == 1)
        #expect(screen.out.contains("libslurm gave up"))
        #expect(screen.out.contains("/etc/slurm/slurm.conf: No such file or directory"))
    }

    @Test func `an ordinary user is told what only operators are told`() throws {
        let desk = Desk(
            .answer([], .status(.init(version: "0.1.0", uptimeSeconds: 1, clusters: []))),
            .error(.answered(.init(.forbidden, "only operators may do this"))),
            .answer([], .list(.init(rows: 0))), .answer([], .list(.init(rows: 0))),
            .error(.answered(.init(.forbidden, "only operators may do this"))))
        desk.files = ["/etc/atoll/atoll.toml": Self.settings]
        let screen = desk.run("doctor")
        #expect(screen.out.contains("only operators are told; run it as root"), "\(screen.out)")
    }

    @Test(arguments: [
        (["PrivateData": "jobs"], "jobs_visible"),
        (["ClusterName": "other"], "cluster_name"),
        (["JobSubmitPlugins": "lua"], "plugin_listed"),
        (["MinJobAge": "10 sec"], "min_job_age"),
        (["SLURM_VERSION": "24.11.5"], "gauge"),
    ])
    func `one thing wrong in Slurm is the one that failed`(
        row: (change: [String: String], step: String)
    ) throws {
        let conf = Self.healthy.merging(row.change) { $1 }
        let states = try states(desk(conf).run("doctor", "-P", "-o", "step,state"))
        let failed = states.filter { $0.value == "FAILED" }.keys.sorted()
        // The plugin's file is nowhere on this machine.
        #expect(failed.filter { $0 != "plugin_file" } == [row.step], "\(states)")
    }

    @Test func `socket mode, owner and a closed folder are told apart`() throws {
        for (mode, owner, reaches, words) in [
            (UInt32(0o600), UInt32(990), true, "has mode 600"),
            (0o666, 0, true, "belongs to"), (0o666, 990, false, "is closed to"),
        ] {
            let desk = try desk()
            let before = desk.machine.look
            desk.machine.look = { path in
                guard var sight = before(path), path.hasSuffix(".sock") else { return before(path) }
                (sight.mode, sight.ownerID) = (mode, owner)
                return sight
            }
            desk.machine.mayConnect = { _, _ in reaches }
            #expect(desk.run("doctor").out.contains(words))
        }
    }

    @Test func `a backup is looked at where one is named`() throws {
        let desk = try desk()
        let before = desk.machine.look
        desk.machine.look = { path in
            guard path == "/b.db" else { return before(path) }
            return FileSight(
                kind: .file, ownerID: 0, mode: 0o600, bytes: 5 << 20,
                modifiedAt: Instant(epochSeconds: 1_784_116_800 - 49 * 3_600))
        }
        desk.machine.head = { path, _ in path == "/b.db" ? Array("SQLite format 3\0".utf8) : [] }
        let screen = desk.run("doctor", "--backup", "/b.db")
        #expect(screen.out.contains("/b.db, 49 h old, 5 MiB"))
        #expect(screen.out.contains("backup: /b.db"))
    }

    @Test func `faulty settings of the plugin fail, each by its line`() throws {
        let desk = try desk()
        desk.files["/etc/slurm/job_submit_atoll.conf"] =
            "deadline_ms = 99999\nwhen_unreachable = maybe\nfoo=1\n"
        let text = desk.run("doctor").out
        let path = "/etc/slurm/job_submit_atoll.conf"
        #expect(
            text.contains(
                """
                plugin_settings: \(path):1: deadline_ms: must be a whole number from 1 to 5000; \
                \(path):2: when_unreachable: must be admit or refuse; \(path):3: foo: no such \
                setting; the default counts instead
                    deadline_ms = 100     # 1 to 5000     # \(path):1
                    when_unreachable = admit     # or refuse     # \(path):2
                """), "\(text)")
    }

    @Test(
        arguments: [
            ("atoll hook prolog-slurmctld", "no atoll in /h: every job starts unasked"),
            (
                "/p/atoll hook prolog-slurmctld",
                "/usr/bin/atoll-gauge, which reads the job, is no program that can be run: every "
                    + "start goes back into the queue, for good"
            ),
            (
                "/p/atoll hook prolog-slurmctld --gauge /p/atoll-gauge",
                "no scontrol in /usr/bin: no job can be held back"
            ),
            (
                "/p/atoll hook prolog-slurmctld --gauge /p/atoll-gauge --slurm-commands /p "
                    + "--socket /elsewhere.sock", "it asks at /elsewhere.sock, atolld listens at "
            ),
            (
                "/p/atoll hook prolog-slurmctld --gauge /p/atoll-gauge --slurm-commands /p",
                "asks before a job starts, and has what it needs"
            ),
        ])
    func `the prolog's script is tried with all that it needs`(
        row: (line: String, found: String)
    ) throws {
        let desk = try desk(Self.healthy.merging(["PrologSlurmctld": "/p/prolog.sh"]) { $1 })
        desk.files["/p/prolog.sh"] = "#!/bin/sh\nPATH=/h\n\(row.line)\n"
        desk.files["/etc/slurm/job_submit_atoll.conf"] = "when_unreachable = refuse\n"
        let before = desk.machine.look
        desk.machine.look = { path in
            guard path.hasPrefix("/p/") else { return before(path) }
            return FileSight(
                kind: .file, ownerID: 0, mode: 0o755, bytes: 1,
                modifiedAt: Instant(epochSeconds: 0))
        }
        let screen = desk.run("doctor", "-P", "-o", "step,state,found")
        let line = screen.out.split(separator: "\n").first { $0.hasPrefix("starts|") }
        #expect(line?.contains(row.found) == true, "\(screen.out)")
        let isWell = row.found.hasPrefix("asks")
        #expect(line?.contains(isWell ? "|ok|" : "|FAILED|") == true)
    }

    @Test func `SlurmUser has to be among the hooks and to reach the socket`() throws {
        for (settings, reaches, words) in [
            ("[access]\nhooks = [\"root\"]\n", true, "slurm is not in [access] hooks"),
            ("", false, "slurm may not connect to /run/atoll/atoll.sock"),
        ] {
            let desk = try desk(Self.healthy.merging(["PrologSlurmctld": "/p/prolog.sh"]) { $1 })
            desk.files["/etc/atoll/atoll.toml"] = settings + Self.settings
            desk.files["/p/prolog.sh"] =
                "/p/atoll hook prolog-slurmctld --gauge /p/gauge --slurm-commands /p"
            let before = desk.machine.look
            desk.machine.look = { path in
                guard path.hasPrefix("/p/") else { return before(path) }
                return FileSight(
                    kind: .file, ownerID: 0, mode: 0o755, bytes: 1,
                    modifiedAt: Instant(epochSeconds: 0))
            }
            desk.machine.mayConnect = { _, _ in reaches }
            let text = desk.run("doctor").out
            #expect(text.contains("\(words): every job starts unasked"), "\(text)")
        }
    }

    @Test func `a file where the folder of the books should be has its key as remedy`() throws {
        let desk = try desk(isUp: false)
        desk.files["/etc/atoll/atoll.toml"] = "[server]\nstate = \"/b.db\"\n" + Self.settings
        let before = desk.machine.look
        desk.machine.look = { path in
            guard path == "/b.db" else { return before(path) }
            return FileSight(
                kind: .file, ownerID: 0, mode: 0o600, bytes: 1,
                modifiedAt: Instant(epochSeconds: 0))
        }
        let text = desk.run("doctor").out
        #expect(
            text.contains(
                """
                disk_space: /b.db is a file; state names the folder of the books
                    state = "/var/lib/atoll"     # [server] of /etc/atoll/atoll.toml
                """), "\(text)")
        #expect(!text.contains("/b.db/.doctor"))
    }

    @Test func `settings that are not atolld's own are told, with both files`() throws {
        let other = "/srv/atoll.toml"
        let screen = try desk(settings: other).run("doctor")
        #expect(
            screen.out.contains(
                """
                daemon: it runs by /srv/atoll.toml, looked at here was /etc/atoll/atoll.toml
                    atoll doctor --config /srv/atoll.toml     # the file that it reads
                """), "\(screen.out)")
        // Two names of one file, and the same name.
        for (settings, config) in [(other, other), (other, "/etc/atoll/atoll.toml")] {
            let desk = try desk(settings: settings)
            desk.files[other] = Self.settings
            let before = desk.machine.look
            desk.machine.look = { path in
                guard path.hasSuffix("atoll.toml") else { return before(path) }
                return FileSight(
                    kind: .file, ownerID: 0, mode: 0o644, bytes: 1,
                    modifiedAt: Instant(epochSeconds: 0), identity: .init(device: 1, inode: 2))
            }
            let states = states(desk.run("doctor", "--config", config, "-P", "-o", "step,state"))
            #expect(states["daemon"] == "ok")
        }
    }

    @Test func `without settings what is rated is told of the cluster that Slurm is`() throws {
        let desk = try desk(clusters: ["reef"])
        desk.files["/etc/atoll/atoll.toml"] = nil
        let states = states(desk.run("doctor", "-P", "-o", "step,state"))
        #expect(states["settings"] == "FAILED")
        // Rated, and without slurmdbd nothing to look up.
        #expect(states["tracked_tres"] == "skipped")
        let elsewhere = try self.desk(clusters: ["lagoon"]).run("doctor").out
        #expect(elsewhere.contains("tracked_tres: nothing is rated on reef: every job is free"))
    }

    @Test func `all that is wrong with the plugin's settings is told at once`() throws {
        let desk = try desk()
        let path = "/etc/slurm/job_submit_atoll.conf"
        desk.files[path] = "socket = /x.sock\ncluster = lagoon\ndaemon_user = bob\nfoo = 1\n"
        let text = desk.run("doctor").out
        #expect(
            text.contains(
                """
                plugin_settings: \(path):4: foo: no such setting; the default counts instead; \
                \(path): socket is /x.sock, atolld's is /run/atoll/atoll.sock; \(path): cluster is \
                lagoon, slurm.conf's is reef; \(path): daemon_user is bob, atolld's is atoll
                """), "\(text)")
        for line in [
            "socket = /run/atoll/atoll.sock", "cluster = reef", "daemon_user = atoll",
        ] {
            #expect(text.contains("    \(line)     # \(path)\n"))
        }
    }

    @Test func `where atoll.toml names another cluster the plugin is not to follow it`() throws {
        let desk = try desk(Self.healthy.merging(["ClusterName": "cove"]) { $1 })
        desk.files["/etc/slurm/job_submit_atoll.conf"] = "cluster = cove\n"
        let text = desk.run("doctor").out
        #expect(text.contains("name = \"cove\"") && !text.contains("cluster = reef"), "\(text)")
    }

    @Test(arguments: [true, false])
    func `without systemd no remedy wants systemctl`(isBooted: Bool) throws {
        func text(_ desk: Desk) -> String {
            let before = desk.machine.look
            desk.machine.look = { $0 == "/run/systemd/system" && !isBooted ? nil : before($0) }
            desk.files["/etc/atoll/atoll.toml"] = "[access]\nhooks = [\"root\"]\n" + Self.settings
            return desk.run("doctor").out
        }
        let wrong = Self.healthy.merging(["JobSubmitPlugins": "atoll,lua", "ClusterName": "x"]) {
            $1
        }
        let all = try text(desk(wrong, precedence: ("refused", "no"))) + text(desk(isUp: false))
        #expect((all.contains("systemctl") || all.contains("journalctl")) == isBooted, "\(all)")
        #expect(all.contains("kill 7     # then, as it is started here: runuser") != isBooted)
        #expect(all.contains("# restart slurmctld, as it is started here") != isBooted)
    }

    @Test func `without settings nothing is said of a cluster without a name`() throws {
        let desk = try desk()
        desk.files["/etc/atoll/atoll.toml"] = nil
        desk.programs = [:]
        desk.files["/etc/slurm/slurm.conf"] = "ClusterName=reef\nJobSubmitPlugins=atoll\n"
        let screen = desk.run("doctor", "-P", "-o", "step,state,found")
        #expect(screen.out.contains("polling|skipped|no settings name a cluster to watch"))
        #expect(screen.out.contains("plugin_loaded|skipped|the gauge can't be run"))
    }

    @Test func `programs get every figure`() throws {
        let screen = try desk().run("doctor", "--json")
        #expect(screen.out.contains(#""step": "journal""#))
        #expect(screen.out.contains(#""failed": 1"#), "\(screen.out)")
    }
}
