import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Ours beside sreport's, of lives that were moved some hours back so that slurmdbd rolls them up.
    @Suite struct Comparing {
        /// No time zone lies so far from another: an import of those would be refused.
        private static let back: Int64 = 3 * 3_600 + 420

        @Test(.timeLimit(.minutes(5)))
        func `sreport's figures are explained to the unit-second, and what is not is said`()
            async throws
        {
            try await withBed(.accounting, named: "report") { bed in
                try await play(on: bed, site: try Stage.site(astro: "10000")) { stage in
                    let began = Int64(Date().timeIntervalSince1970)
                    let plain = try await live(stage)
                    let record = SlurmdbdRecord(bed: bed)
                    let runaway = plain + 5_000
                    try record.copy(plain, as: runaway)
                    try record.moveBack(seconds: Self.back)
                    try stage.importRecord(since: "now-1days")
                    // Its end is lost: slurmdbd counts on, slurmctld doesn't know it.
                    try record.set("time_end = 0, state = 1", of: runaway)
                    let start = (began - Self.back) / 3_600 * 3_600
                    let window = [
                        "--start", "\(Instant(epochSeconds: start))",
                        "--end", "\(Instant(epochSeconds: start + 2 * 3_600))",
                    ]
                    try await rollUp(stage)

                    let good = try compare(stage, window, code: 0)
                    #expect(good.explained && good.cluster == "reef")
                    #expect(
                        Set(good.lines.flatMap(\.causes.keys)) == [
                            "suspended", "resized", "reservation_idle", "open_row",
                        ], "\(good.text)")
                    #expect(good.line("atoll-ada", "cpu").map { $0.ours > 0 } == true)
                    let idle = try #require(good.line("", "cpu")).causes["reservation_idle"]
                    #expect(
                        idle.map { $0 > 0 } == true && good.line("", "cpu")?.sreport == idle,
                        "\(good.text)")
                    let table = try attempt(
                        [bed.folder + "/bin/atoll", "compare", "--socket", bed.socket] + window,
                        environment: bed.environment)
                    #expect(table.output.hasSuffix("Unexplained: nothing.\n"), "\(table.output)")

                    // What a deleted association had stays its own, and is named as its.
                    try bed.slurm(
                        "sacctmgr", "-i", "delete", "user", "atoll-ben", "account=astro")
                    let deleted = try compare(stage, window, code: 0)
                    #expect(deleted.lines == good.lines, "\(deleted.text)")
                    let ben = try #require(deleted.line("atoll-ben", "cpu"), "\(deleted.text)")
                    #expect(ben.sreport > 0 && ben.causes == ["reservation_idle": ben.sreport])

                    // slurmdbd makes it end as it starts, and adds up the month anew.
                    try must(
                        ["sh", "-c", "yes | sacctmgr show runawayjobs"],
                        environment: bed.environment)
                    try await rollUp(stage)
                    let fixed = try compare(stage, window, code: 0)
                    #expect(
                        Set(fixed.lines.flatMap(\.causes.keys)) == [
                            "suspended", "resized", "reservation_idle", "zero_length_row",
                        ], "\(fixed.text)")

                    try record.countMoreMemory(100, for: "atoll-ada")
                    let bad = try compare(stage, window, code: 10)
                    #expect(bad.line("atoll-ada", "mem")?.unexplained == 100, "\(bad.text)")
                    try await mended(stage, window)
                    try await inIndia(stage, began - Self.back)
                }
            }
        }

        /// By the command that is named where something is unexplained, as it stands there.
        private func mended(_ stage: Stage, _ window: [String]) async throws {
            let told = try attempt(
                [stage.bed.folder + "/bin/atoll", "compare", "--socket", stage.bed.socket] + window,
                environment: stage.bed.environment)
            let words = try #require(told.output.split(separator: "as an administrator: ").last)
                .prefix { $0 != "," }.split(separator: " ").map(String.init)
            #expect(words.count == 4 && words.prefix(2) == ["sacctmgr", "rollup"])
            try must(
                [words[0], "-i"] + words.dropFirst(), environment: stage.bed.environment)
            _ = try compare(stage, window, code: 0)
        }

        /// Where the clock is off by half an hour, slurmdbd's hours begin at half past.
        private func inIndia(_ stage: Stage, _ began: Int64) async throws {
            let zone = ["TZ": "Asia/Kolkata"]
            try await rollUp(stage, in: zone)
            let half = try SlurmdbdRecord(bed: stage.bed).sql(
                "SELECT DISTINCT time_start MOD 3600 FROM reef_assoc_usage_hour_table")
            #expect(half.filter(\.isNumber) == "1800", "it is another zone")
            let start = (began + 1_800) / 3_600 * 3_600 - 1_800
            let window = [
                "--start", "\(Instant(epochSeconds: start))",
                "--end", "\(Instant(epochSeconds: start + 2 * 3_600))",
            ]
            let there = try compare(stage, window, code: 0, in: zone)
            #expect(there.line("atoll-ada", "cpu").map { $0.sreport > 0 } == true, "\(there.text)")
            #expect(!there.lines.flatMap(\.causes.keys).contains("part_hours"), "\(there.text)")
        }

        /// slurmdbd does it at its start, and then once an hour.
        private func rollUp(_ stage: Stage, in zone: [String: String] = [:]) async throws {
            let record = SlurmdbdRecord(bed: stage.bed)
            try record.forgetRollup()
            try must(
                [Testbed.root + "/scripts/testbed", "restart", stage.bed.slurm, "slurmdbd"],
                environment: zone, limit: 120)
            try await awaited("slurmdbd has rolled up", within: 60) {
                try record.rolledUpRows() > 0
            }
            try await awaited("slurmdbd says that it has", within: 60) {
                try stage.bed.slurm("sacctmgr", "show", "stats").split(separator: "\n").contains {
                    $0.contains("rollup last ran") && !$0.contains("(0)")
                }
            }
        }

        /// Plain, suspended, resized, an array, and in a reservation that is idle for the most part, and
        /// whose node is drained for a while.
        /// Returns the plain one.
        private func live(_ stage: Stage) async throws -> Int64 {
            let bed = stage.bed
            try await bed.reserve("lab", "StartTime=now EndTime=now+600 Nodes=n4 Accounts=astro")
            try await bed.reserve("desk", "StartTime=now EndTime=now+600 Nodes=n3 Users=atoll-ben")
            let plain = try stage.send("-n2 -t5", "sleep 4")
            let suspended = try stage.send("-n3 -t5", "sleep 6")
            let resized = try stage.send("-N2 -n2 -t5", "sleep 9")
            let inside = try stage.send("-n4 -t5 --reservation=lab", "sleep 6")
            let array = try stage.send("-n1 -t5 --array=1-3", "sleep 2")
            for job in [suspended, resized] {
                try await awaited("job \(job) runs") {
                    try bed.states(of: job) == ["RUNNING"]
                }
            }
            try await Task.sleep(for: .seconds(2))
            try bed.slurm("scontrol", "suspend", "\(suspended)")
            try bed.slurm("scontrol", "update", "jobid=\(resized)", "NumNodes=1")
            try await Task.sleep(for: .seconds(3))
            try bed.slurm("scontrol", "resume", "\(suspended)")
            for (job, runs) in [(plain, 1), (suspended, 1), (resized, 2), (inside, 1), (array, 3)] {
                _ = try await bed.runs(of: job, count: runs, within: 60)
                try await SlurmdbdRecord(bed: bed).isShown(job)
            }
            try bed.slurm("scontrol", "update", "nodename=n4", "state=drain", "reason=compare")
            try await Task.sleep(for: .seconds(2))
            try bed.slurm("scontrol", "update", "nodename=n4", "state=resume")
            try await Task.sleep(for: .seconds(2))
            for name in ["lab", "desk"] {
                try bed.deleteReservation(name)
                try await awaited("slurmdbd has its end") {
                    let now = Int64(Date().timeIntervalSince1970)
                    return try bed.recordedSpans(of: name, since: now - 600).contains {
                        $0.end <= now
                    }
                }
            }
            return plain
        }

        private func compare(
            _ stage: Stage, _ window: [String], code: Int32, in zone: [String: String] = [:]
        ) throws -> Compared {
            let done = try attempt(
                [
                    stage.bed.folder + "/bin/atoll", "compare", "--json", "--socket",
                    stage.bed.socket,
                ] + window, environment: stage.bed.environment.merging(zone) { $1 })
            #expect(done.code == code, "\(done.output) \(done.errors)")
            return try JSONDecoder().decode(Compared.self, from: Data(done.output.utf8))
        }
    }
}

extension Stage {
    /// All that sacct tells since then.
    func importRecord(since start: String) throws {
        let columns =
            "Cluster,JobIDRaw,JobID,User,Account,Partition,QOS,Submit,Eligible,Start,End,"
            + "Elapsed,Suspended,State,AllocTRES,TimelimitRaw,Reservation,NodeList"
        let text = try must(
            ["sacct", "-aXDP", "-S", start, "-o", columns],
            environment: ["SLURM_CONF": bed.environment["SLURM_CONF"] ?? "", "TZ": "UTC"])
        let file = atolld.folder + "/moved.psv"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try atoll("import", file, "--time-zone", "UTC", "--rejects", file + ".rejected")
    }
}

/// What `atoll compare --json` says.
private struct Compared: Decodable {
    struct Line: Decodable, Equatable {
        let account, user, tres: String
        let ours, sreport, unexplained: Int64
        let causes: [String: Int64]
    }
    let cluster: String
    let explained: Bool
    let lines: [Line]
    var text: String { lines.map { "\($0)" }.joined(separator: "\n") }
    func line(_ user: String, _ tres: String) -> Line? {
        lines.first { $0.user == user && $0.tres == tres }
    }
}

extension SlurmdbdRecord {
    /// All that happened, and the cluster itself, began earlier.
    fileprivate func moveBack(seconds: Int64) throws {
        let times = { (columns: [String]) in
            columns.map { "\($0) = IF(\($0) = 0, 0, \($0) - \(seconds))" }.joined(separator: ", ")
        }
        try sql(
            """
            UPDATE reef_job_table SET
              \(times(["time_submit", "time_eligible", "time_start", "time_end"]));
            UPDATE reef_suspend_table SET \(times(["time_start", "time_end"]));
            UPDATE reef_resv_table SET \(times(["time_start", "time_end"]));
            UPDATE reef_assoc_table SET creation_time = creation_time - 86400;
            UPDATE reef_event_table SET time_start = time_start - 36000 WHERE node_name = '';
            UPDATE reef_event_table SET \(times(["time_start", "time_end"])) WHERE node_name <> ''
            """)
    }

    /// So that it is done anew.
    fileprivate func forgetRollup() throws {
        try sql(
            """
            DELETE FROM reef_assoc_usage_hour_table;
            UPDATE reef_last_ran_table
              SET hourly_rollup = LEAST(hourly_rollup, UNIX_TIMESTAMP() - 21600)
            """)
    }

    fileprivate func rolledUpRows() throws -> Int64 {
        let text = try sql(
            "SELECT COUNT(*) FROM reef_assoc_usage_hour_table WHERE alloc_secs > 0")
        return Int64(text.filter(\.isNumber)) ?? 0
    }

    /// As no row of a job bears out.
    fileprivate func countMoreMemory(_ unitSeconds: Int64, for user: String) throws {
        try sql(
            """
            UPDATE reef_assoc_usage_hour_table SET alloc_secs = alloc_secs + \(unitSeconds)
            WHERE id_tres = 2 AND alloc_secs > 0
              AND id IN (SELECT id_assoc FROM reef_assoc_table WHERE user = '\(user)') LIMIT 1
            """)
    }
}
