import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Where slurmdbd itself has purged what was charged: by `PurgeJobAfter` in its slurmdbd.conf, at
    /// its next rollup.
    @Suite struct ReconcilingBeyondAPurge {
        private static let settings = AtolldSettings(settleSeconds: 0)
        private static let hour: Int64 = 3_600

        @Test(.timeLimit(.minutes(5)))
        func `nothing is corrected or asked for beyond slurmdbd's purge, and the report says why`()
            async throws
        {
            try await withBed(.accounting, named: "purges") { bed in
                let site = try Stage.site(astro: "100000")
                try await play(on: bed, site: site, settings: Self.settings) { stage in
                    let record = SlurmdbdRecord(bed: bed)
                    let young = try await stage.charged("-n2 -t5")
                    // Two that ended long ago, one that ended just now, and one that slurmdbd keeps yet.
                    let (old, older, long, edge) = (
                        young + 5_000, young + 5_001, young + 5_002, young + 5_003
                    )
                    for job in [old, older, long, edge] { try record.copy(young, as: job) }
                    for job in [old, older] {
                        try record.moveBack(job, seconds: 72 * Self.hour, keepsEnd: false)
                    }
                    try record.moveBack(long, seconds: 72 * Self.hour, keepsEnd: true)
                    try record.moveBack(edge, seconds: 23 * Self.hour, keepsEnd: false)
                    try stage.importRecord(since: "now-5days")
                    let start = Int64(Date().timeIntervalSince1970) - 120 * Self.hour
                    let since = ["--start", "\(Instant(epochSeconds: start))"]
                    // What ended since the books began an import leaves to the record.
                    let first = try await stage.reconciled(10, since[0], since[1])
                    #expect(first.told == ["reef never_seen \(long)"], "\(first.text)")
                    let charged = try stage.books.balance().charged

                    let whole = try await stage.reconciled(0, since[0], since[1])
                    #expect(whole.findings.isEmpty, "\(whole.text)")
                    #expect(whole.passes.first?.runs == 5 && whole.passes.first?.records == 5)

                    try await purge(record, after: "24hours")
                    #expect(try record.has(edge) && record.has(young))
                    // Nor is a row that is there still, and wrong now.
                    try record.set("time_end = time_end + 3", of: edge)
                    let found = try await stage.reconciled(0, since[0], since[1])
                    #expect(found.findings.map(\.kind) == ["purged"], "\(found.text)")
                    #expect(found.text.contains("jobs after 24 hours (PurgeJobAfter)"))
                    #expect(
                        found.text.contains(
                            "3 that ended before, 1 that ended later and have no row"),
                        "\(found.text)")
                    #expect(try stage.books.balance().charged == charged)
                    let last = try stage.atoll("reconcile", "--last")
                    #expect(last.contains("purged") && last.contains("PurgeJobAfter"), "\(last)")
                    // A night's pass has no more of it than what ended since the night before.
                    let night = try await stage.reconciled(0)
                    #expect(night.text.contains("left out: 1 that ended later"), "\(night.text)")

                    // Where nothing tells of a purge, the rows are missing: a person's, and never a refund.
                    try record.set("time_end = time_end - 3", of: edge)
                    try await configure(bed, nil)
                    let missing = try await stage.reconciled(11, since[0], since[1])
                    #expect(
                        missing.findings.allSatisfy { $0.kind == "missing_row" }
                            && missing.findings.count == 3, "\(missing.text)")
                    #expect(try stage.books.balance().charged == charged)
                    for job in [old, older, long] {
                        try stage.atoll("settle", "\(job)", "--reason", "purged")
                    }
                }
            }
        }

        /// By slurmdbd itself, which does it with its hourly rollup.
        private func purge(_ record: SlurmdbdRecord, after span: String) async throws {
            try record.sql(
                """
                DELETE FROM reef_last_ran_table;
                INSERT INTO reef_last_ran_table
                  VALUES (UNIX_TIMESTAMP() - 21600, UNIX_TIMESTAMP(), UNIX_TIMESTAMP())
                """)
            let before = try record.rowCount()
            try await configure(record.bed, "PurgeJobAfter=\(span)")
            try await awaited("slurmdbd has purged", within: 60, seen: "\(try record.rowCount())") {
                try record.rowCount() == before - 3
            }
        }

        /// slurmdbd starts anew, with this line of its own in slurmdbd.conf.
        private func configure(_ bed: Testbed, _ line: String?) async throws {
            let file = bed.slurm + "/etc/slurmdbd.conf"
            let old = try String(contentsOfFile: file, encoding: .utf8)
            let kept = old.split(separator: "\n").filter { !$0.hasPrefix("Purge") }
            let text = (kept.map(String.init) + [line].compactMap(\.self)).joined(separator: "\n")
            // In its place, so that it stays slurmdbd's own.
            let handle = try FileHandle(forWritingTo: URL(filePath: file))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data((text + "\n").utf8))
            try handle.close()
            try bed.slurmDaemon("restart", "slurmdbd")
            try await awaited("slurmctld tells slurmdbd again", within: 60) {
                (try? bed.slurm("sacctmgr", "-n", "show", "cluster"))?.contains("127.0.0.1") == true
            }
        }
    }
}

extension SlurmdbdRecord {
    /// - Parameter keepsEnd: it began that much earlier, and so ran longer.
    fileprivate func moveBack(_ job: Int64, seconds: Int64, keepsEnd: Bool) throws {
        let columns =
            ["time_submit", "time_eligible", "time_start"] + (keepsEnd ? [] : ["time_end"])
        try set(columns.map { "\($0) = \($0) - \(seconds)" }.joined(separator: ", "), of: job)
    }

    fileprivate func has(_ job: Int64) throws -> Bool {
        try sql("SELECT id_job FROM reef_job_table WHERE id_job = \(job)").isEmpty == false
    }

    fileprivate func rowCount() throws -> Int64 {
        let text = try sql("SELECT COUNT(*) FROM reef_job_table")
        return Int64(text.filter(\.isNumber)) ?? 0
    }
}
