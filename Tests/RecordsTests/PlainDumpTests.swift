import Records
import Testing
import Units

/// `sacct -P` and `sacct -p` as people keep them.
@Suite struct PlainDumpTests {
    static let dump = """
        JobID|JobIDRaw|Cluster|Partition|QOS|Account|User|UID|Submit|Start|End|Elapsed|State|\
        NNodes|AllocTRES|Timelimit|JobName
        77|77|reef|gpu|normal|astro|ada|1001|2016-12-21T21:43:34|2016-12-22T07:03:30|\
        2016-12-30T03:43:09|7-20:39:39|COMPLETED|1|billing=12,cpu=12,mem=48000M,node=1|\
        125-00:00:00|a \\ name

        """

    @Test func `a row of sacct becomes a record`() throws {
        let read = try Reading(Self.dump)
        let job = try #require(read.jobs.first)
        #expect(read.problems.isEmpty)
        #expect(job.jobID == "77" && job.rawJobID == 77 && job.cluster == "reef")
        #expect(job.user == "ada" && job.uid == 1_001 && job.account == "astro")
        #expect(job.partition == "gpu" && job.qos == "normal" && job.state == .completed)
        #expect(job.submit.description == "2016-12-21T21:43:34Z")
        #expect(job.end?.description == "2016-12-30T03:43:09Z")
        #expect(job.elapsedSeconds == 679_179)
        #expect(job.allocTRES == TRESCounts([.billing: 12, .cpu: 12, .memory: 48_000, .node: 1]))
        #expect(job.timeLimitSeconds == 125 * 86_400 && job.nodeCount == 1)
        #expect(job.jobName == "a \\ name")
    }

    @Test func `a separator at the lines' ends changes nothing`() throws {
        let ended = Self.dump.split(separator: "\n").map { $0 + "|\n" }.joined()
        #expect(try Reading(ended).jobs == Reading(Self.dump).jobs)
    }

    @Test func `carriage returns and empty lines are read over`() throws {
        let windows = Self.dump.split(separator: "\n").joined(separator: "\r\n\r\n") + "\r\n"
        #expect(try Reading(windows).jobs == Reading(Self.dump).jobs)
    }

    @Test(arguments: [1, 2, 7, 64]) func `chunks may cut anywhere`(bytes: Int) throws {
        #expect(try Reading(Self.dump, chunkBytes: bytes).jobs == Reading(Self.dump).jobs)
    }

    @Test func `all missing columns are named at once`() {
        #expect(
            throws: RecordError.missingColumns([
                "JobIDRaw or JobID", "Submit", "End or Elapsed or ElapsedRaw", "AllocTRES",
            ])
        ) {
            try Reading("User|Account|Partition|Start|State\n")
        }
    }

    @Test func `without the column Cluster a cluster has to be named`() {
        #expect(throws: RecordError.missingColumns(["Cluster"])) {
            try Reading(dumpOf("State", "COMPLETED"), ReadSettings())
        }
    }

    @Test func `a column named twice is refused`() {
        #expect(throws: RecordError.repeatedColumn("User")) {
            try Reading("JobID|User|User\n")
        }
    }

    @Test func `nothing at all is an error`() {
        #expect(throws: RecordError.empty) { try Reading("") }
    }

    @Test func `a header alone is no error`() throws {
        let header = Self.dump.split(separator: "\n")[0] + "\n"
        #expect(try Reading(String(header)).jobs.isEmpty)
    }

    @Test func `steps are passed over and counted`() throws {
        let steps = ["123.batch", "123.extern", "123.0", "123_4.batch", "123+1.0"]
        for step in steps {
            let read = try Reading(dumpOf("JobID", step, over: ["JobIDRaw": "123.0"]))
            #expect(read.jobs.isEmpty && read.passedOver == 1 && read.problems.isEmpty)
        }
    }
}
