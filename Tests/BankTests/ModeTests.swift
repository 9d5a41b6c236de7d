import Bank
import Books
import Ledger
import Registry
import Store
import TestKit
import Testing
import Units

/// What is let pass and kept on record where a mode refuses nothing (decision 24). astro has 100 SU, of
/// which ben may use 5; a core for a minute costs 0.60.
@Suite(.takingTurns) struct ModeTests {
    private func play(
        _ mode: Mode? = .observe, _ body: (TestBank) async throws -> Void
    ) async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(.small(), backdate: false))
        if let mode { try await books.set(mode) }
        try await body(books)
        #expect(try books.store.verify().finding == nil)
    }

    private func seen(
        _ job: Int64, _ books: TestBank, user: String = "ada", token: String? = nil
    ) -> JobObservation {
        .small(job: job, token: token, user: user, at: books.clock.now)
    }

    // MARK: Switching

    @Test func `a switch is one entry, lasts, and is done once`() async throws {
        try await play(nil) { books in
            let before = books.bank.picture.tip.seq
            let first = try await books.set(.observe, id: "m")
            #expect(
                first
                    == .applied([
                        AppliedChange(
                            .change, "mode", "cluster reef", "enforce, the default → observe")
                    ]))
            #expect(try await books.set(.observe, id: "m") == first, "asked again")
            #expect(try await books.set(.observe) == .applied([]), "as it is already")
            #expect(books.bank.picture.tip.seq == before + 1)
            let again = try books.reopened()
            let modes = again.bank.picture.tip.registry.modes
            #expect(modes.mode(on: "reef") == .observe && modes.version == before + 1)
            #expect(try again.store.modeChanges().values.map(\.actor) == ["test"])
            again.bank.stop()
        }
    }

    // MARK: Submissions

    struct Submission: CustomTestStringConvertible {
        let mode: Mode
        var user = "ada"
        var account = "astro"
        var cpus: Int64 = 200
        let answer: String
        let kept: [String]
        var testDescription: String { "\(mode), \(user) of \(account), \(cpus) cores: \(answer)" }
    }

    private static let tooDear =
        "this job may cost 120.00 SU, 100.00 SU are available in astro-2026 (granted 100.00, "
        + "charged 0.00, held 0.00). No time limit of a minute or more would fit."

    @Test(arguments: [
        Submission(mode: .enforce, answer: tooDear, kept: []),
        Submission(
            mode: .warn, answer: "warn: \(tooDear)",
            kept: ["- ada astro submission credit 120.00 20.00"]),
        Submission(
            mode: .observe, answer: "observe: \(tooDear)",
            kept: ["- ada astro submission credit 120.00 20.00"]),
        Submission(mode: .observe, cpus: 10, answer: "6.00 held", kept: []),
        Submission(
            mode: .warn, user: "ben", cpus: 10,
            answer: "warn: this job may cost 6.00 SU, 5.00 SU are left of your own cap in "
                + "astro-2026 (cap 5.00, used 0.00). No time limit of a minute or more would fit.",
            kept: ["- ben astro submission cap 6.00 1.00"]),
        Submission(
            mode: .warn, account: "nobodys",
            answer: "warn: no project has the Slurm account nobodys. Submit with -A and an account "
                + "that has one.",
            kept: ["- ada nobodys submission allocation - -"]),
    ])
    func `what would be refused is let pass with nothing held, and kept on record`(
        row: Submission
    ) async throws {
        try await play(row.mode) { books in
            var admission = Admission.small(
                token: "A", user: row.user, account: row.account, cpus: row.cpus)
            // Whether credit that is missing stops anybody otherwise is not the question here.
            admission.admitsShort = row.mode != .enforce
            let answer: String
            do {
                switch try await books.perform(.admit(admission), id: "A") {
                case .admitted(let it): answer = "\(it.held) held"
                case .tolerated(let it): answer = "\(it.mode): \(it.text)"
                case let other: answer = "\(other)"
                }
            } catch BankError.refused(let refusal) {
                answer = refusal.text
            }
            #expect(answer == row.answer)
            #expect(try books.tolerated() == row.kept)
            if row.cpus != 10 || row.user != "ada" {
                #expect(try books.figures().held == .zero)
            }
        }
    }

    @Test func `the same id is answered the same, and is on record once`() async throws {
        try await play(.warn) { books in
            let first = try await books.perform(.admit(.small(token: "A", cpus: 200)), id: "A")
            try await books.set(.enforce)
            let again = try await books.perform(.admit(.small(token: "A", cpus: 200)), id: "A")
            #expect(first == again)
            #expect(try books.tolerated().count == 1)
        }
    }

    @Test func `an account's mode goes before the cluster's, up the tree`() async throws {
        try await play(.observe) { books in
            try await books.set(.enforce, account: "physics")
            var admission = Admission.small(token: "A", cpus: 200)
            admission.accountLineage = ["astro", "physics", "root"]
            #expect(try await books.refusal(of: .admit(admission)) != nil)
            try await books.set(.warn, account: "astro")
            #expect(try await books.refusal(of: .admit(admission)) == nil)
            try await books.set(nil, account: "astro")
            admission.token = "B"
            #expect(try await books.refusal(of: .admit(admission)) != nil)
        }
    }

    @Test func `what looks like a question is answered and not on record`() async throws {
        try await play(.warn) { books in
            var admission = Admission.small(token: "A", cpus: 200)
            admission.isPerhapsTest = true
            guard case .tolerated = try await books.perform(.admit(admission), id: "A") else {
                Issue.record("not let pass")
                return
            }
            #expect(try books.tolerated().isEmpty)
        }
    }

    // MARK: Jobs that nobody asked about

    @Test func `what fits is held, what does not is not, and what runs is charged below zero`()
        async throws
    {
        try await play { books in
            let t0 = books.clock.now
            _ = try await books.perform(.observe(seen(7, books).pending(cpus: 10)))
            _ = try await books.perform(.observe(seen(8, books).pending(cpus: 200)))
            _ = try await books.perform(.observe(seen(8, books).pending(cpus: 200)))
            #expect(
                try books.figures().description
                    == "granted 100.00 available 94.00 held 6.00 charged 0.00")
            let kept = ["8 ada astro submission credit 120.00 26.00"]
            #expect(try books.tolerated() == kept)

            let running = seen(8, books).run(submit: t0, start: t0, cpus: 200)
            for _ in 0..<2 { _ = try await books.perform(.observe(running)) }
            #expect(
                try books.figures().description
                    == "granted 100.00 available -26.00 held 126.00 charged 0.00")
            let over = seen(8, books).run(
                submit: t0, start: t0, end: t0.advanced(bySeconds: 90), cpus: 200)
            for _ in 0..<2 { _ = try await books.perform(.observe(over)) }
            #expect(
                try books.figures().description
                    == "granted 100.00 available -86.00 held 6.00 charged 180.00")
            #expect(try books.tolerated() == kept, "once, whatever is shown again")
        }
    }

    struct Sight: CustomTestStringConvertible {
        let testDescription: String
        let shows: @Sendable (JobObservation, Instant) -> JobObservation
        let kept: [String]
    }

    @Test(arguments: [
        Sight(
            testDescription: "found running",
            shows: { $0.run(submit: $1, start: $1, cpus: 200) },
            kept: ["8 ada astro submission credit 120.00 20.00"]),
        Sight(
            testDescription: "over when it is first seen",
            shows: { $0.run(submit: $1, start: $1, end: $1.advanced(bySeconds: 1), cpus: 200) },
            kept: ["8 ada astro submission credit 120.00 20.00"]),
        Sight(
            testDescription: "an array, of which all tasks count",
            shows: {
                $0.pending(tasks: 15, cpus: 10).run(raw: 9, submit: $1, start: $1, cpus: 10)
                    .run(raw: 10, submit: $1, start: $1, cpus: 10)
            }, kept: ["8 ada astro submission credit 102.00 2.00"]),
        Sight(
            testDescription: "a part of a large array",
            shows: {
                var seen = $0.run(submit: $1, start: $1, cpus: 10)
                seen.runsInAll = 17
                return seen
            }, kept: ["8 ada astro submission credit 102.00 2.00"]),
        Sight(
            testDescription: "without a limit",
            shows: { seen, _ in seen.pending(cpus: 1, seconds: 0) },
            kept: ["8 ada astro submission other - -"]),
        Sight(
            testDescription: "of an account that nobody has, which would be let in",
            shows: { seen, _ in
                var seen = seen.pending()
                seen.accountLineage = ["nobodys"]
                return seen
            }, kept: []),
        Sight(
            testDescription: "of an account that nobody has, which would be refused",
            shows: { seen, _ in
                var seen = seen.pending()
                seen.accountLineage = ["nobodys"]
                seen.admitsUnknownAccount = false
                return seen
            }, kept: ["8 ada nobodys submission allocation - -"]),
        Sight(
            testDescription: "of somebody without an association",
            shows: { seen, _ in
                var seen = seen.pending()
                seen.isAssociated = false
                return seen
            }, kept: ["8 ada astro submission membership 0.60 -"]),
        Sight(
            testDescription: "that fits", shows: { seen, _ in seen.pending(cpus: 10) }, kept: []),
    ])
    func `a job is judged when it is first seen, once`(row: Sight) async throws {
        try await play { books in
            let t0 = books.clock.now
            for _ in 0..<2 {
                var shown = row.shows(seen(8, books), t0)
                shown.isPricedAnew = false
                _ = try await books.perform(.observe(shown))
            }
            #expect(try books.tolerated() == row.kept)
        }
    }

    @Test func `nothing is judged where it is enforced`() async throws {
        try await play(nil) { books in
            _ = try await books.perform(.observe(seen(8, books).pending(cpus: 200)))
            #expect(try books.tolerated().isEmpty)
            #expect(try books.figures().held.description == "120.00", "held below zero, as ever")
        }
    }

    @Test func `submission and sight of a job are one row, with its number`() async throws {
        try await play(.warn) { books in
            _ = try await books.perform(.admit(.small(token: "A", cpus: 200)), id: "A")
            let shown = seen(8, books, token: "A").pending(cpus: 200)
            _ = try await books.perform(.observe(shown))
            #expect(try books.tolerated() == ["8 ada astro submission credit 120.00 20.00"])
            #expect(try books.figures().held == .zero)
            // Its start is the same job's.
            let ask = StartRequest.small(
                job: 8, token: "A", cpus: 200, submit: books.clock.now, at: books.clock.now)
            #expect(try await books.start(ask).hasPrefix("warn: this job may cost 120.00 SU"))
            #expect(try books.tolerated().count == 1)
        }
    }

    @Test
    func `a job gets its number in the list though the mode was taken back before it was seen`()
        async throws
    {
        try await play(.warn) { books in
            for (job, token) in [(8, "A"), (9, "B")] as [(Int64, String)] {
                _ = try await books.perform(.admit(.small(token: token, cpus: 200)), id: token)
                try await books.set(.enforce)
                if job == 8 {
                    let shown = seen(job, books, token: token).pending(cpus: 200)
                    _ = try await books.perform(.observe(shown))
                } else {
                    // PrologSlurmctld comes before the poll.
                    let ask = StartRequest.small(
                        job: job, token: token, cpus: 200, submit: books.clock.now,
                        at: books.clock.now)
                    #expect(try await books.start(ask).hasPrefix("this job may cost"))
                }
                try await books.set(.warn)
            }
            #expect(try books.tolerated().map { $0.prefix(2) } == ["8 ", "9 "])
        }
    }

    // MARK: Starts and changes

    @Test func `a start that would be refused is let pass, and what was held back is let go`()
        async throws
    {
        try await play(nil) { books in
            let root = Asker(userName: "root", isOperator: true)
            _ = try await books.perform(.admit(.small(token: "A")), id: "A")
            let off = Edit(.disable, .project(.init(name: "astro")))
            _ = try await books.perform(.edit(off, by: root))
            let t0 = books.clock.now
            let ask = StartRequest.small(job: 7, token: "A", submit: t0, at: t0)
            #expect(try await books.start(ask) == "project astro is INACTIVE.")
            _ = try await books.perform(.start(.settle(cluster: "reef", jobID: 7, .held)))
            try await books.set(.observe)
            #expect(try await books.review(ask) == "observe: project astro is INACTIVE.")
            #expect(try books.tolerated().isEmpty, "nothing has started yet")
            #expect(try await books.start(ask) == "observe: project astro is INACTIVE.")
            #expect(try books.heldBack(7) == "over status: it started")
            #expect(try books.tolerated() == ["7 ada astro start status - -"])
            _ = try await books.perform(
                .observe(seen(7, books, token: "A").run(submit: t0, start: t0)))
            #expect(try books.figures().held.description == "0.60")
        }
    }

    @Test func `a change beyond the credit is let pass, and the hold stays as it is`()
        async throws
    {
        try await play(.warn) { books in
            _ = try await books.perform(.admit(.small(token: "A", cpus: 10)), id: "A")
            _ = try await books.perform(.observe(seen(7, books, token: "A").pending(cpus: 10)))
            var asked = Modification(
                cluster: "reef", job: 7, ownerName: "ada", callerName: "ada",
                wish: "7: time limit 1:00:00")
            asked.timeLimitSeconds = 3_600
            let outcome = try await books.perform(.modify(asked), id: "c")
            guard case .modified(let modified) = outcome, let passed = modified.tolerated else {
                Issue.record("\(outcome)")
                return
            }
            #expect(passed.mode == .warn && passed.text.hasPrefix("this job may cost 360.00 SU"))
            #expect(try await books.perform(.modify(asked), id: "c") == outcome, "asked again")
            #expect(try books.tolerated() == ["7 ada astro change credit 360.00 260.00"])
            let shown = seen(7, books, token: "A").pending(cpus: 10, seconds: 3_600)
            _ = try await books.perform(.observe(shown))
            #expect(try books.figures().held.description == "6.00")
            // Its run is what it is.
            let t0 = books.clock.now
            let running = seen(7, books, token: "A").run(
                submit: t0, start: t0, cpus: 10, seconds: 3_600)
            _ = try await books.perform(.observe(running))
            #expect(try books.figures().held.description == "360.00")
        }
    }

    // MARK: Back to enforce

    @Test
    func `back in enforce what waits is held where there is credit, and asked for at its start`()
        async throws
    {
        try await play { books in
            _ = try await books.perform(.observe(seen(7, books).pending(cpus: 100)))
            _ = try await books.perform(.observe(seen(8, books).pending(cpus: 100)))
            #expect(try books.figures().held.description == "60.00")
            let version = books.bank.ratesVersion
            try await books.set(.enforce)
            #expect(books.bank.ratesVersion > version, "polls price what waits anew")
            try await anew(8, books)
            #expect(try books.figures().held.description == "60.00", "40 are left of 60")
            let t0 = books.clock.now
            let ask = StartRequest.small(job: 8, token: nil, cpus: 100, submit: t0, at: t0)
            #expect(
                try await books.start(ask).hasPrefix(
                    "this job may cost 60.00 SU, 40.00 SU are available"))
            _ = try await books.perform(
                .grant(
                    GrantRequest(
                        allocation: "astro-2026", amount: try ServiceUnits(parsing: "20"))))
            try await anew(8, books)
            #expect(try books.figures().held.description == "120.00")
            #expect(
                try books.store.openHolds().map(\.claim.remark)
                    == ["adopted: no hold stood for it", "adopted: no hold stood for it"])
        }
    }

    /// 100 SU are available; 60.00 and 120.00 would have been refused beside what is held, or not.
    @Test(
        arguments: [
            (cpus: Int64(200), held: "0.00", remark: "too little credit"),
            (cpus: 100, held: "60.00", remark: nil),
        ] as [(cpus: Int64, held: String, remark: String?)])
    func `what was let pass and is first seen in enforce is held where there is credit`(
        row: (cpus: Int64, held: String, remark: String?)
    ) async throws {
        try await play(.warn) { books in
            // Something else takes the credit for as long as the submission is judged.
            _ = try await books.perform(.admit(.small(token: "B", cpus: 100)), id: "B")
            _ = try await books.perform(
                .admit(.small(token: "A", cpus: row.cpus)), id: "A")
            #expect(try books.tolerated().count == 1)
            _ = try await books.perform(.void(cluster: "reef", token: "B"))
            #expect(try books.figures().held == .zero)
            try await books.set(.enforce)
            let shown = seen(8, books, token: "A").pending(cpus: row.cpus)
            for _ in 1...2 {
                _ = try await books.perform(.observe(shown))
                #expect(try books.figures().held.description == row.held)
                let remark = try #require(try books.store.openHolds().first?.claim.remark)
                #expect(remark.contains("too little credit") == (row.remark != nil))
            }
        }
    }

    struct Late: CustomTestStringConvertible {
        let what: String
        var cpus: Int64 = 200
        /// Seconds after the switch; nil: not known.
        var submitted: Int64? = -5
        /// Enforced all along.
        var ownMode = false
        /// The mode of everything is taken away, which enforces.
        var isCleared = false
        let held: String
        var testDescription: String { what }
    }

    /// 100 SU are available; a CPU costs 0.60. Nobody asked about the job, and no poll has shown it.
    @Test(arguments: [
        Late(what: "too little credit", held: "0.00"),
        Late(what: "the mode was taken away", isCleared: true, held: "0.00"),
        Late(what: "there is credit", cpus: 100, held: "60.00"),
        Late(what: "submitted after the switch", submitted: 5, held: "120.00"),
        Late(what: "when is not known", submitted: nil, held: "120.00"),
        Late(what: "its account was enforced all along", ownMode: true, held: "120.00"),
    ])
    func `what was submitted before the switch to enforce is not held below zero`(row: Late)
        async throws
    {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(try Site.small(), backdate: false), id: "apply")
        if row.ownMode { try await books.set(.enforce, account: "astro") }
        try await books.set(.observe)
        books.clock.advance(bySeconds: 60)
        try await books.set(row.isCleared ? nil : .enforce)
        let switched = books.clock.now
        books.clock.advance(bySeconds: 10)
        var shown = JobObservation.small(job: 8, token: nil, at: books.clock.now)
            .pending(cpus: row.cpus)
        shown.submittedAt = row.submitted.map(switched.advanced(bySeconds:))
        _ = try await books.perform(.observe(shown))
        #expect(try books.figures().held.description == row.held)
        shown.at = shown.at.advanced(bySeconds: 10)
        _ = try await books.perform(.observe(shown))
        #expect(try books.figures().held.description == row.held)
        #expect(try books.store.verify().finding == nil)
        #expect(books.bank.quarantined.isEmpty)
    }

    @Test func `another job of the same number is held as what nobody asked about`() async throws {
        try await play(.warn) { books in
            _ = try await books.perform(.admit(.small(token: "A", cpus: 200)), id: "A")
            _ = try await books.perform(
                .observe(seen(8, books, token: "A").pending(cpus: 200)))
            try await books.set(.enforce)
            books.clock.advance(bySeconds: 3600)
            _ = try await books.perform(.observe(seen(9, books, token: "C").pending(cpus: 200)))
            #expect(try books.figures().held.description == "120.00", "held below zero, as ever")
        }
    }

    private func anew(_ job: Int64, _ books: TestBank) async throws {
        var shown = seen(job, books).pending(cpus: 100)
        shown.isPricedAnew = true
        _ = try await books.perform(.observe(shown))
    }
}
