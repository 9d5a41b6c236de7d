import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// What users send to have themselves let pass unasked, or at others' cost.
    @Suite struct Hostile {
        /// What a shell of ada's is to run in place of an honest `sbatch`.
        struct Submission: CustomTestStringConvertible {
            let testDescription: String
            let command: String
            /// No project has its account: where Slurm knows no accounts it is not accounted for.
            var isUnaccounted = false
            init(_ description: String, _ command: String) {
                (testDescription, self.command) = (description, command)
            }

            var unaccounted: Submission {
                var copy = self
                copy.isUnaccounted = true
                return copy
            }
        }

        /// No argument of a command may be longer than 128 KiB; so the longest line is made of many.
        static let submissions = [
            Submission(
                "a line of 1 MiB",
                "sbatch -A astro -n1 -t1 -H $script $(yes \"$(fill x 99000)\" | head -n 11)"),
            Submission(
                "bytes that are no UTF-8",
                "sbatch -A astro -n1 -t1 -H -J \"$bad\" --comment=\"$bad\" $script \"$bad\""),
            Submission("an account that is no UTF-8", "sbatch -A \"$bad\" -n1 -t1 -H $script")
                .unaccounted,
            Submission("a QOS that is no UTF-8", "sbatch -A astro -q \"$bad\" -n1 -t1 -H $script"),
            Submission(
                "quotes and commands in a name",
                "sbatch -A astro -n1 -t1 -H -J '\",\"op\":\"void\",\"x\":\"' $script"),
            Submission(
                "10,000 array indices",
                "sbatch -A astro -n1 -t1 -H -a $(seq -s, 1 2 19999) $script"),
            Submission(
                "an array that is no array",
                "sbatch -A astro -n1 -t1 -H -a \"$(fill , 99000)\" $script"
            ),
            Submission(
                "100 kB of features",
                "sbatch -A astro -n1 -t1 -H "
                    + "-C \"$(yes 'a&' | head -n 49000 | tr -d '\\n')a\" $script"),
            Submission(
                "100 kB of GPUs",
                "sbatch -A astro -n1 -t1 -H "
                    + "--gres=$(yes gpu:1 | head -n 16000 | paste -sd,) $script"),
            Submission(
                "a resource with a name of 100 kB",
                "sbatch -A astro -n1 -t1 -H --gres=$(fill g 99000):1 $script"),
            Submission(
                "100 kB of licences",
                "sbatch -A astro -n1 -t1 -H -L $(yes a:1 | head -n 24000 | paste -sd,) $script"),
            Submission(
                "100 kB of partitions",
                "sbatch -A astro -n1 -t1 -H -p $(yes cpu | head -n 24000 | paste -sd,) $script"),
            Submission(
                "100 kB of nodes",
                "sbatch -A astro -n1 -t1 -H -w $(seq -s, -f n%.0f 1 15000) $script"),
            Submission(
                "an account of 100 kB", "sbatch -A $(fill a 99000) -n1 -t1 -H $script"),
            Submission(
                "all of it at once",
                "sbatch -A $(fill a 30000) -p $(fill p 90000) -q $(fill q 90000) -n1 -t1 -H "
                    + "-C $(fill c 90000) -L $(fill l 90000) -w $(fill w 90000) -x $(fill x 90000) "
                    + "-a $(seq -s, 1 2 19999) --reservation=$(fill r 90000) $script"),
        ]

        @Test func `whatever a user sends is answered, admitted or refused`() async throws {
            try await onEachKind { kind in
                // Longer than what a test bed's load could take: what is late is nobody's doing.
                try await play(kind, astro: "10000") { stage in
                    let bed = stage.bed
                    let before = bed.unreachables
                    for submission in Self.submissions {
                        let done = try bed.shell(submission.command)
                        let outcome = "\(submission.testDescription): \(done.errors.prefix(400))"
                        #expect(done.code == 0 || done.code == 1, "\(outcome)")
                        #expect(bed.unreachables == before, "\(outcome)")
                        // What is admitted is held, and its user is told so.
                        if done.isGood, !submission.isUnaccounted {
                            #expect(done.errors.contains("SU held"), "\(outcome)")
                        }
                        // And the next one is answered.
                        let next = try bed.submit("atoll-ada", "-A astro -n1 -t1 -H", sleeping: 1)
                        #expect(next.said.contains("0.60 SU held"), "after \(outcome)")
                        try must(
                            ["scancel", "-u", "atoll-ada"], environment: bed.environment)
                    }
                    try await awaited(
                        "nothing of it stays held", within: 40, seen: "\(try stage.books.holds())"
                    ) { try stage.books.balance().held == .zero }
                }
            }
        }

        // MARK: Another's account

        /// What passes before associations are read again is counted all the same, and soon held.
        @Test func `an association that is seconds old: the job passes, and is held when seen`()
            async throws
        {
            try await play(.accounting) { stage in
                let bed = stage.bed
                let before = try stage.books.balance()
                try bed.slurm("sacctmgr", "-i", "add", "user", "atoll-cleo", "account=astro")
                defer {
                    _ = try? bed.slurm(
                        "sacctmgr", "-i", "delete", "user", "atoll-cleo", "account=astro")
                }
                let sent = try bed.submit("atoll-cleo", "-A astro -n4 -t5 -H", sleeping: 1)
                let job = try sent.admitted()
                // Whichever was first, the association's reading or the submission.
                try await stage.bound(job)
                #expect(try stage.books.hold(of: job)?.user == "atoll-cleo")
                #expect(try stage.books.balance().available == before.available - su("12"))
                // The next one is asked for in full: more than there is is refused.
                try await awaited("the association is known") {
                    let next = try bed.submit("atoll-cleo", "-A astro -n8 -t5 -H", sleeping: 1)
                    if let job = next.job { try bed.cancel(job) }
                    return next.said.contains("atoll: refused: this job may cost 24.00 SU")
                }
                try bed.cancel(job)
            }
        }

        private static func site(_ members: MembersPolicy) throws -> Site {
            var site = try Stage.site(astro: "10000")
            site.projects[0].allocations[0].membersPolicy = members
            return site
        }

        struct Flood: CustomTestStringConvertible {
            let testDescription: String
            let kind: BedKind
            let lines: String
            let members: MembersPolicy
            /// What one of its submissions is told.
            let told: String
        }

        static let floods = [
            Flood(
                testDescription: "Slurm enforces associations", kind: .accounting, lines: "",
                members: .associations, told: "Invalid account"),
            Flood(
                testDescription: "Slurm has associations, and does not enforce them",
                kind: .accounting, lines: "AccountingStorageEnforce=nosteps\n",
                members: .associations, told: "atoll: refused"),
            Flood(
                testDescription: "without slurmdbd, members are listed", kind: .controllerOnly,
                lines: "", members: .listed, told: "atoll: refused"),
        ]

        @Test(arguments: floods)
        func `a flood of another's submissions holds nothing of the victim's`(
            flood: Flood
        ) async throws {
            let site = try Self.site(flood.members)
            let body: @Sendable (Stage) async throws -> Void = { stage in
                try stage.books.apply(site)
                let victim = try stage.send("-n4 -t5 -H", "sleep 1")
                try await stage.bound(victim)
                let balance = try stage.books.balance()
                #expect(balance.held == su("12"))
                let unreachables = stage.bed.unreachables

                let one = try stage.bed.shell("sbatch -A astro -n4 -t5 $script", as: "atoll-cleo")
                #expect(one.errors.contains(flood.told), "\(one.errors)")
                let floods = try (1...4).map { _ in
                    try stage.bed.startShell(
                        "for i in $(seq 60); do sbatch -A astro -n4 -t5 $script; done",
                        as: "atoll-cleo")
                }
                var answered = 0
                while floods.contains(where: { $0.exit == nil }) {
                    let sent = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1 -H", sleeping: 1)
                    #expect(sent.said.contains("0.60 SU held"), "\(sent)")
                    try stage.bed.cancel(try sent.admitted())
                    answered += 1
                    #expect(try stage.books.holds().allSatisfy { $0.user == "atoll-ada" })
                }
                #expect(answered > 0)
                #expect(stage.bed.unreachables == unreachables)
                try await awaited(
                    "the victim's balance is what it was", seen: "\(try stage.books.balance())"
                ) { try stage.books.balance() == balance }
            }
            if flood.lines.isEmpty {
                try await play(flood.kind, site: site, body)
            } else {
                try await play(flood.kind, named: "open", lines: flood.lines, body)
            }
        }
    }
}

extension Testbed {
    /// How often slurmctld's plugin said that it could not reach atolld.
    var unreachables: Int {
        let text = (try? String(contentsOfFile: slurmctldLog, encoding: .isoLatin1)) ?? ""
        return text.components(separatedBy: "atolld can't be reached").count - 1
    }

    /// Bash, with `$script` for a job that ends at once, `$bad` for bytes that are no text, and
    /// `fill BYTE COUNT`.
    private func shellWords(_ command: String) throws -> [String] {
        let script = try scriptFile("exit 0")
        let text = """
            fill() { head -c "$2" /dev/zero | tr '\\0' "$1"; }
            script=\(script) bad=$'\\xff\\xfe\\x80 h\\xc3\\x28llo\\x01'
            \(command)
            """
        return ["bash", "-c", text]
    }

    func shell(_ command: String, as user: String = "atoll-ada") throws -> Finished {
        try attempt(
            shellWords(command), as: user, in: slurm + "/out", environment: environment)
    }

    func startShell(_ command: String, as user: String) throws -> ChildProcess {
        try ChildProcess(
            shellWords(command), as: user, in: slurm + "/out", environment: environment)
    }
}
