import Records
import Testing
import Units

/// What is particular to streams that the gauge writes.
@Suite struct GaugeStreamTests {
    static let header = "JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES|JobName"
    static let first = "#atoll-records 1 kind=jobs cluster=reef at=1795251600 slurm=22.05.8"
    static let row = "1|ada|astro|cpu|1795251600|||PENDING||"

    static func stream(_ rows: [String], end: String?) -> String {
        ([first, header] + rows + (end.map { [$0] } ?? [])).joined(separator: "\n") + "\n"
    }

    @Test(arguments: [
        ("a\\|b", "a|b"), ("a\\\\b", "a\\b"), ("a\\nb", "a\nb"), ("\\\\n", "\\n"),
        ("\\|\\|", "||"), ("plain", "plain"), ("ends\\\\", "ends\\"),
    ])
    func `escapes are undone`(written: String, read: String) throws {
        let text = Self.stream([Self.row + written], end: "#end rows=1")
        #expect(try Reading(text, ReadSettings()).jobs.map(\.jobName) == [read])
    }

    @Test func `the first line names the cluster and more`() throws {
        var reader = JobReader()
        _ = try reader.read(Array(Self.stream([Self.row], end: "#end rows=1").utf8))
        try reader.finish()
        let preamble = try #require(reader.preamble)
        #expect(preamble.kind == .jobs && preamble.cluster == "reef")
        #expect(preamble.atEpochSeconds == 1_795_251_600)
        #expect(preamble.attributes == ["slurm": "22.05.8"])
        #expect(preamble.description == Self.first)
    }

    @Test(
        arguments: [
            (nil, RecordError.truncated(rowsRead: 1, rowsTold: nil)),
            ("#end rows=2", .truncated(rowsRead: 1, rowsTold: 2)),
            ("#end", .truncated(rowsRead: 1, rowsTold: nil)),
            ("#end rows=1\n" + row, .contentAfterEnd(line: 5)),
        ] as [(String?, RecordError)])
    func `a stream that is not whole is an error`(end: String?, error: RecordError) {
        #expect(throws: error) { try Reading(Self.stream([Self.row], end: end)) }
    }

    @Test func `cut at any byte, a stream is never taken for whole`() {
        let whole = Array(Self.stream([Self.row, Self.row], end: "#end rows=2").utf8)
        for count in 0..<whole.count {
            #expect(throws: RecordError.self, "cut at \(count)") {
                var reader = JobReader()
                _ = try reader.read(Array(whole[..<count]))
                try reader.finish()
            }
        }
    }

    @Test(arguments: [
        ("#atoll-records 2 kind=jobs cluster=reef at=1", RecordError.unknownVersion("2")),
        ("#atoll-records", .malformedPreamble("#atoll-records")),
        (
            "#atoll-records 1 kind=nodes cluster=reef at=1",
            .wrongKind(found: "nodes", expected: "jobs or history")
        ),
        ("#atoll-records 1 kind=jobs at=1", .malformedPreamble("#atoll-records 1 kind=jobs at=1")),
    ])
    func `a first line that does not fit is refused`(line: String, error: RecordError) {
        #expect(throws: error) { try Reading(line + "\n") }
    }

    @Test func `licences and nodes are read where slurmctld alone tells them`() throws {
        let text = """
            \(Self.first)
            \(Self.header)|ReqTRES|Licenses|NodeList
            1|ada|astro|cpu|1795251600|||RUNNING|cpu=1,license/a=3||cpu=1|a:2,b,c:x,d=4|n[1-2]
            2|ada|astro|cpu|1795251600|||PENDING|||cpu=1|a:2|
            3|ada|astro|cpu|1795251600|||COMPLETED|cpu=1||cpu=1||None assigned
            #end rows=3

            """
        let jobs = try Reading(text).jobs
        let licences = { (job: JobRecord, tres: KeyPath<JobRecord, TRESCounts>) in
            ["a", "b", "c", "d"].map { job[keyPath: tres][TRESName("license/" + $0)] }
        }
        #expect(licences(jobs[0], \.allocTRES) == [3, 1, 0, 4])
        #expect(licences(jobs[1], \.allocTRES) == [0, 0, 0, 0])
        #expect(licences(jobs[1], \.reqTRES) == [2, 0, 0, 0])
        #expect(jobs.map(\.nodeList) == ["n[1-2]", nil, nil])
    }

    @Test func `GPUs that only gres_total tells are allocated ones`() throws {
        let text = """
            \(Self.first)
            \(Self.header)|GresTotal|TresPerNode|NNodes
            1|ada|astro|cpu|1795251600|||RUNNING|cpu=1||gres:gpu:h200:2,craynetwork:1||1
            2|ada|astro|cpu|1795251600|||RUNNING|cpu=1,gres/gpu=4||gpu:2||1
            3|ada|astro|cpu|1795251600|||PENDING||||gres:gpu:2|3
            #end rows=3

            """
        let jobs = try Reading(text).jobs
        let gpu = TRESName("gres/gpu")
        #expect(jobs.map { $0.allocTRES[gpu] } == [2, 4, 0])
        #expect(jobs[0].allocTRES[TRESName("gres/gpu:h200")] == 2)
        #expect(jobs[0].allocTRES[TRESName("gres/craynetwork")] == 1)
        #expect(jobs.map { $0.reqTRES[gpu] } == [0, 0, 6])
    }
}
