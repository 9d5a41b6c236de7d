import Records
import Testing
import Units

/// How single values are read, one row a value.
@Suite struct JobValueTests {
    @Test(
        arguments: [
            ("2026-11-21T09:00:00", 1_795_251_600), ("2026-11-21T09:00", 1_795_251_600),
            ("2026-11-21T10:00:00+01:00", 1_795_251_600), ("2026-11-21T09:00:00Z", 1_795_251_600),
            ("1795251600", 1_795_251_600), ("2024-02-29T23:59:59", 1_709_251_199),
            ("Unknown", nil), ("None", nil), ("", nil), ("0", nil),
        ] as [(String, Int64?)])
    func `a time is read`(text: String, epoch: Int64?) throws {
        #expect(try record("Eligible", text).eligible?.epochSeconds == epoch)
    }

    @Test(arguments: [
        "yesterday", "2026-02-29T00:00:00", "2026-13-01T00:00:00", "2026-11-21T24:00:00",
        "2026-11-21T09:60:00", "2026-11-21X09:00:00", "-5", "99999999999999999999", "253402300799",
    ])
    func `what is no time is refused`(text: String) throws {
        #expect(try complaint("Eligible", text) == "line 2, Eligible: \"\(text)\" is not a time")
    }

    @Test func `times without a zone are the dump's zone's`() throws {
        let settings = ReadSettings(zone: ZoneTable(offsetSeconds: 3_600), defaultCluster: "reef")
        let read = try Reading(dumpOf("Submit", "2026-11-21T10:00:00"), settings)
        #expect(read.jobs.first?.submit.epochSeconds == 1_795_251_600)
    }

    @Test(
        arguments: [
            ("00:01:00", 60), ("05:30", 330), ("7-20:39:39", 679_179), ("100:00:00", 360_000),
            ("00:00:01.500", 1), ("05:30.123", 330), ("59", 59), ("INVALID", nil), ("", 60),
        ] as [(String, Int64?)])
    func `a span is read`(text: String, seconds: Int64?) throws {
        #expect(try record("Elapsed", text).elapsedSeconds == seconds ?? 60)
    }

    @Test(
        arguments: [
            ("7", 7), ("999999999999999999", 999_999_999_999_999_999),
            ("1636645042902604800", 1_636_645_042_902_604_800), ("0000000000000000007", 7),
            ("13972004422869606400", 13_972_004_422_869_606_400), ("00000000000000000007", 7),
            ("18446744073709551615", UInt64.max), ("", nil), ("None", nil),
        ] as [(String, UInt64?)])
    func `a run's number is read, as wide as newer Slurms make it`(
        text: String, number: UInt64?
    ) throws {
        #expect(try record("DBIndex", text).dbIndex == number)
    }

    @Test(arguments: [
        "18446744073709551616", "99999999999999999999", "163664504290260480x", "-1", "1e9",
    ])
    func `what is no run's number is refused`(text: String) throws {
        let said = "line 2, DBIndex: \"\(text)\" is not a number"
        #expect(try complaint("DBIndex", text) == said)
    }

    @Test(arguments: ["1-05:30", "00:60:00", "1:2:3", "-1:00:00", "00:00:00:00", "1-", "one"])
    func `what is no span is refused`(text: String) throws {
        let said = "line 2, Elapsed: \"\(text)\" is not a span of time"
        #expect(try complaint("Elapsed", text) == said)
    }

    @Test(
        arguments: [
            ("Timelimit", "2-00:00:00", TimeLimit.seconds(172_800)),
            ("Timelimit", "01:00:00", .seconds(3_600)), ("TimelimitRaw", "60", .seconds(3_600)),
            ("Timelimit", "UNLIMITED", .unlimited), ("TimelimitRaw", "UNLIMITED", .unlimited),
            ("Timelimit", "Partition_Limit", .partitionLimit), ("Timelimit", "", nil),
        ] as [(String, String, TimeLimit?)])
    func `a time limit is read`(column: String, text: String, limit: TimeLimit?) throws {
        #expect(try record(column, text).timeLimit == limit)
    }

    @Test(arguments: ["TimelimitRaw", "TimeMinRaw"])
    func `a limit too long to be one is refused`(column: String) throws {
        let said = "line 2, \(column): \"999999999999999999\" is too long a time"
        #expect(try complaint(column, "999999999999999999") == said)
    }

    @Test(
        arguments: [
            ("123", nil, nil, nil, nil), ("123_4", 4, nil, nil, nil),
            ("123_[1-9%2]", nil, "1-9%2", nil, 9), ("123+1", nil, nil, 1, nil),
        ] as [(String, Int64?, String?, Int64?, Int64?)])
    func `a job id tells what the job is part of`(
        id: String, task: Int64?, tasks: String?, offset: Int64?, count: Int64?
    ) throws {
        let job = try record("JobID", id, over: ["JobIDRaw": "130"])
        #expect(job.jobID == id && job.rawJobID == 130)
        #expect(job.arrayJobID == (task == nil && tasks == nil ? nil : 123))
        #expect(job.arrayTaskID == task && job.arrayTaskString == tasks)
        #expect(job.hetOffset == offset && job.hetJobID == (offset == nil ? nil : 123))
        #expect(job.pendingTaskCount == count ?? 1)
    }

    @Test(arguments: ["", "abc", "12a", "123_", "123_x", "123_[]", "123+", "_4"])
    func `what is no job id is refused`(id: String) throws {
        let said = try complaint("JobID", id)
        #expect(said?.hasPrefix("line 2, JobID: ") == true)
    }

    @Test func `an array's task without JobIDRaw is refused, since its own number is unknown`()
        throws
    {
        let text = dumpOf("JobID", "123_4", without: "JobIDRaw")
        let said = "line 2, JobID: \"123_4\" needs the column JobIDRaw beside it"
        #expect(try Reading(text).problems.map(\.description) == [said])
    }

    @Test func `without End it is reckoned from what was run and suspended`() throws {
        let text = """
            JobID|User|Account|Partition|Submit|Start|ElapsedRaw|Suspended|State|AllocTRES
            1|ada|astro|cpu|1795251600|1795251700|60|00:00:10|COMPLETED|cpu=1
            2|ada|astro|cpu|1795251600|1795251700|60|0|RUNNING|cpu=1

            """
        let jobs = try Reading(text).jobs
        #expect(jobs.map { $0.end?.epochSeconds } == [1_795_251_770, nil])
    }
}
