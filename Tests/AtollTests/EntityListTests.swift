import Client
import Registry
import Testing
import Units
import Wire

/// Lists, single things and histories as people and programs see them.
@Suite struct EntityListTests {
    private func project() -> Row.Entity {
        var astro = SiteProject(name: "astro", accounts: ["astro", "astro_gpu"], allocations: [])
        (astro.pi, astro.title, astro.status) = ("ada", "Stars", .inactive)
        return .project(astro)
    }

    private func allocation() throws -> Row.Entity {
        .allocation(
            .init(
                project: "astro",
                declared: SiteAllocation(
                    name: "astro-2026", clusters: ["reef"], initial: try su("1000"),
                    window: try window("2025-12-31T22:00:00Z", "2026-12-31T22:00:00Z")),
                effective: .inactive))
    }

    private func ben() throws -> Row.Entity {
        .member(
            .init(
                project: "astro", allocation: "astro-2026", user: "ben",
                membership: SiteMember(user: "ben", cap: try su("50")), effective: .active,
                used: try su("48.5")))
    }

    private func rows(_ entities: Row.Entity...) -> Told {
        .answer(
            entities.map { .entity($0) }, .list(.init(rows: Int64(entities.count))))
    }

    @Test func `projects in a table`() throws {
        let desk = Desk(rows(project()))
        #expect(
            desk.run("project", "list", "--all")
                == Screen(
                    status: 0,
                    out: """
                        Name   Status    PI   Accounts         Title
                        -----  --------  ---  ---------------  -----
                        astro  INACTIVE  ada  astro,astro_gpu  Stars

                        """))
        #expect(desk.daemon.requests.map(\.operation) == [.list(.init(.project, all: true))])
    }

    @Test func `projects for programs`() throws {
        #expect(
            Desk(rows(project())).run("project", "list", "-P").out == """
                Name|Status|PI|Accounts|Organisation|Title|Origination|OriginatedID|ExternalGroup
                astro|INACTIVE|ada|astro,astro_gpu||Stars|||

                """)
        #expect(
            Desk(rows(project())).run("project", "list", "--json").out == """
                {
                  "projects": [
                    {
                      "name": "astro",
                      "status": "INACTIVE",
                      "pi": "ada",
                      "accounts": [
                        "astro",
                        "astro_gpu"
                      ],
                      "organisation": null,
                      "title": "Stars",
                      "origination": null,
                      "originated_id": null,
                      "external_group": null
                    }
                  ]
                }

                """)
    }

    @Test func `one allocation with its members`() throws {
        let desk = Desk(rows(try allocation()), rows(try ben()))
        #expect(
            desk.run("allocation", "show", "astro-2026")
                == Screen(
                    status: 0,
                    out: """
                        Project         astro
                        Name            astro-2026
                        Status          ACTIVE
                        Effective       INACTIVE
                        SU              1,000.00
                        Starts          2026-01-01
                        Ends            2027-01-01
                        Clusters        reef
                        OverdraftLimit  0.00
                        Hold            submit
                        Window          whole
                        MembersPolicy   associations

                        Allocation  User  Status   Used    Cap  Left
                        ----------  ----  ------  -----  -----  ----
                        astro-2026  ben   ACTIVE  48.50  50.00  1.50

                        """))
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .list(.init(.allocation, name: "astro-2026")),
                .list(.init(.member, allocation: "astro-2026", all: true)),
            ])
    }

    @Test func `a user with all that is used, as JSON`() throws {
        guard case .member(let use) = try ben() else { return }
        let user = Row.Entity.user(
            .init(known: SiteUser(name: "ben", fullName: "Ben B."), leads: ["bio"], uses: [use]))
        #expect(
            Desk(rows(user)).run("user", "show", "ben", "--json").out == """
                {
                  "user": {
                    "name": "ben",
                    "full_name": "Ben B.",
                    "organisation": null,
                    "mail": null,
                    "leads": [
                      "bio"
                    ],
                    "uses": [
                      "astro-2026"
                    ]
                  },
                  "members": [
                    {
                      "project": "astro",
                      "allocation": "astro-2026",
                      "user": "ben",
                      "status": "ACTIVE",
                      "effective": "ACTIVE",
                      "used": 48.5,
                      "cap": 50,
                      "left": 1.5,
                      "starts": null,
                      "ends": null
                    }
                  ]
                }

                """)
    }

    @Test func `superseded rates with who, when and why`() throws {
        var rate = Row.Rate(
            resource: "CPU", suPerHour: try Rational(parsing: "0.01"),
            window: try window("2025-12-31T22:00:00Z", nil),
            recordedAt: try time("2026-01-01T00:00:00Z"), isSuperseded: true)
        rate.changedAt = try time("2026-07-01T10:00:00Z")
        (rate.changedBy, rate.reason) = ("root", "board of 3 May")
        let desk = Desk(rows(.rate(rate)))
        #expect(
            desk.run("rate", "list", "CPU", "--all").out == """
                Resource  SUPerHour  Starts      Ends  State       ChangedBy  Changed              Reason
                --------  ---------  ----------  ----  ----------  ---------  -------------------  --------------
                CPU       0.01       2026-01-01        superseded  root       2026-07-01T12:00:00  board of 3 May

                """)
        #expect(
            desk.daemon.requests.map(\.operation) == [.list(.init(.rate, name: "CPU", all: true))])
    }

    private func rate(_ value: String, _ start: String, _ end: String?) throws -> Row.Entity {
        .rate(
            Row.Rate(
                resource: "CPU", suPerHour: try Rational(parsing: value),
                window: try window(start, end), recordedAt: try time("2026-01-01T00:00:00Z"),
                isSuperseded: false))
    }

    @Test func `of a resource's rates the one in force now is shown, then all of them`() throws {
        let told = rows(
            try rate("1", "2025-12-31T22:00:00Z", "2026-06-30T22:00:00Z"),
            try rate("2", "2026-06-30T22:00:00Z", "2026-12-31T22:00:00Z"),
            try rate("3", "2026-12-31T22:00:00Z", nil))
        #expect(
            Desk(told).run("rate", "show", "CPU")
                == Screen(
                    status: 0,
                    out: """
                        Resource   CPU
                        SUPerHour  2
                        Starts     2026-07-01
                        Ends       2027-01-01
                        Recorded   2026-01-01T02:00:00

                        Resource  SUPerHour  Starts      Ends
                        --------  ---------  ----------  ----------
                        CPU       1          2026-01-01  2026-07-01
                        CPU       2          2026-07-01  2027-01-01
                        CPU       3          2027-01-01

                        """))
        #expect(Desk(told).run("rate", "show", "CPU", "-P").out.contains("\nCPU|2|2026-07-01"))
    }

    @Test func `where no rate is in force the next is shown, else the last, and that is said`()
        throws
    {
        let over = try rate("1", "2025-12-31T22:00:00Z", "2026-06-30T22:00:00Z")
        let next = try rate("3", "2026-12-31T22:00:00Z", nil)
        for (told, which, value) in [
            (rows(over, next), "the next", "3"), (rows(over), "the last", "1"),
        ] {
            let screen = Desk(told).run("rate", "show", "CPU")
            #expect(
                screen.complaints == "atoll: CPU has no rate in force now; this is \(which).\n")
            #expect(screen.out.contains("SUPerHour  \(value)\n"))
        }
    }

    @Test func `nothing to list is said`() {
        #expect(
            Desk(rows()).run("org", "list")
                == Screen(
                    status: 0, out: "",
                    complaints: "atoll: no organisation that you may see is like that.\n"))
    }

    // MARK: Histories

    private func history() throws -> Told {
        let member = Row.Diff(
            seq: 17, recordedAt: try time("2026-07-01T10:00:00Z"),
            effectiveAt: try time("2026-07-01T10:00:00Z"), actor: "ada", kind: "registered",
            what: "member", name: "ben",
            changes: [
                FieldChange("cap", .amount(try su("5")), .amount(try su("80"))),
                FieldChange("end", nil, .time(try time("2026-12-31T22:00:00Z"))),
            ], reason: "trusted")
        let lot = Row.Diff(
            seq: 18, recordedAt: try time("2026-07-02T10:00:00Z"),
            effectiveAt: try time("2026-07-02T10:00:00Z"), actor: "root", kind: "granted",
            what: "lot", name: "3",
            changes: [FieldChange("granted", nil, .amount(try su("1000")))])
        return .answer([.diff(member), .diff(lot)], .history(.init(rows: 2)))
    }

    @Test func `a person sees what changed, a line a field`() throws {
        let desk = Desk(try history())
        #expect(
            desk.run("history", "astro-2026", "-S", "07/01").out == """
                Time                 By    What        Field    Before       After  Reason
                -------------------  ----  ----------  -------  ------  ----------  -------
                2026-07-01T12:00:00  ada   member ben  cap        5.00       80.00  trusted
                                                       end              2027-01-01
                2026-07-02T12:00:00  root  lot 3       granted            1,000.00

                """)
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .history(
                    .init(allocation: "astro-2026", start: try time("2026-06-30T22:00:00Z")))
            ])
    }

    @Test func `programs see it whole`() throws {
        #expect(
            Desk(try history()).run("history", "a", "-P").out == """
                Time|Effective|Entry|Kind|By|What|Field|Before|After|Reason
                2026-07-01T12:00:00|2026-07-01T12:00:00|17|registered|ada|member ben|cap|5|80|trusted
                2026-07-01T12:00:00|2026-07-01T12:00:00|17|registered|ada|member ben|end||2027-01-01T00:00:00|trusted
                2026-07-02T12:00:00|2026-07-02T12:00:00|18|granted|root|lot 3|granted||1000|

                """)
        let json = Desk(try history()).run("history", "a", "--json").out
        #expect(
            json.contains(
                """
                      "by": "root",
                      "what": "lot",
                      "name": "3",
                      "fields": [
                        {
                          "field": "granted",
                          "before": null,
                          "after": 1000
                        }
                      ],
                      "reason": null
                """))
    }
}
