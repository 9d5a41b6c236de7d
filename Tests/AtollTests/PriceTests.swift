import ArgumentParser
import Testing
import Units

@testable import atoll

/// The screen as a person or a program sees it.
@Suite struct PriceTests {
    static let rates = """
        [[cluster]]
        name = "reef"

        [[resource]]
        name = "CPU"
        type = "CPU"
        tres = "cpu"
        [[resource.rate]]
        su_per_hour = "1"
        start = 2026-01-01T00:00:00Z
        end = 2026-02-01T00:00:00Z
        [[resource.rate]]
        su_per_hour = "2"
        start = 2026-02-01T00:00:00Z

        [[resource]]
        name = "GPU"
        type = "GPU"
        tres = "gres/gpu"
        [[resource.rate]]
        hours_per_su = "0.1"
        start = 2026-02-01T00:00:00Z
        """

    static let header =
        "JobIDRaw|JobID|Cluster|User|Account|Partition|QOS|Submit|Start|End|Suspended|State|AllocTRES"

    /// One of every kind of row there is.
    static let records = [
        header,
        "1|1|reef|ann|astro|cpu|normal|2026-01-10T00:00:00|2026-01-10T01:00:00|2026-01-10T03:00:00|00:00:00|COMPLETED|cpu=4,node=1",
        "1.batch|1.batch|reef||astro|||2026-01-10T01:00:00|2026-01-10T01:00:00|2026-01-10T03:00:00|00:00:00|COMPLETED|cpu=4",
        "2|2|reef|bob|astro|gpu|normal|2026-01-31T00:00:00|2026-01-31T23:00:00|2026-02-01T01:00:00|00:00:00|FAILED|cpu=1,gres/gpu=1",
        "3|3|reef|cid|bio|cpu|normal|2026-02-10T00:00:00|2026-02-10T00:00:00|2026-02-10T02:00:00|01:00:00|TIMEOUT|cpu=1",
        "4|4|reef|cid|bio|cpu|normal|2026-02-10T00:00:00|2026-02-10T00:00:00|2026-02-10T02:00:00|00:00:00|NODE_FAIL|cpu=1",
        "5|5|reef|cid|bio|cpu|normal|2026-02-10T00:00:00|Unknown|Unknown|00:00:00|PENDING|",
        "6|6|reef|cid|bio|cpu|normal|2026-02-10T00:00:00|2026-02-10T00:00:00|Unknown|00:00:00|RUNNING|cpu=1",
        "1|1|reef|ann|astro|cpu|normal|2026-01-10T00:00:00|2026-01-10T01:00:00|2026-01-10T03:00:00|00:00:00|COMPLETED|cpu=4,node=1",
        "7|7|reef|cid|bio|cpu|normal|yesterday|2026-02-10T00:00:00|2026-02-10T02:00:00|00:00:00|COMPLETED|cpu=1",
        "8|8|reef|cid|bio|cpu|normal|2026-03-01T04:00:00|2026-03-01T00:00:00|2026-03-01T05:00:00|00:00:00|COMPLETED|cpu=1",
        "9|9|reef|cid|bio|cpu|normal|2026-03-01T00:00:00|2026-03-01T01:00:00|2026-03-01T01:00:00|00:00:00|CANCELLED by 7|cpu=1",
    ]

    /// - Parameter records: the lines of one file.
    private func answer(
        _ arguments: [String], records: [String] = PriceTests.records,
        rates: String = PriceTests.rates, zone: [String] = ["--time-zone", "UTC"],
        in surroundings: Surroundings = .ofProcess
    ) throws -> (stdout: String, stderr: String) {
        try Folder.using { folder in
            let rateFile = try folder.file("rates.toml", rates)
            let recordFile = try folder.file("records.psv", records.joined(separator: "\n") + "\n")
            let price = try #require(
                try Atoll.parseAsRoot(
                    ["price", "--rates", rateFile] + zone + arguments + [recordFile]) as? Price)
            let answer = try price.answer(in: surroundings)
            return (
                folder.withoutItsName(answer.stdout), folder.withoutItsName(answer.stderr)
            )
        }
    }

    private static let problem =
        #"records.psv: skipped line 10, Submit: "yesterday" is not a time"#

    @Test func `a table, and below it what has to be known`() throws {
        let answer = try answer([])
        #expect(
            answer.stdout == """
                Account  Runs  CPU h  GPU h     SU
                -------  ----  -----  -----  -----
                astro       2  10.00   1.00  21.00
                bio         2   2.00   0.00   4.00
                -------  ----  -----  -----  -----
                total       4  12.00   1.00  25.00

                unrated: 1.00 GPU h of 1 run: no rate in force
                1 run split where a rate or factor changes
                10 rows: 4 runs priced.
                1 row passed over: never ran.
                2 rows passed over: not ended then.
                1 row passed over: free (BOOT_FAIL, NODE_FAIL).
                1 row passed over: there already, in an earlier row.

                """)
        #expect(answer.stderr == Self.problem)
    }

    @Test func `for programs the notes stand on stderr`() throws {
        let answer = try answer(["-P", "--by", "month,resource"])
        #expect(
            answer.stdout == """
                Month|Resource|Runs|Unit-hours|SU
                2026-01|CPU|1|8|8
                2026-02|CPU|2|3|5
                2026-02|GPU|1|1|10
                2026-03|CPU|1|1|2

                """)
        #expect(
            answer.stderr == Self.problem + "\n" + """
                unrated: 1.00 GPU h of 1 run: no rate in force
                1 run split where a rate or factor changes
                10 rows: 4 runs priced.
                1 row passed over: never ran.
                2 rows passed over: not ended then.
                1 row passed over: free (BOOT_FAIL, NODE_FAIL).
                1 row passed over: there already, in an earlier row.
                """)
    }

    @Test func `JSON is one object with all of it`() throws {
        let answer = try answer(["--json", "--by", "total", "-E", "2026-02-01"])
        #expect(
            answer.stdout == """
                {
                  "start": null,
                  "end": "2026-02-01T00:00:00Z",
                  "by": [],
                  "rows": [],
                  "total": {
                    "runs": 2,
                    "su": 9,
                    "resources": [
                      {
                        "resource": "CPU",
                        "runs": 2,
                        "unit_hours": 9,
                        "su": 9
                      }
                    ]
                  },
                  "split_runs": 0,
                  "spread_runs": 0,
                  "unrated": [
                    {
                      "resource": "GPU",
                      "reason": "no_rate",
                      "runs": 1,
                      "unit_hours": 1
                    }
                  ],
                  "unrated_clusters": [],
                  "not_priced": {
                    "unreadable": 1,
                    "never_ran": 1,
                    "not_ended": 2,
                    "free": 1,
                    "repeated": 1,
                    "outside_window": 2
                  }
                }

                """)
        #expect(answer.stderr == Self.problem)
    }

    @Test(
        arguments: [
            ("all of it", [], "25"), ("no state is free", ["--free", "none"], "29"),
            ("another state is free", ["--free", "FAILED,TIMEOUT"], "14"),
            ("from a time on", ["-S", "2026-02-01"], "16"),
            ("up to a time", ["-E", "2026-02-01"], "9"),
            ("half of a suspension", ["-S", "2026-02-10", "-E", "2026-02-10T01:00Z"], "1"),
        ] as [(String, [String], String)])
    func `what is chosen is what is priced`(case name: String, arguments: [String], su: String)
        throws
    {
        let answer = try answer(arguments + ["-P", "-n", "--by", "total"])
        #expect(answer.stdout.split(separator: "|").last == "\(su)\n")
    }

    /// As `import` reads them: TZ=UTC is not what sacct writes by itself.
    @Test(
        arguments: [
            ([], 0, "25"), ([], -3_600, "36"), (["--time-zone", "UTC"], -3_600, "25"),
            (["--time-zone=-01:00"], 0, "36"),
        ] as [([String], Int64, String)])
    func `times without a zone are this machine's, or those of the zone that is named`(
        row: (zone: [String], machine: Int64, su: String)
    ) throws {
        var here = Surroundings.ofProcess
        here.clock = LocalClock(now: here.clock.now, offsetSeconds: row.machine)
        let shown = try answer(["-P", "-n", "--by", "total"], zone: row.zone, in: here).stdout
        #expect(shown.split(separator: "|").last == "\(row.su)\n")
    }

    @Test func `a cluster can be named for records without one`() throws {
        let records = [
            "JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES",
            "1|ann|astro|cpu|1767300000|1767300000|1767303600|COMPLETED|cpu=2",
        ]
        #expect(throws: Failure.self) { try answer([], records: records) }
        let shown = try answer(["-M", "reef", "-P", "-n"], records: records).stdout
        #expect(shown == "astro|1|2|2\n")
    }

    /// The resource CPU is for reef alone.
    private static let ofReef =
        "[[cluster]]\nname = \"bay\"\n\n"
        + rates.replacing(
            "tres = \"cpu\"", with: "tres = \"cpu\"\nclusters = [\"reef\"]"
        ).replacing(
            "tres = \"gres/gpu\"", with: "tres = \"gres/gpu\"\nclusters = [\"bay\", \"reef\"]")

    @Test func `runs of a cluster that no rate is for are told, with what there is`() throws {
        let rows = [
            Self.records[0], Self.records[1],
            Self.records[8].replacing("1|1|reef", with: "1|1|pond"),
            Self.records[10].replacing("|reef|", with: "|pond|"),
        ]
        let answer = try answer([], records: rows, rates: Self.ofReef)
        #expect(
            answer.stdout.contains(
                "\n\nunrated: 2 runs of cluster pond: no resource of rates.toml is for it, only CPU "
                    + "(reef), GPU (bay, reef). Declare it there, and in their clusters; -M is for records that name "
                    + "none.\n"), "\(answer.stdout)")
        let json = try self.answer(["--json"], records: rows, rates: Self.ofReef).stdout
        #expect(json.contains("\"cluster\": \"pond\",\n      \"runs\": 2"), "\(json)")
        // Where all are so, there is nothing to show.
        let failure = #expect(throws: Failure.self) {
            try self.answer([], records: [rows[0]] + rows[2...], rates: Self.ofReef)
        }
        #expect(failure?.status == 1)
        #expect(failure?.message.contains("unrated: 2 runs of cluster pond: no resource") == true)
    }

    @Test(
        arguments: [
            (
                "no rates at all", "", records,
                "rates.toml: declares no resource; add a [[resource]] with a rate"
            ),
            (
                "an empty file", rates, [""],
                "records.psv: the header lacks JobIDRaw or JobID, User, Account, Partition, Submit, Start, End or Elapsed or ElapsedRaw, State, AllocTRES, Cluster; add them to sacct's --format"
            ),
        ] as [(String, String, [String], String)])
    func `what can't be used is told in one line`(
        case name: String, rates: String, records: [String], message: String
    ) throws {
        let failure = #expect(throws: Failure.self) {
            try answer([], records: records, rates: rates)
        }
        #expect(failure?.status == 1)
        #expect(failure?.message.hasSuffix(message) == true, "\(failure?.message ?? "")")
    }

    @Test func `a time that is none is wrong usage`() {
        let failure = #expect(throws: Failure.self) { try answer(["-S", "soon"]) }
        #expect(failure?.status == ExitStatus.usage)
    }

    @Test(arguments: [
        ["price"], ["price", "x"], ["price", "--rates", "x"],
        ["price", "--rates", "x", "--by", "colour", "y"],
        ["price", "--rates", "x", "--by", "user,user", "y"],
        ["price", "--rates", "x", "-P", "--json", "y"],
        ["price", "--rates", "x", "--free", "SAD", "y"],
        ["price", "--rates", "x", "--utc-offset", "+01:00", "y"],
    ])
    func `a wrong command line is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try Atoll.parseAsRoot(arguments) }
    }
}
