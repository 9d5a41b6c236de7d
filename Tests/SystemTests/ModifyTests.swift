import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// `scontrol update` on the real Slurm: a raise is held before Slurm accepts it and settled when
    /// slurmctld shows it; one beyond the credit fails; a stranger moves nothing.
    @Suite struct Modifications {
        /// One core for five minutes, kept from starting: 3.00 SU of astro's 20.
        private static let waiting = "-A astro -n1 -t5 -H"

        @Test func `the owner raises a waiting job: held at once, settled, charged what ran`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 2)
                        .admitted()
                    try await stage.isBound(job)
                    let done = try stage.bed.update(job, "timelimit=10", as: "atoll-ada")
                    #expect(done.isGood, "\(done)")
                    #expect(try stage.books.balance().held == Rate.core.hold(1, for: 600))
                    try await stage.settles(job, at: Rate.core.hold(1, for: 600))
                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    let balance = try stage.books.balance()
                    #expect(balance.charged == Rate.core.charge(1, for: run.seconds))
                    #expect(balance.held == .zero)
                }
            }
        }

        @Test func `a raise beyond the credit fails, and why tells the figures`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1)
                        .admitted()
                    try await stage.isBound(job)
                    let before = try stage.books.balance()
                    let done = try stage.bed.update(job, "timelimit=60", as: "atoll-ada")
                    #expect(!done.isGood, "\(done)")
                    #expect(try stage.bed.timeLimit(of: job) == "00:05:00")
                    #expect(try stage.books.balance() == before)
                    let figures = "time limit 01:00:00: this job may cost 36.00 SU, 20.00 SU are"
                    #expect(
                        try done.errors.contains(figures) == stage.bed.tellsWhyOfChanges(),
                        "\(done)")

                    let told = try stage.why(job, as: "atoll-ada")
                    #expect(
                        told.output.contains(
                            "\(job): time limit 01:00:00: this job may cost 36.00 SU, 20.00 SU are "
                                + "available in astro-2026 (granted 20.00, charged 0.00, held 3.00, "
                                + "of it by this job 3.00). At most 00:33:00 of -t would fit."),
                        "\(told)")
                    #expect(
                        told.output.contains("up to 3.00 SU held, 17.00 SU left in astro-2026."))
                    for user in ["atoll-ben", "atoll-cleo"] {
                        let other = try stage.why(job, as: user)
                        #expect(
                            other.code == 1 && other.errors.contains("there is no job"), "\(other)")
                    }
                    // What it said would fit does.
                    #expect(try stage.bed.update(job, "timelimit=33", as: "atoll-ada").isGood)
                    try await stage.settles(job, at: Rate.core.hold(1, for: 33 * 60))
                }
            }
        }

        @Test func `a stranger moves nothing: Slurm itself refuses`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1)
                        .admitted()
                    try await stage.isBound(job)
                    let before = try stage.books.balance()
                    let entries = try stage.books.status().entries
                    var errors: Set<String> = []
                    for change in ["timelimit=10", "timelimit=100", "timelimit=1"] {
                        let done = try stage.bed.update(job, change, as: "atoll-ben")
                        errors.insert(done.errors)
                        // By the job's own rights, not for lack of credit.
                        #expect(!done.isGood && !done.errors.contains("olicy"), "\(done)")
                    }
                    // Nor does it tell what astro has left: 100 minutes are beyond the credit.
                    #expect(errors.count == 1, "\(errors)")
                    #expect(try stage.books.balance() == before)
                    #expect(try stage.books.status().entries == entries)
                    // The owner may know who tried to raise it, and that nothing came of it.
                    let told = try stage.why(job, as: "atoll-ada").output
                    let raises = told.split(separator: "modify_passed_over").count - 1
                    #expect(raises == 2 && !told.contains("00:01:00"), "\(told)")
                    #expect(!told.contains("raise_seen"), "\(told)")
                }
            }
        }

        @Test func `who became an operator this minute gets no raises past the credit`()
            async throws
        {
            let bed = try await Beds.all.bed(.accounting)
            defer { try? bed.setAdminLevel("None", of: "atoll-cleo") }
            try await play(.accounting) { stage in
                let jobs = try (0..<2).map { _ in
                    try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1).admitted()
                }
                for job in jobs { try await stage.isBound(job) }
                // slurmctld knows at once, atolld when it next reads the associations.
                try bed.setAdminLevel("Operator", of: "atoll-cleo")
                let tooLong = try stage.bed.update(jobs[0], "timelimit=100", as: "atoll-cleo")
                #expect(!tooLong.isGood, "\(tooLong)")
                #expect(try stage.bed.timeLimit(of: jobs[0]) == "00:05:00")
                // 15 SU each instead of 3, and 14 are free: one of them.
                let both = try jobs.map {
                    try stage.bed.update($0, "timelimit=25", as: "atoll-cleo")
                }
                #expect(both.map(\.isGood) == [true, false], "\(both)")
                let held = Rate.core.hold(1, for: 1_500) + Rate.core.hold(1, for: 300)
                try await awaited("it is held", seen: "\(try stage.books.holds())") {
                    try stage.books.balance().held == held
                }
                #expect(try stage.books.balance().available == su("2"))
            }
        }

        @Test func `a lower limit shrinks the hold at the next poll`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1)
                        .admitted()
                    try await stage.isBound(job)
                    #expect(try stage.bed.update(job, "timelimit=2", as: "atoll-ada").isGood)
                    try await stage.settles(job, at: Rate.core.hold(1, for: 120))
                }
            }
        }

        @Test func `half applied: the limit stands, what else was set aside goes`() async throws {
            try await play(.accounting) { stage in
                let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1).admitted()
                try await stage.isBound(job)
                _ = try stage.bed.update(job, "timelimit=10 qos=nonsense", as: "atoll-ada")
                // Whatever scontrol said of it, slurmctld did the one and not the other.
                #expect(try stage.bed.timeLimit(of: job) == "00:10:00")
                try await stage.settles(job, at: Rate.core.hold(1, for: 600))
            }
        }

        @Test func `an operator raises a running job: held at once, settled in its share`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", "-A astro -n2 -t2", sleeping: 60)
                        .admitted()
                    _ = try await stage.running(job)
                    #expect(try stage.books.balance().held == Rate.core.hold(2, for: 120))
                    let refused = try stage.bed.update(job, "timelimit=60", as: nil)
                    #expect(!refused.isGood, "\(refused)")
                    #expect(try stage.bed.update(job, "timelimit=6", as: nil).isGood)
                    #expect(try stage.books.balance().held == Rate.core.hold(2, for: 360))
                    try await stage.settles(job, at: Rate.core.hold(2, for: 360))
                    try stage.bed.cancel(job)
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    #expect(
                        try stage.books.balance().charged == Rate.core.charge(2, for: run.seconds))
                }
            }
        }

        @Test func `one task of an array is raised alone`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let options = Self.waiting + " --array=0-2"
                    let job = try stage.bed.submit("atoll-ada", options, sleeping: 1).admitted()
                    try await stage.isBound(job)
                    #expect(try stage.books.balance().held == Rate.core.hold(3, for: 300))
                    let done = try stage.bed.update("\(job)_1", "timelimit=10", as: "atoll-ada")
                    #expect(done.isGood, "\(done)")
                    let both = Rate.core.hold(2, for: 300) + Rate.core.hold(1, for: 600)
                    #expect(try stage.books.balance().held == both)
                    try await stage.settles(job, at: both)
                    // Then all of it, in one command: Slurm asks once a record.
                    let all = try stage.bed.update(job, "timelimit=8", as: "atoll-ada")
                    #expect(all.isGood, "\(all)")
                    try await stage.settles(job, at: Rate.core.hold(3, for: 480))
                }
            }
        }

        /// Without slurmdbd Slurm changes no account.
        @Test func `with another account the new project needs the credit, and pays`() async throws
        {
            let bed = try await Beds.all.bed(.accounting)
            try bed.slurm("sacctmgr", "-i", "add", "user", "atoll-ada", "account=bio")
            try await play(.accounting) { stage in
                let big = try stage.bed.submit("atoll-ada", "-A astro -n1 -t30 -H", sleeping: 1)
                    .admitted()
                try await stage.isBound(big)
                let refused = try stage.bed.update(big, "account=bio", as: "atoll-ada")
                #expect(!refused.isGood, "\(refused)")
                #expect(try stage.books.balance("bio-2026").held == .zero)
                try stage.bed.cancel(big)
                try await awaited("it is gone") { try stage.books.hold(of: big) == nil }

                let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 2).admitted()
                try await stage.isBound(job)
                let done = try stage.bed.update(job, "account=bio", as: "atoll-ada")
                #expect(done.isGood, "\(done)")
                #expect(try stage.books.balance("bio-2026").held == su("3"))
                try await awaited("the hold went over", seen: "\(try stage.books.holds())") {
                    let hold = try stage.books.hold(of: job)
                    let left = try stage.books.holds("astro-2026")
                    return hold?.allocation == "bio-2026" && hold?.state == "bound" && left.isEmpty
                }
                try stage.bed.slurm("scontrol", "release", "\(job)")
                try await awaited("it is charged", seen: "\(try stage.books.holds())") {
                    try stage.books.hold(of: job) == nil
                        && !stage.books.charges("bio-2026").isEmpty
                }
                let run = try await stage.bed.onlyRun(of: job)
                #expect(
                    try stage.books.balance("bio-2026").charged
                        == Rate.core.charge(1, for: run.seconds))
                #expect(try stage.books.balance().charged == .zero)
            }
            try bed.slurm("sacctmgr", "-i", "delete", "user", "atoll-ada", "where", "account=bio")
        }

        @Test func `a coordinator of the account is asked as the owner is`() async throws {
            let bed = try await Beds.all.bed(.accounting)
            try bed.slurm(
                "sacctmgr", "-i", "add", "coordinator", "account=astro", "names=atoll-ben")
            try await play(.accounting) { stage in
                let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1).admitted()
                try await stage.isBound(job)
                let refused = try stage.bed.update(job, "timelimit=60", as: "atoll-ben")
                #expect(!refused.isGood && !refused.errors.contains("ecurity"), "\(refused)")
                #expect(try stage.bed.update(job, "timelimit=10", as: "atoll-ben").isGood)
                #expect(try stage.books.balance().held == Rate.core.hold(1, for: 600))
                try await stage.settles(job, at: Rate.core.hold(1, for: 600))
            }
            try bed.slurm(
                "sacctmgr", "-i", "delete", "coordinator", "account=astro", "names=atoll-ben")
        }

        /// slurmdbd is read once a minute, and when somebody asks for what only an operator may.
        @Test func `who became an operator of Slurm's just now: what Slurm did is held and told`()
            async throws
        {
            let bed = try await Beds.all.bed(.accounting)
            defer { try? bed.setAdminLevel("None", of: "atoll-cleo") }
            try await play(.accounting) { stage in
                let job = try stage.bed.submit("atoll-ada", "-A astro -n2 -t2", sleeping: 60)
                    .admitted()
                _ = try await stage.running(job)
                // Strangers have it read again at most so often.
                try await Task.sleep(for: .seconds(11))
                try bed.setAdminLevel("Operator", of: "atoll-cleo")
                #expect(try stage.bed.update(job, "timelimit=8", as: "atoll-cleo").isGood)
                try await stage.settles(job, at: Rate.core.hold(2, for: 480))
                let told = try stage.why(job, as: "atoll-ada").output
                #expect(told.contains("modify_passed_over") && told.contains("has no such say"))
                #expect(told.contains("Slurm shows a time limit of 00:08:00"), "\(told)")
                // Known by now, well within the minute.
                var minutes: Int64 = 8
                try await awaited("a further raise is held at once", within: 20) {
                    minutes += 1
                    let limit = "timelimit=\(minutes)"
                    #expect(try stage.bed.update(job, limit, as: "atoll-cleo").isGood)
                    let held = try stage.books.balance().held
                    return held == Rate.core.hold(2, for: minutes * 60)
                }
                try stage.bed.cancel(job)
                try await stage.settled(job)
            }
        }

        /// By AdminLevel; the settings name neither.
        @Test func `Slurm's own operators are asked as root is, of what waits and of what runs`()
            async throws
        {
            let bed = try await Beds.all.bed(.accounting)
            let levels = [("atoll-cleo", "Operator"), ("atoll-ben", "Administrator")]
            for (user, level) in levels { try bed.setAdminLevel(level, of: user) }
            defer { for (user, _) in levels { try? bed.setAdminLevel("None", of: user) } }
            try await play(.accounting) { stage in
                let job = try stage.bed.submit("atoll-ada", Self.waiting, sleeping: 1).admitted()
                try await stage.isBound(job)
                let before = try stage.books.balance()
                let refused = try stage.bed.update(job, "timelimit=60", as: "atoll-cleo")
                #expect(!refused.isGood, "\(refused)")
                #expect(try stage.bed.timeLimit(of: job) == "00:05:00")
                #expect(try stage.books.balance() == before)
                let told = try stage.why(job, as: "atoll-ada")
                #expect(
                    told.output.contains("time limit 01:00:00: this job may cost 36.00 SU"),
                    "\(told)")
                #expect(try stage.bed.update(job, "timelimit=10", as: "atoll-cleo").isGood)
                #expect(try stage.books.balance().held == Rate.core.hold(1, for: 600))
                try await stage.settles(job, at: Rate.core.hold(1, for: 600))
                try stage.bed.cancel(job)
                try await awaited("it is gone") { try stage.books.hold(of: job) == nil }

                let runs = try stage.bed.submit("atoll-ada", "-A astro -n2 -t2", sleeping: 60)
                    .admitted()
                _ = try await stage.running(runs)
                let tooLong = try stage.bed.update(runs, "timelimit=60", as: "atoll-ben")
                #expect(!tooLong.isGood, "\(tooLong)")
                #expect(try stage.bed.update(runs, "timelimit=6", as: "atoll-ben").isGood)
                #expect(try stage.books.balance().held == Rate.core.hold(2, for: 360))
                try await stage.settles(runs, at: Rate.core.hold(2, for: 360))
                #expect(try stage.bed.update(runs, "timelimit=8", as: "atoll-cleo").isGood)
                #expect(try stage.books.balance().held == Rate.core.hold(2, for: 480))
                try await stage.settles(runs, at: Rate.core.hold(2, for: 480))
                try stage.bed.cancel(runs)
                try await stage.settled(runs)
                let run = try await stage.bed.onlyRun(of: runs)
                #expect(try stage.books.balance().charged == Rate.core.charge(2, for: run.seconds))
            }
        }
    }
}

extension Stage {
    /// Waits until a poll has shown the job.
    fileprivate func isBound(_ job: Int64) async throws {
        try await awaited("job \(job) is seen", seen: "\(try books.holds())") {
            try books.hold(of: job)?.state == "bound"
        }
    }

    /// Waits until the job's one hold is that, and nothing is set aside beside it.
    fileprivate func settles(_ job: Int64, at amount: ServiceUnits) async throws {
        try await awaited("job \(job) holds \(amount)", within: 40, seen: "\(try books.holds())") {
            let holds = try books.holds()
            return holds.count == 1 && holds[0].held == amount && holds[0].state == "bound"
        }
    }

    /// `atoll why JOB` as that user.
    func why(_ job: Int64, as user: String) throws -> Finished {
        try attempt(
            [bed.folder + "/bin/atoll", "why", "\(job)", "--socket", bed.socket], as: user)
    }
}

extension Testbed {
    /// `scontrol update` as that user; nil: root.
    func update(_ job: Int64, _ change: String, as user: String?) throws -> Finished {
        try update("\(job)", change, as: user)
    }

    func update(_ job: String, _ change: String, as user: String?) throws -> Finished {
        let words = change.split(separator: " ").map(String.init)
        return try attempt(
            ["scontrol", "update", "jobid=\(job)"] + words, as: user, environment: environment)
    }

    fileprivate func setAdminLevel(_ level: String, of user: String) throws {
        try slurm("sacctmgr", "-i", "modify", "user", user, "set", "adminlevel=\(level)")
    }

    fileprivate func timeLimit(of job: Int64) throws -> String? {
        try slurm("squeue", "-h", "-a", "-O", "TimeLimit:.20", "-j", "\(job)")
            .split(separator: "\n").first.map { $0.trimmingCharacters(in: .whitespaces) }
            .map { $0.count == 4 ? "00:0" + $0 : $0.count == 5 ? "00:" + $0 : $0 }
    }
}
