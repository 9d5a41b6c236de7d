import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// The books beside slurmdbd's record, where one of the two was harmed.
    @Suite struct Reconciling {
        private static let settings = AtolldSettings(settleSeconds: 0)

        @Test(.timeLimit(.minutes(5)))
        func `what slurmdbd's record corrects, what takes a person, and then nothing`()
            async throws
        {
            try await play(.accounting, astro: "10000", settings: Self.settings) { stage in
                let record = SlurmdbdRecord(bed: stage.bed)
                let longer = try await stage.charged("-n2 -t5")
                let commented = try await stage.charged("-n1 -t5")
                let fixed = try await stage.charged("-n3 -t5")
                let open = try await stage.charged("-n1 -t5")
                let gone = try await stage.charged("-n4 -t5")
                let unbooted = try await stage.charged("-n2 -t5")
                // Nothing was harmed yet.
                let clean = try await stage.reconciled(0)
                #expect(clean.findings.isEmpty, "\(clean.text)")

                // Changed after its end; Jobstats writes its own into AdminComment.
                try record.set("time_end = time_end + 3", of: longer)
                try record.set("admin_comment = 'JS1:None'", of: commented)
                // slurmctld tells BOOT_FAIL only of machines that boot blocks: free, by the usual policy.
                try record.set("state = 9", of: unbooted)
                // As `sacctmgr show runaway` leaves it; as a lost end leaves it; as a lost row does.
                try record.set("time_end = time_start, state = 3", of: fixed)
                try record.set("time_end = 0, state = 1", of: open)
                try record.drop(gone)
                // One that nobody ever saw, with the seconds of another.
                let unseen = longer + 5_000
                try record.copy(longer, as: unseen)
                let before = try stage.books.balance().charged

                let found = try await stage.reconciled(11)
                #expect(found.kinds(of: longer) == ["charged_too_little"], "\(found.text)")
                #expect(found.kinds(of: commented) == [])
                #expect(found.kinds(of: fixed) == ["zero_length_row"])
                #expect(Set(found.kinds(of: open)) == ["open_row"])
                #expect(found.kinds(of: gone) == ["missing_row"])
                #expect(found.kinds(of: unseen) == ["never_seen"])
                #expect(found.kinds(of: unbooted) == ["charged_too_much"])
                #expect(try stage.bed.sacctState(of: unbooted) == "BOOT_FAIL")
                #expect(found.passes.first?.corrected == 3 && found.passes.first?.person == 3)
                let more = Rate.core.charge(2, for: try record.seconds(of: longer))
                let less = Rate.core.charge(2, for: try record.seconds(of: unbooted))
                #expect(
                    try stage.books.balance().charged
                        == before + Rate.core.charge(2, for: 3) + more - less)

                // Listed again until a person has said what stands.
                #expect(try await stage.reconciled(11).passes.first?.corrected == 0)
                for job in [fixed, open, gone] {
                    try stage.atoll("settle", "\(job)", "--reason", "it ran")
                }
                #expect(try await stage.reconciled(0).findings.isEmpty)
                // Nothing of it is left for who comes next.
                try record.set("time_end = time_start + 1, state = 3", of: open)
                let last = try stage.atoll("reconcile", "--last", "--json")
                #expect(last.contains("\"person\": 0"))
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func `a stranger's job and a runaway are listed with what settles them`() async throws {
            try await play(.accounting, astro: "10000", settings: Self.settings) { stage in
                let record = SlurmdbdRecord(bed: stage.bed)
                try stage.bed.slurm(
                    "sacctmgr", "-i", "add", "account", "nobodys", "cluster=reef")
                try stage.bed.slurm(
                    "sacctmgr", "-i", "add", "user", "atoll-ada", "account=nobodys", "cluster=reef")
                defer {
                    _ = try? stage.bed.slurm(
                        "sacctmgr", "-i", "delete", "user", "atoll-ada", "account=nobodys")
                    _ = try? stage.bed.slurm(
                        "sacctmgr", "-i", "delete", "account", "nobodys", "cluster=reef")
                }
                let seen = try await stage.charged("-n1 -t5")
                let strange = try stage.bed.submit(
                    "atoll-ada", "-A nobodys -n1 -t5", sleeping: 1
                ).admitted()
                _ = try await stage.bed.onlyRun(of: strange)
                try await record.isShown(strange)
                let lost = seen + 5_000
                try record.copy(seen, as: lost)
                try record.set("time_end = 0, state = 1", of: lost)

                let found = try await stage.reconciled(11)
                #expect(found.kinds(of: strange) == ["stranger"], "\(found.text)")
                #expect(found.kinds(of: lost) == ["runaway"], "\(found.text)")
                #expect(found.text.contains("sacctmgr show runawayjobs"))

                try must(
                    ["sh", "-c", "yes | sacctmgr show runawayjobs"],
                    environment: stage.bed.environment)
                try stage.atoll(
                    "project", "modify", "astro", "--account", "nobodys", "--reason", "theirs")
                let settled = try await stage.reconciled(10)
                #expect(settled.kinds(of: strange) == ["stranger"], "\(settled.text)")
                #expect(settled.kinds(of: lost) == [])
                #expect(try await stage.reconciled(0).findings.isEmpty)
                #expect(
                    try stage.books.charges().contains { $0.job == "\(strange)" }
                        || stage.books.corrections().contains { $0.job == "\(strange)" })
            }
        }
    }
}

extension Testbed {
    fileprivate func sacctState(of job: Int64) throws -> String {
        try slurm("sacct", "-XDPn", "-j", "\(job)", "-o", "State")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// slurmdbd's own tables, harmed on purpose.
struct SlurmdbdRecord {
    let bed: Testbed
    /// Whose tables: several clusters may tell one slurmdbd.
    var cluster = "reef"
    private var jobs: String { cluster + "_job_table" }

    init(bed: Testbed, cluster: String = "reef") { (self.bed, self.cluster) = (bed, cluster) }

    @discardableResult
    func sql(_ text: String) throws -> String {
        try must([
            "mariadb", "--no-defaults", "-N", "-S", bed.slurm + "/db/sock", "slurm_acct", "-e",
            text,
        ])
    }

    func set(_ what: String, of job: Int64) throws {
        try sql("UPDATE \(jobs) SET \(what) WHERE id_job = \(job)")
    }

    /// Waits until slurmdbd shows the row in a span of time. Of a job that ended within seconds it
    /// learns first that it ended: until slurmctld has sent its start, at most 5 s later, the row is
    /// eligible at 0, and no span has it (`sacct -j` does).
    func isShown(_ job: Int64) async throws {
        let eligible = {
            try sql("SELECT MIN(time_eligible) FROM \(jobs) WHERE id_job = \(job)")
        }
        try await awaited("slurmdbd knows when \(job) was eligible", seen: try eligible()) {
            Int64(try eligible().filter { $0.isNumber }) ?? 0 > 0
        }
    }

    func drop(_ job: Int64) throws { try sql("DELETE FROM \(jobs) WHERE id_job = \(job)") }

    func dropArray(_ job: Int64) throws {
        try sql("DELETE FROM \(jobs) WHERE id_array_job = \(job)")
    }

    func copy(_ job: Int64, as other: Int64) throws {
        try sql(
            """
            CREATE TEMPORARY TABLE one SELECT * FROM \(jobs) WHERE id_job = \(job);
            UPDATE one SET job_db_inx = 0, id_job = \(other);
            INSERT INTO \(jobs) SELECT * FROM one
            """)
    }

    func seconds(of job: Int64) throws -> Int64 {
        let text = try sql(
            "SELECT time_end - time_start FROM \(jobs) WHERE id_job = \(job)")
        return try #require(Int64(text.filter { $0.isNumber }))
    }
}

/// What `atoll reconcile --json` says.
struct Reconciled: Decodable {
    struct Pass: Decodable {
        let cluster: String
        let corrected, person, records, runs: Int64
    }
    struct Finding: Decodable {
        let cluster, kind, job, what: String
        let remedy: String?
    }
    struct Failed: Decodable { let cluster, code, message: String }
    let passes: [Pass]
    let findings: [Finding]
    let failed: [Failed]
    /// `reef missing_row 7` of each.
    var told: [String] { findings.map { "\($0.cluster) \($0.kind) \($0.job)" }.sorted() }
    /// `reef ROWS RUNS` of each pass.
    var counts: [String] { passes.map { "\($0.cluster) \($0.records) \($0.runs)" }.sorted() }
    var text: String {
        findings.map { "\($0.kind) \($0.job): \($0.what) [\($0.remedy ?? "")]" }.joined(
            separator: "\n")
    }
    func kinds(of job: Int64) -> [String] { findings.filter { $0.job == "\(job)" }.map(\.kind) }
}

extension Stage {
    /// A job that has ended, is charged, and that slurmdbd has in full.
    func charged(_ options: String) async throws -> Int64 {
        let job = try send(options, "sleep 1")
        _ = try await bed.onlyRun(of: job)
        try await settled(job)
        try await SlurmdbdRecord(bed: bed).isShown(job)
        return job
    }

    @discardableResult
    func atoll(_ words: String...) throws -> String {
        try must([bed.folder + "/bin/atoll"] + words + ["--socket", bed.socket])
    }

    /// Runs `atoll reconcile`; what ended in this very second is the next pass's.
    func reconciled(_ code: Int32, _ words: String...) async throws -> Reconciled {
        try await Task.sleep(for: .seconds(1))
        let done = try attempt(
            [bed.folder + "/bin/atoll", "reconcile", "--json", "--socket", bed.socket] + words)
        let found = try JSONDecoder().decode(Reconciled.self, from: Data(done.output.utf8))
        #expect(done.code == code, "\(found.text) \(done.errors)")
        return found
    }
}

extension Books {
    fileprivate func corrections(_ allocation: String = "astro-2026") throws -> [Row.Statement] {
        var rows: [Row.Statement] = []
        try ask(.statement(.init(allocation: allocation))) {
            if case .statement(let row) = $0, row.kind == "correction" { rows.append(row) }
        }
        return rows
    }
}
