import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Where only one side knows: the queue, the books or slurmdbd.
    ///
    /// On a Slurm that forgets jobs soon, by an atolld that looks once an hour.
    @Suite struct ReconcilingWhatStands {
        private static let seldom = AtolldSettings(pollSeconds: 3_600, settleSeconds: 0)

        @Test(.timeLimit(.minutes(5)))
        func `a hold without a job, a job without a hold, a gap, a reservation of nobody`()
            async throws
        {
            try await withBed(.accounting, named: "forgets", lines: "MinJobAge=2\n") { bed in
                try await play(on: bed, site: try Stage.site(astro: "10000"), settings: Self.seldom)
                { stage in
                    let gap = try await chargedArray(stage)
                    let gone = try await goneWhileNobodyLooked(stage)
                    let unseen = try await sentWhileNobodyLooked(stage)
                    try await reservedWhileNobodyLooked("lab", stage)
                    #expect(try stage.books.hold(of: gone) != nil)
                    #expect(try stage.books.hold(of: unseen) == nil)
                    let before = try stage.books.balance().charged

                    let found = try await stage.reconciled(11)
                    #expect(found.kinds(of: gone) == ["hold_without_job"], "\(found.text)")
                    #expect(found.kinds(of: unseen) == ["job_without_hold"], "\(found.text)")
                    #expect(found.findings.filter { $0.kind == "gap" }.count == 1)
                    #expect(
                        found.text.contains("slurmdbd has no row of 6 runs"), "\(found.text)")
                    #expect(
                        found.findings.contains {
                            $0.kind == "unowned_reservation" && $0.job == "lab"
                        }, "\(found.text)")
                    #expect(found.passes.first?.corrected == 2)
                    #expect(found.passes.first?.person == 2)
                    #expect(try stage.books.hold(of: gone) == nil)
                    #expect(try #require(try stage.books.hold(of: unseen)).state == "bound")
                    #expect(try stage.books.balance().charged == before)

                    // What one right answer settled is settled; each run of the gap is a person's.
                    for task in 1...6 {
                        try stage.atoll("settle", "\(gap)_\(task)", "--reason", "they ran")
                    }
                    let again = try await stage.reconciled(11)
                    #expect(
                        again.findings.map(\.kind) == ["unowned_reservation"], "\(again.text)")
                    try stage.atoll(
                        "reservation", "assign", "lab", "--charge", "none", "--reason", "a class")
                    #expect(try await stage.reconciled(0).findings.isEmpty)
                    try await lookOften(stage)
                }
            }
        }

        /// Six tasks in the books, of which slurmdbd loses the rows.
        private func chargedArray(_ stage: Stage) async throws -> Int64 {
            let array = try stage.send("-n1 -t5 --array=1-6", "sleep 1")
            try stage.books.nudge()
            _ = try await stage.bed.runs(of: array, count: 6)
            try await awaited("all tasks are charged", within: 60) {
                try stage.books.nudge()
                return try stage.books.hold(of: array) == nil
                    && stage.books.chargedRuns(of: array) == 6
            }
            try SlurmdbdRecord(bed: stage.bed).dropArray(array)
            return array
        }

        /// Waits in the queue, is cancelled, and slurmctld forgets it before atolld looks again.
        private func goneWhileNobodyLooked(_ stage: Stage) async throws -> Int64 {
            let job = try stage.send("-n1 -t5 -H", "true")
            try stage.books.nudge()
            try await stage.bound(job)
            try stage.bed.cancel(job)
            try await awaited("slurmctld has forgotten job \(job)", within: 90) {
                try !attempt(
                    ["scontrol", "show", "job", "\(job)"], environment: stage.bed.environment
                ).isGood
            }
            return job
        }

        /// Sent while atolld was down, and left out of what it read when it was back.
        private func sentWhileNobodyLooked(_ stage: Stage) async throws -> Int64 {
            _ = try await stage.atolld.stop()
            let job = try stage.send("-n2 -t5 -H", "true")
            try stage.atolld.useGauge(
                script: """
                    test "$1" = jobs || exec "$GAUGE" "$@"
                    "$GAUGE" "$@" | awk '
                        /^#end/ { print "#end rows=" n - 2; next }
                        /(^|\\|)\(job)\\|/ { next }
                        { n++; print }'
                    """)
            try await stage.atolld.start(Self.seldom)
            try stage.atolld.useTheGauge()
            return job
        }

        private func reservedWhileNobodyLooked(_ name: String, _ stage: Stage) async throws {
            let begun = Int64(Date().timeIntervalSince1970)
            try await stage.bed.reserve(
                name, "StartTime=now EndTime=now+600 Nodes=n2 Users=root")
            try await Task.sleep(for: .seconds(2))
            try stage.bed.deleteReservation(name)
            try await awaited("slurmdbd has \(name) and its end") {
                let now = Int64(Date().timeIntervalSince1970)
                return try stage.bed.recordedSpans(of: name, since: begun).contains {
                    $0.end <= now
                }
            }
        }

        /// For what comes after: the stage is struck by what atolld sees.
        private func lookOften(_ stage: Stage) async throws {
            _ = try await stage.atolld.stop()
            try await stage.atolld.start(AtolldSettings(settleSeconds: 0))
        }
    }
}
