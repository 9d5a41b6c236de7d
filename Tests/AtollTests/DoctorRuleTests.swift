import Testing
import Units

@testable import atoll

/// Figures and what a doctor says of them.
@Suite struct DoctorRuleTests {
    @Test(arguments: [
        ("99 MiB: nobody can be admitted soon", 99, 5, Check.State.failed),
        ("1 GiB less one: little", 1_023, 5, .warn),
        ("2 GiB, a journal of 3: no room to verify it", 2_048, 3_072, .warn),
        ("2 GiB, a small journal", 2_048, 5, .ok),
    ])
    func `room under the state folder`(
        row: (name: String, freeMiB: Int64, journalMiB: Int64, state: Check.State)
    ) {
        let check = Examination.judge(
            DiskSpace(freeBytes: row.freeMiB << 20, totalBytes: 1 << 40),
            journalBytes: row.journalMiB << 20, folder: "/s")
        #expect(check.state == row.state, "\(row.name): \(check)")
    }

    @Test(arguments: [
        ([0.001, 0.002, 0.090], false, Check.State.ok),
        ([0.001, 0.021, 0.022], false, .warn),
        ([0.020, 0.051, 0.060], false, .failed),
        ([0.020, 0.051, 0.060], true, .ok),
        ([0.2, 0.3, 0.4], true, .warn),
    ])
    func `the median of durable writes decides`(
        row: (seconds: [Double], isRebuilt: Bool, state: Check.State)
    ) {
        let check = Examination.judge(
            syncSeconds: row.seconds, isRebuilt: row.isRebuilt, settingsFile: "/a.toml")
        #expect(check.state == row.state, "\(check)")
        if row.state == .failed {
            #expect(check.remedy?.contains(#"durability = "rebuild""#) == true)
        }
    }

    @Test(
        arguments: [
            (0, Check.State.ok), (30, .ok), (-30, .ok), (31, .warn), (-31, .warn), (120, .warn),
            (121, .failed), (-86_400, .failed),
        ] as [(Int64, Check.State)])
    func `two clocks may be half a minute apart, and two minutes are too much`(
        row: (ahead: Int64, state: Check.State)
    ) {
        let now = Instant(epochSeconds: 1_784_116_800)
        let check = ClusterExamination.judge(
            slurmctld: now.advanced(bySeconds: row.ahead), here: now)
        #expect(check.state == row.state)
        #expect(check.found.contains("are \(abs(row.ahead)) s apart"), "\(check)")
        #expect(
            (check.remedy?.hasPrefix("timedatectl set-ntp true ") ?? false) == (row.state != .ok))
    }

    @Test(
        arguments: [
            (["cpu", "mem", "node", "billing"], [], nil),
            (["cpu", "gres/gpu"], ["gres/gpu"], nil),
            (
                ["gres/gpu:h200"], ["cpu", "gres/gpu"],
                "AccountingStorageTRES=gres/gpu,gres/gpu:h200"
            ),
            (["license/matlab"], [], "AccountingStorageTRES=license/matlab"),
        ] as [([String], [String], String?)])
    func `what is rated is tracked by its very name`(
        row: (rated: [String], tracked: [String], line: String?)
    ) {
        let check = ClusterExamination.judge(
            rated: row.rated, tracked: row.tracked, path: "/etc/slurm/slurm.conf")
        #expect(check.state == (row.line == nil ? .ok : .failed), "\(check)")
        if let line = row.line { #expect(check.remedy?.hasPrefix(line + " ") == true, "\(check)") }
    }

    @Test(
        arguments: [
            (0x160508, "0.1.0", "22.05.8", Check.State.ok),
            (0x160508, "0.1.0", "22.05.9", .failed),
            (0x180b05, "0.1.0", "24.11.5", .ok),
            (0x160508, "0.0.9", "22.05.8", .warn),
            (0x160508, nil, "22.05.8", .warn),
            (nil, nil, "22.05.8", .failed),
            (0x160508, "0.1.0", nil, .ok),
        ] as [(Int?, String?, String?, Check.State)])
    func `a plugin is of slurmctld's micro release and of our own`(
        row: (builtFor: Int?, release: String?, runs: String?, state: Check.State)
    ) {
        let check = ClusterExamination.judge(
            path: "/p.so", builtFor: row.builtFor, release: row.release, runs: row.runs,
            remedy: "make")
        #expect(check.state == row.state, "\(check)")
    }

    @Test func `silences in slurmctld's log are counted for a day`() {
        let log = """
            [2026-07-13T10:00:00.1] job_submit/atoll: atolld can't be reached at /s (nobody listens: x)
            [2026-07-15T13:00:00.1] job_submit/atoll: atolld can't be reached at /s (no answer within \
            the deadline); when_unreachable = admit
            [2026-07-15T13:00:09.1] job_submit/atoll: atolld answers again after 9 s; 3 requests went
            [2026-07-15T13:30:00.1] error: something else can't be reached
            """
        func judge(_ since: String) -> Check {
            ClusterExamination.judge(log: log, since: since, path: "/l", isUp: true)
        }
        #expect(judge("2026-07-15T14:00:00").state == .ok)
        let day = judge("2026-07-14T14:00:00")
        #expect(day.state == .warn)
        #expect(
            day.found == "atolld went silent 1 times in the last day, 1 times over the deadline, "
                + "last at 2026-07-15T13:00:00")
    }

    @Test func `sdiag tells its time, and whose questions took how long`() {
        let sdiag = Sdiag(
            """
            *******************************************************
            sdiag output at Wed Jul 15 14:00:00 2026 (1784116800)
            Data since      Wed Jul 15 13:43:20 2026 (1784115800)
            *******************************************************
            DBD Agent queue size: 0

            Remote Procedure Call statistics by message type
            \tREQUEST_SUBMIT_BATCH_JOB                ( 4003) count:4      ave_time:250000 total_time:1000000
            \tREQUEST_JOB_INFO                        ( 2003) count:10     ave_time:1500   total_time:15000

            Remote Procedure Call statistics by user
            \tatoll           (     990) count:10     ave_time:1500   total_time:30000000

            Pending RPC statistics
            \tnobody  ( 1) count:1 ave_time:1 total_time:1
            """)
        #expect(sdiag.at == Instant(epochSeconds: 1_784_116_800))
        #expect(sdiag.submissions == .init(count: 4, totalMicroseconds: 1_000_000))
        #expect(sdiag.byUser.keys.sorted() == ["atoll"])
        let slow = ClusterExamination.judge(sdiag, user: "atoll", share: 0.02, settingsFile: "/a")
        #expect(slow.state == .warn)
        #expect(
            slow.found == "4 submissions, 250.0 ms each; atoll's questions take 3.0 % of its time")
    }

    @Test func `slurm.conf is read with its comments, quotes and long lines`() {
        let conf = SlurmSettings(
            text: """
                # JobSubmitPlugins=none
                jobsubmitplugins = atoll, lua   # both
                PluginDir=/a:\\
                /b
                MinJobAge=
                """, path: "/etc/slurm/slurm.conf")
        #expect(conf.list("JobSubmitPlugins") == ["atoll", "lua"])
        #expect(conf["PluginDir"] == "/a: /b")
        #expect(conf["MinJobAge"] == nil)
        #expect(conf.beside("job_submit.lua") == "/etc/slurm/job_submit.lua")
    }

    @Test(
        arguments: [
            ("", ""), ("# only a comment\n\n", ""), ("cluster=\"reef\" # why\r\n", ""),
            ("deadline_ms = 5000\nbreaker_failures = 1\n", ""),
            ("deadline_ms = 0\n", "1 deadline_ms: must be a whole number from 1 to 5000"),
            ("deadline_ms = 99999", "1 deadline_ms: must be a whole number from 1 to 5000"),
            ("deadline_ms = 100ms\n", "1 deadline_ms: must be a whole number from 1 to 5000"),
            ("\nwhen_unreachable = maybe\n", "2 when_unreachable: must be admit or refuse"),
            ("socket = run/atoll.sock\n", "1 socket: must be an absolute path"),
            ("socket = /\(String(repeating: "0", count: 107))\n", "1 socket: is too long"),
            ("cluster\n", "1 cluster: expected key = value"),
            ("cluster =\n", "1 cluster: has no value"),
            ("daemon_user = \"\"\n", "1 daemon_user: has no value"),
            (
                "foo=1\nbreaker_pause_s = x\n",
                "1 foo: no such setting, 2 breaker_pause_s: must be a whole number from 1 to 3600"
            ),
            (
                "\(String(repeating: "0", count: 1_030))\nfoo = 1\n",
                "1 line: is too long; the rest of the file is left out"
            ),
        ])
    func `the plugin's settings are judged as the plugin does`(
        row: (text: String, problems: String)
    ) {
        let problems = PluginSettings(row.text).problems.map { "\($0.line) \($0.key): \($0.what)" }
        #expect(problems.joined(separator: ", ") == row.problems)
    }

    @Test(
        arguments: [
            ("#!/bin/sh\nexec atoll hook prolog-slurmctld", "atoll", nil, nil),
            (
                "PATH=/x:/y; export PATH\n/a/atoll hook prolog-slurmctld --gauge=/g "
                    + "--socket '/s' 2>>/l", "/a/atoll", "/g", "/s"
            ),
            ("atoll hook prolog-slurmctld \\\n  --gauge /g || true", "atoll", "/g", nil),
            ("# atoll hook prolog-slurmctld\nexit 0", nil, nil, nil),
        ] as [(String, String?, String?, String?)])
    func `how a site's own script calls the hook`(
        row: (script: String, program: String?, gauge: String?, socket: String?)
    ) {
        let line = HookLine(script: row.script)
        #expect(line?.program == row.program)
        #expect(line?["gauge"] == row.gauge)
        #expect(line?["socket"] == row.socket)
        if row.script.hasPrefix("PATH") { #expect(line?.folders == ["/x", "/y"]) }
    }

    @Test func `what is no plugin has no symbols`() {
        #expect(ELFSymbols([]) == nil)
        #expect(ELFSymbols(Array("#!/bin/sh\n".utf8) + [UInt8](repeating: 0, count: 100)) == nil)
        // A header whose tables lie beyond the file's end.
        let broken: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1] + [UInt8](repeating: 0xff, count: 90)
        #expect(ELFSymbols(broken)?.text("plugin_version") == nil)
    }
}
