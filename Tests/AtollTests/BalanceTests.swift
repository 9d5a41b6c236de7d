import Registry
import Testing
import Units
import Wire

private func rows() throws -> [Row] {
    var astro = Row.Balance(
        project: "astro", allocation: "astro-2026", status: .active,
        window: try window("2025-12-31T22:00:00Z", "2026-12-31T22:00:00Z"))
    astro.granted = try su("1000")
    astro.charged = try su("930.25")
    astro.held = try su("57.5")
    astro.available = try su("12.25")
    astro.inFlight = try su("0.333334")
    astro.members = [
        .init(user: "ada", status: .active, used: try su("900")),
        .init(user: "ben", status: .active, cap: try su("50"), used: try su("48.5")),
        .init(user: "zoë", status: .inactive, cap: try su("5"), used: try su("6.25")),
    ]
    var bio = Row.Balance(
        project: "bio", allocation: "bio-open", status: .active,
        window: try window("2026-01-01", nil))
    (bio.granted, bio.available) = (try su("1234567"), try su("1234567"))
    return [.balance(astro), .balance(bio)]
}

private func desk() throws -> Desk {
    let rows = try rows()
    return Desk(.answer(rows, .balance(.init(rows: Int64(rows.count)))))
}

@Suite struct BalanceTests {
    @Test func `a person sees where the credit is, and the members with a cap`() throws {
        #expect(
            try desk().run("balance")
                == Screen(
                    status: 0,
                    out: """
                        Project  Allocation       Granted  Charged   Held     Available  InFlight  Ends
                        -------  ----------  ------------  -------  -----  ------------  --------  ----------
                        astro    astro-2026      1,000.00   930.25  57.50         12.25  0.333334  2027-01-01
                        bio      bio-open    1,234,567.00     0.00   0.00  1,234,567.00  0.000000

                        Allocation  User   Used    Cap   Left  Status
                        ----------  ----  -----  -----  -----  --------
                        astro-2026  ben   48.50  50.00   1.50
                        astro-2026  zoë    6.25   5.00  -1.25  INACTIVE

                        """))
    }

    @Test func `where one does not count, that is shown unasked`() throws {
        var rows = try rows()
        guard case .balance(var bio) = rows[1] else { return #expect(Bool(false)) }
        bio.status = .inactive
        rows[1] = .balance(bio)
        let out = Desk(.answer(rows, .balance(.init(rows: 2)))).run("balance").out
        let lines = out.split(separator: "\n").map { $0.split(separator: " ").prefix(3) }
        #expect(lines[0].elementsEqual(["Project", "Allocation", "Status"]))
        #expect(lines[2].elementsEqual(["astro", "astro-2026", "ACTIVE"]))
        #expect(lines[3].elementsEqual(["bio", "bio-open", "INACTIVE"]))
    }

    @Test func `with --members everybody's use is shown`() throws {
        let screen = try desk().run("balance", "--members", "-n")
        #expect(
            screen.out.hasSuffix(
                """

                astro-2026  ada  900.00
                astro-2026  ben   48.50  50.00   1.50
                astro-2026  zoë    6.25   5.00  -1.25  INACTIVE

                """))
    }

    @Test func `expired and withdrawn credit is shown where there is any`() throws {
        var row = Row.Balance(
            project: "p", allocation: "a", status: .active, window: try window("2026-01-01", nil))
        (row.granted, row.expired, row.overdraft) = (try su("10"), try su("10"), try su("2"))
        row.available = try su("-2")
        let screen = Desk(.answer([.balance(row)], .balance(.init(rows: 1)))).run("balance")
        #expect(
            screen.out == """
                Project  Allocation  Granted  Charged  Expired  Held  Available  Overdraft  Ends
                -------  ----------  -------  -------  -------  ----  ---------  ---------  ----
                p        a             10.00     0.00    10.00  0.00      -2.00       2.00

                """)
    }

    @Test func `programs get every column, plain`() throws {
        #expect(
            try desk().run("balance", "-P").out == """
                Project|Allocation|Status|Granted|Charged|Expired|Withdrawn|Held|Later|Available|InFlight\
                |Overdraft|OverdraftLimit|Starts|Ends
                astro|astro-2026|ACTIVE|1000|930.25|0|0|57.5|0|12.25|0.333334|0|0|2026-01-01T00:00:00\
                |2027-01-01T00:00:00
                bio|bio-open|ACTIVE|1234567|0|0|0|0|0|1234567|0|0|0|2026-01-01T02:00:00|

                """)
        #expect(
            try desk().run("balance", "-n", "-P", "--members").out == """
                astro|astro-2026|ada|900|||
                astro|astro-2026|ben|48.5|50|1.5|
                astro|astro-2026|zoë|6.25|5|-1.25|INACTIVE

                """)
    }

    @Test func `columns are chosen by name, in any case`() throws {
        #expect(
            try desk().run("balance", "-o", "available,ALLOCATION", "-P", "-n").out
                == "12.25|astro-2026\n1234567|bio-open\n")
        let screen = try desk().run("balance", "-o", "free")
        #expect(screen.status == 2 && screen.out.isEmpty)
        #expect(
            screen.complaints == """
                atoll: --format: there is no column free; there are Project, Allocation, Status, \
                Granted, Charged, Expired, Withdrawn, Held, Later, Available, InFlight, Overdraft, \
                OverdraftLimit, Starts, Ends

                """)
    }

    @Test func `JSON has every figure as an exact number`() throws {
        #expect(
            try desk().run("balance", "--json").out == """
                {
                  "balances": [
                    {
                      "project": "astro",
                      "allocation": "astro-2026",
                      "status": "ACTIVE",
                      "start": "2025-12-31T22:00:00Z",
                      "end": "2026-12-31T22:00:00Z",
                      "granted": 1000,
                      "charged": 930.25,
                      "expired": 0,
                      "withdrawn": 0,
                      "held": 57.5,
                      "available": 12.25,
                      "later": 0,
                      "in_flight": 0.333334,
                      "overdraft": 0,
                      "overdraft_limit": 0,
                      "members": [
                        {
                          "user": "ada",
                          "status": "ACTIVE",
                          "used": 900,
                          "cap": null,
                          "left": null
                        },
                        {
                          "user": "ben",
                          "status": "ACTIVE",
                          "used": 48.5,
                          "cap": 50,
                          "left": 1.5
                        },
                        {
                          "user": "zoë",
                          "status": "INACTIVE",
                          "used": 6.25,
                          "cap": 5,
                          "left": -1.25
                        }
                      ]
                    },
                    {
                      "project": "bio",
                      "allocation": "bio-open",
                      "status": "ACTIVE",
                      "start": "2026-01-01T00:00:00Z",
                      "end": null,
                      "granted": 1234567,
                      "charged": 0,
                      "expired": 0,
                      "withdrawn": 0,
                      "held": 0,
                      "available": 1234567,
                      "later": 0,
                      "in_flight": 0,
                      "overdraft": 0,
                      "overdraft_limit": 0,
                      "members": []
                    }
                  ]
                }

                """)
    }

    @Test func `what is asked for narrows`() throws {
        let desk = try desk()
        _ = desk.run(
            "balance", "-A", "astro", "-u", "ada", "--project", "p", "--allocation", "a")
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .balance(.init(account: "astro", project: "p", allocation: "a", user: "ada"))
            ])
    }

    @Test func `where there is nothing to see, that is said`() {
        let empty = Told.answer([], .balance(.init(rows: 0)))
        let screen = Desk(empty).run("balance")
        let complaint = "atoll: no allocation that you may see is like that.\n"
        #expect(screen == Screen(status: 0, out: "", complaints: complaint))
        #expect(Desk(empty).run("balance", "--json").out == "{\n  \"balances\": []\n}\n")
    }

    @Test func `a name cannot steer the terminal, nor break a line for programs`() throws {
        let row = Row.Balance(
            project: "a\u{1b}[31m\nb", allocation: "x|y\\z", status: .active,
            window: try window("2026-01-01", nil))
        let told = Told.answer([.balance(row)], .balance(.init(rows: 1)))
        #expect(
            Desk(told).run("balance", "-n", "-o", "Project,Allocation").out == "a?[31m?b  x|y\\z\n")
        #expect(
            Desk(told).run("balance", "-n", "-P", "-o", "Project,Allocation").out
                == "a\u{1b}[31m\\nb|x\\|y\\\\z\n")
    }
}
