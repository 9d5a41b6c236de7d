import Client
import Rates
import Registry
import Testing
import Units
import Wire

/// The commands of standing things: what is asked for, and what is shown.
@Suite struct EntityTests {
    struct Row: CustomTestStringConvertible {
        let words: String
        let edit: @Sendable () throws -> Edit
        var testDescription: String { words }
    }

    static let rows = [
        Row(
            words: "org add uni --originated-id o-7",
            edit: { Edit(.add, .organisation(.init(name: "uni", originatedID: .set("o-7")))) }),
        Row(
            words: "user add ada --mail ada@reef.org --organisation uni",
            edit: {
                var fields = UserFields(name: "ada")
                (fields.mail, fields.organisation) = (.set("ada@reef.org"), .set("uni"))
                return Edit(.add, .user(fields))
            }),
        Row(
            words: "project add bio --pi ada --account bio,bio_gpu -A bio2 --organisation uni",
            edit: {
                var fields = ProjectFields(name: "bio")
                (fields.pi, fields.organisation) = (.set("ada"), .set("uni"))
                fields.accounts = ["bio", "bio_gpu", "bio2"]
                return Edit(.add, .project(fields))
            }),
        Row(
            words: "allocation modify bio-27 --pullback 2027-07-01T00:00Z=50% --drop-pullback "
                + "2027-01-01T00:00Z",
            edit: {
                var fields = AllocationFields(name: "bio-27")
                fields.pullbacks = [
                    SitePullback(
                        at: try Instant(parsing: "2027-07-01"), keep: try Rational(1, over: 2))
                ]
                fields.droppedPullbacks = [try Instant(parsing: "2027-01-01")]
                return Edit(.modify, .allocation(fields))
            }),
        Row(
            words: "project modify bio --drop-account bio2",
            edit: {
                var fields = ProjectFields(name: "bio")
                fields.droppedAccounts = ["bio2"]
                return Edit(.modify, .project(fields))
            }),
        Row(
            words: "project disable bio",
            edit: { Edit(.disable, .project(.init(name: "bio"))) }),
        Row(
            words: "cluster modify reef --combine max",
            edit: {
                var fields = ClusterFields(name: "reef")
                fields.combine = .max
                return Edit(.modify, .cluster(fields))
            }),
        Row(
            words: "resource add GPU --tres gres/gpu --rate 16 --cluster reef --units 8 -S 08/01",
            edit: {
                var fields = ResourceFields(name: "GPU")
                (fields.type, fields.tres) = ("GPU", TRESName("gres/gpu"))
                fields.scope = ResourceScope(clusters: ["reef"])
                fields.units = .set(8)
                fields.rate = RateSpan(
                    suPerHour: try Rational(parsing: "16"),
                    start: try time("2026-07-31T22:00:00Z"))
                return Edit(.add, .resource(fields))
            }),
        Row(
            words: "rate add CPU 1/3 --start 2027-01-01 --backdate",
            edit: {
                let span = RateSpan(
                    suPerHour: try Rational(parsing: "1/3"),
                    start: try time("2026-12-31T23:00:00Z").advanced(bySeconds: -3_600))
                return Edit(.add, .rate(.init(resource: "CPU", span: span, backdate: true)))
            }),
        Row(
            words: "allocation add b --project bio --su 5,000 --cluster reef -E none",
            edit: {
                var fields = AllocationFields(name: "b")
                (fields.project, fields.initial) = ("bio", try su("5000"))
                (fields.clusters, fields.end) = (["reef"], .clear)
                return Edit(.add, .allocation(fields))
            }),
        Row(
            words: "allocation modify b --resource all --hold start --overdraft-limit 5",
            edit: {
                var fields = AllocationFields(name: "b")
                (fields.resources, fields.holdPolicy) = (.clear, .start)
                fields.overdraftLimit = try su("5")
                return Edit(.modify, .allocation(fields))
            }),
        Row(
            words: "allocation delete b",
            edit: { Edit(.delete, .allocation(.init(name: "b"))) }),
        Row(
            words: "member add astro-2026 ben --cap 50",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ben")
                fields.cap = .set(try su("50"))
                return Edit(.add, .member(fields))
            }),
        Row(
            words: "member modify astro-2026 ben --cap none --end none",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ben")
                (fields.cap, fields.end) = (.clear, .clear)
                return Edit(.modify, .member(fields))
            }),
        Row(
            words: "member enable astro-2026 ben",
            edit: { Edit(.enable, .member(.init(allocation: "astro-2026", user: "ben"))) }),
    ]

    @Test(arguments: rows)
    func `the words are asked for as an edit`(row: Row) throws {
        let desk = Desk(.answer([], .edit(.init(rows: 0, message: ""))))
        let words = row.words.split(separator: " ").map(String.init)
        let screen = desk.run(words + ["--reason", "why", "--id", "e-1", "--dry-run"])
        #expect(screen == Screen(status: 0, out: "nothing to change\n"))
        let expected = Request.Change(try row.edit(), reason: "why", dryRun: true)
        #expect(desk.daemon.requests.map(\.operation) == [.edit(expected)])
        #expect(desk.daemon.requests.map(\.id.description) == ["e-1"])
    }

    @Test func `what an empty value takes away`() throws {
        let desk = Desk(.answer([], .edit(.init(rows: 0, message: ""))))
        #expect(desk.run("project", "modify", "bio", "--title", "").status == 0)
        var fields = ProjectFields(name: "bio")
        fields.title = .clear
        #expect(
            desk.daemon.requests.map(\.operation) == [.edit(.init(Edit(.modify, .project(fields))))]
        )
    }

    @Test func `what was changed is told, as of a site file`() {
        let change = Wire.Row.change(
            .init(
                action: "change", what: "member", name: "ben of astro-2026",
                detail: "cap 50.00 SU → none"))
        let told = Told.answer([change], .edit(.init(rows: 1, message: "")))
        let words = ["member", "modify", "astro-2026", "ben", "--cap", "none"]
        #expect(
            Desk(told).run(words).out
                == "~ member ben of astro-2026: cap 50.00 SU → none\n1 change\n")
        #expect(Desk(told).run(words + ["--dry-run"]).out.hasSuffix("(dry run)\n"))
        #expect(
            Desk(told).run(words + ["--json"]).out == """
                {
                  "changes": [
                    {
                      "action": "change",
                      "what": "member",
                      "name": "ben of astro-2026",
                      "detail": "cap 50.00 SU → none"
                    }
                  ],
                  "warnings": [],
                  "dry_run": false
                }

                """)
    }

    @Test func `a warning is told on stderr, and is no error`() {
        var reply = Reply.Apply(rows: 0, message: "")
        reply.warnings = ["Slurm has no association of b\u{1b}en"]
        for told in [Told.answer([], .edit(reply)), .answer([], .apply(reply))] {
            let desk = Desk(told)
            let screen = desk.run("member", "add", "astro-2026", "ben")
            #expect(screen.status == 0)
            #expect(
                screen.complaints == "atoll: warning: Slurm has no association of b?en\n")
        }
        let json = Desk(.answer([], .edit(reply))).run(
            "member", "add", "astro-2026", "ben", "--json")
        #expect(json.out.contains(#""warnings": ["#))
        #expect(json.out.contains(#""Slurm has no association of b"#))
    }

    @Test(arguments: [
        ["member", "modify", "a", "ben", "--cap", "x"], ["member", "add", "a"],
        ["rate", "add", "CPU"], ["rate", "add", "CPU", "-1"], ["rate", "modify", "CPU"],
        ["allocation", "add", "b", "--project", "p", "--su", "5", "--cluster", "reef"],
        ["allocation", "add", "b", "--project", "p", "--su", "5", "-E", "2027-01-01"],
        ["allocation", "modify", "b", "--hold", "never"], ["cluster", "disable", "reef"],
        ["allocation", "modify", "b", "-E", "x"], ["project", "show"], ["history"],
    ])
    func `a wrong command line ends with 2, and nobody is asked`(words: [String]) {
        let desk = Desk()
        let screen = desk.run(words)
        #expect(screen.status == 2 && screen.out.isEmpty && !screen.complaints.isEmpty)
        #expect(desk.daemon.requests.isEmpty)
    }

    @Test func `what is refused is told, and ends with 1`() {
        let desk = Desk(.error(.answered(.init(.forbidden, "only operators may do this."))))
        #expect(
            desk.run("project", "disable", "astro")
                == Screen(status: 1, out: "", complaints: "atoll: only operators may do this.\n"))
    }
}

@Suite struct EraseScreenTests {
    @Test func `an erasure says which number stays`() {
        let told = Told.answer([], .erase(.init(user: 12, memberships: 1, message: "")))
        let desk = Desk(told)
        #expect(
            desk.run("user", "erase", "ben", "--reason", "request 17")
                == Screen(status: 0, out: "ben erased: known as user 12, 1 membership ended.\n"))
        #expect(
            desk.daemon.requests.map(\.operation)
                == [.erase(.init(user: "ben", reason: "request 17"))])
        #expect(
            Desk(told).run("user", "erase", "ben", "--reason", "r", "--dry-run").out
                == "ben would be erased: known as user 12, 1 membership ended (dry run).\n")
        #expect(Desk().run("user", "erase", "ben").status == 2)
    }
}
