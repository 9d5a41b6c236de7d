/// `atoll compare` as it is seen: what sreport and sacctmgr print is told beforehand.

import Testing
import Units
import Wire

@testable import atoll

@Suite struct CompareTests {
    private static let stats = """
        sacctmgr show stats output at Wed Jul 15 12:00:00 2026 (1784116800)

        Internal DBD rollup last ran Wed Jul 15 12:00:01 2026 (1784116801)
        \tLast cycle:   176

        """

    private func row(
        _ user: String, _ tres: String, _ ours: Int64, _ causes: [NamedUse] = [],
        uncertain: Int64 = 0
    ) -> Row {
        var row = Row.Compared(account: "astro", user: user, tres: tres, ours: ours)
        (row.causes, row.uncertain) = (causes, uncertain)
        return .compared(row)
    }

    private func used(by user: String, _ amount: Int64) -> String {
        "root||cpu|\(amount)\n astro||cpu|\(amount)\n  astro|\(user)|cpu|\(amount)\n"
    }

    private func desk(
        _ rows: [Row], sreport: String, start: String = "2026-07-15T08:00:00Z",
        end: String = "2026-07-15T12:00:00Z", purgedRuns: Int64 = 0, stats: String = stats
    ) throws -> Desk {
        var done = Reply.Compare(cluster: "reef", start: try time(start), end: try time(end))
        done.purgedRuns = purgedRuns
        let desk = Desk(.answer(rows, .compare(done)))
        desk.runs = [
            Ran(code: 0, output: stats, errors: ""), Ran(code: 0, output: sreport, errors: ""),
        ]
        return desk
    }

    @Test func `each difference is named, and the last line says that nothing is left`() throws {
        let desk = try desk(
            [
                row("", "cpu", 0, [NamedUse("reservation_idle", 1_274_400)]),
                row("ada", "cpu", 212_400, [NamedUse("resized", 10_800)]),
                row("ada", "mem", 36_864_000, [NamedUse("suspended", 3_686_400)]),
            ],
            sreport: """
                root||cpu|1497600
                root||mem|40550400
                 astro||cpu|1497600
                 astro||mem|40550400
                  astro|ada|cpu|223200
                  astro|ada|mem|40550400

                """)
        let screen = desk.run("compare", "-S", "2026-07-15T08:00:00Z", "-E", "2026-07-15T12:00:00Z")
        #expect(
            screen
                == Screen(
                    status: 0,
                    out: """
                        Account  User  TRES   Ours  Sreport  Difference  Because
                        -------  ----  ----  -----  -------  ----------  -----------------------
                        astro          cpu    0.00   354.00      354.00  reservation_idle 354.00
                        astro    ada   cpu   59.00    62.00        3.00  resized 3.00
                        astro    ada   mem   10.00    11.00        1.00  suspended 1.00
                        reef: sreport counts 2026-07-15T10:00:00 to 2026-07-15T14:00:00; ours are \
                        2026-07-15T10:00:00 to 2026-07-15T14:00:00. Unit-hours, memory in GiB.
                        Unexplained: nothing.

                        """))
        #expect(
            desk.commands == [
                ["/usr/bin/env", "sacctmgr", "show", "stats"],
                [
                    "/usr/bin/env", "TZ=UTC", "sreport", "-nP", "-t", "Seconds", "-T",
                    "billing,cpu,mem,node", "cluster", "AccountUtilizationByUser", "tree",
                    "cluster=reef",
                    "start=2026-07-15T08:00:00", "end=2026-07-15T12:00:00",
                    "format=Account,Login,TRESName,Used",
                ],
            ])
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .compare(
                    .init(
                        start: try time("2026-07-15T08:00:00Z"),
                        end: try time("2026-07-15T12:00:00Z"),
                        rolledUpTo: Instant(epochSeconds: 1_784_116_801)))
            ])
    }

    @Test func `what nothing explains is 10, and stands last`() throws {
        let rows = [row("ada", "cpu", 7_200), row("cy", "cpu", 3_600)]
        let text = """
            root||cpu|18000
             astro||cpu|18000
              astro|ada|cpu|10800
              astro|cy|cpu|3603
              astro|eve|cpu|3597

            """
        let screen = try desk(rows, sreport: text).run("compare")
        #expect(screen.status == 10)
        // A second an hour is rounding; nobody ever heard of eve.
        #expect(screen.out.contains("rounding"))
        #expect(screen.out.hasSuffix("Unexplained: cpu 1.999167 in 2 lines.\n"), "\(screen.out)")
        let lines = try desk(rows, sreport: text).run(
            "compare", "-P", "-n", "-o", "User,TRES,Unexplained")
        #expect(lines.out == "ada|cpu|1\ncy|cpu|0\neve|cpu|0.999167\n", "\(lines.out)")
        let json = try desk(rows, sreport: text).run("compare", "--json")
        #expect(json.status == 10 && json.out.contains("\"explained\": false"))
    }

    @Test func `a rest within what is not known of suspensions is theirs`() throws {
        let rows = [row("ada", "cpu", 7_200, uncertain: 600)]
        func status(_ amount: Int64) throws -> Int32 {
            try desk(rows, sreport: used(by: "ada", amount)).run("compare").status
        }
        #expect(try status(7_200 - 600) == 0)
        #expect(try status(7_200 - 700) == 10)
    }

    @Test func `where something remains it is said what it may be, and what mends it`() throws {
        let rows = [row("ada", "cpu", 0, [NamedUse("reservation_idle", 9_000)])]
        let used = "root||cpu|9700\n astro||cpu|9700\n  astro|ada|cpu|9000\n  astro|bob|cpu|700\n"
        let screen = try desk(rows, sreport: used).run("compare")
        #expect(screen.status == 10)
        #expect(
            screen.out.hasSuffix(
                """
                What was changed in slurmdbd's tables after its hour was added up is not in sreport. If \
                that may be, as an administrator: sacctmgr rollup 2026-07-15T10:00:00 \
                2026-07-15T14:00:00, and compare again. It adds up the rows that are there: what it had of \
                deleted or purged ones may be lost.
                Unexplained: cpu 0.194444 in 1 line.

                """), "\(screen.out)")
    }

    @Test func `what slurmdbd has purged is said`() throws {
        let desk = try desk(
            [row("ada", "cpu", 3_600)],
            sreport: "root||cpu|3600\n astro||cpu|3600\n  astro|ada|cpu|3600\n", purgedRuns: 1_200)
        let screen = desk.run("compare")
        #expect(screen.status == 0)
        #expect(screen.out.contains("has purged the rows of 1,200 runs (PurgeJobAfter)"))
    }

    @Test func `hours of which rows were purged are not to be added up again`() throws {
        let rows = [row("ada", "cpu", 0, [NamedUse("reservation_idle", 9_000)])]
        let used = "root||cpu|9700\n astro||cpu|9700\n  astro|ada|cpu|9000\n  astro|bob|cpu|700\n"
        let screen = try desk(rows, sreport: used, purgedRuns: 1).run("compare")
        #expect(screen.status == 10)
        #expect(!screen.out.contains("sacctmgr rollup"), "\(screen.out)")
    }

    @Test(
        arguments: [
            (19_800, "LOC-00:30", 1_800, "2026-07-15T08:30:00"),
            (-12_600, "LOC-00:30", 1_800, "2026-07-15T08:30:00"),
            (20_700, "LOC-00:45", 2_700, "2026-07-15T08:45:00"),
            (7_200, "UTC", 0, "2026-07-15T08:00:00"),
        ] as [(Int64, String, Int64, String)])
    func `where a zone is off by part of an hour sreport is asked for its hours`(
        offset: Int64, zone: String, told: Int64, start: String
    ) throws {
        let end = "2026-07-15T12:00:00Z"
        let desk = try desk([], sreport: "", end: end)
        desk.offsetSeconds = offset
        _ = desk.run("compare", "-S", "2026-07-15T08:00:00Z", "-E", end)
        let command = try #require(desk.commands.last)
        #expect(command[1] == "TZ=\(zone)" && command.contains("start=\(start)"), "\(command)")
        guard case .compare(let asked)? = desk.daemon.requests.first?.operation else {
            Issue.record("nothing asked")
            return
        }
        #expect(asked.hourOffsetSeconds == told)
    }

    @Test func `an account's line holds what is below it`() throws {
        let own = try SreportUse(
            parsing: """
                root||cpu|100
                root||mem|7
                 astro||cpu|90
                  sub||cpu|60
                   sub|ada|cpu|50
                   sub|ada|cpu|4
                  astro|cy|cpu|30
                 bio||cpu|8

                """
        ).own.filter { $0.value != 0 }
        #expect(
            own.sorted { $0.key < $1.key }.map {
                "\($0.key.account) \($0.key.user) \($0.key.tres) \($0.value)"
            } == [
                "astro cy cpu 30", "bio  cpu 8", "root  cpu 2", "root  mem 7", "sub  cpu 6",
                "sub ada cpu 54",
            ])
    }

    @Test func `an end that has not come is now, and that is said`() throws {
        let desk = try desk([], sreport: "")
        let screen = desk.run("compare", "-S", "2026-07-15T08:00:00Z", "-E", "2026-08-01T00:00:00Z")
        guard case .compare(let asked) = desk.daemon.requests.first?.operation else {
            return #expect(Bool(false), "nothing was asked: \(screen)")
        }
        #expect(asked.end == (try time("2026-07-15T12:00:00Z")))
        #expect(
            screen.out.hasPrefix(
                "--end 2026-08-01T00:00:00Z has not come yet: compared is what was up to now.\n"),
            "\(screen)")
        #expect(!screen.out.contains("behind"))
        let later = try self.desk([], sreport: "").run("compare", "-S", "2026-08-01")
        #expect(later.status == 2 && later.complaints.contains("nothing to compare"))
    }

    @Test func `a rollup that is behind is said`() throws {
        let behind = try desk(
            [row("ada", "cpu", 7_200, [NamedUse("not_rolled_up", -3_600)])],
            sreport: used(by: "ada", 3_600), end: "2026-07-15T10:00:00Z"
        ).run("compare", "-S", "2026-07-15T08:00:00Z", "-E", "2026-07-15T12:00:00Z")
        #expect(behind.status == 0)
        #expect(
            behind.out.contains("slurmdbd's rollup is behind: 02:00:00 are not added up yet."),
            "\(behind.out)")
        let none = try desk(
            [row("ada", "cpu", 7_200, [NamedUse("not_rolled_up", -7_200)])], sreport: "unused",
            end: "2026-07-15T08:00:00Z")
        let screen = none.run("compare")
        #expect(screen.status == 0)
        #expect(screen.out.contains("sreport knows no whole hour of that time yet."))
        #expect(none.commands.count == 1)
    }

    @Test func `where sreport shows nothing at all, why that may be is said`() throws {
        let screen = try desk([row("ada", "cpu", 7_200)], sreport: "").run(
            "compare", "-S", "2026-07-15T08:00:00Z", "-E", "2026-07-15T12:00:00Z")
        #expect(screen.status == 10)
        #expect(
            screen.out.hasSuffix(
                """
                sreport shows no use at all: slurmdbd may not show it to you, or is to add it up \
                anew, as after a mended runaway job.
                Unexplained: cpu 2.00 in 1 line.

                """), "\(screen.out)")
        #expect(!screen.out.contains("sacctmgr rollup"))
    }

    @Test func `sreport that fails, or prints something else, is an error`() throws {
        let odd = try desk([], sreport: "what?").run("compare")
        #expect(odd.status == 1 && odd.complaints.contains("what?"))
        let failing = try desk([], sreport: "")
        failing.runs[1] = Ran(code: 1, output: "", errors: "sreport: error: no slurmdbd\n")
        #expect(failing.run("compare").complaints.contains("no slurmdbd"))
        #expect(try desk([], sreport: "").run("compare", "-S", "now", "-E", "now").status == 2)
    }
}
