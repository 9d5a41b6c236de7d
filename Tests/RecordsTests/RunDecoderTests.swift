import Records
import Testing
import Units

/// What is priced is read by a way of its own, which must read nothing else than the whole record says.
@Suite struct RunDecoderTests {
    private struct Told: Equatable {
        var runs: [RunRecord] = []
        var problems: [RowProblem] = []
        var passedOver = 0
        var error: RecordError?
    }

    private static func told(by text: [UInt8], _ settings: ReadSettings) -> (runs: Told, jobs: Told)
    {
        var (runs, jobs) = (Told(), Told())
        var runReader = RunReader(settings)
        var jobReader = JobReader(settings)
        text.withUnsafeBytes { bytes in
            do throws(RecordError) {
                try runReader.read(bytes) { runs.runs.append($0) }
                try runReader.finish()
            } catch { runs.error = error }
            do throws(RecordError) {
                try jobReader.read(bytes) { jobs.runs.append(RunRecord($0)) }
                try jobReader.finish()
            } catch { jobs.error = error }
        }
        (runs.problems, runs.passedOver) = (runReader.problems, runReader.passedOverCount)
        (jobs.problems, jobs.passedOver) = (jobReader.problems, jobReader.passedOverCount)
        return (runs, jobs)
    }

    private static let header = [
        "JobID", "JobIDRaw", "Cluster", "User", "Account", "Partition", "QOS", "UID", "Submit",
        "Eligible", "Start", "End", "Elapsed", "Suspended", "State", "AllocTRES", "TimelimitRaw",
        "Reservation",
    ]
    private static let row = [
        "123", "123", "reef", "ada", "astro", "cpu", "normal", "1001", "2026-11-21T09:00:00",
        "2026-11-21T09:00:00", "2026-11-21T09:01:00", "2026-11-22T00:02:00", "15:01:00", "00:00:00",
        "COMPLETED", "billing=4,cpu=4,mem=4000M,node=1", "2880", "",
    ]
    private static let odd: [String] = [
        "", "0", "7", "-1", "123.batch", "123.0", "123_4", "123_4.0", "123_[1-9%2]", "123+1",
        "123+",
        "Unknown", "None", "N/A", "INVALID", "UNLIMITED", "Partition_Limit", "1764237600",
        "2026-02-29T00:00:00", "2028-02-29T00:00:00", "2026-11-21T24:00:00", "2026-11-21T23:60:00",
        "2026-11-21T23:59:60", "2026-11-21 09:00:00", "2026-11-21T09:00", "2026-11-21T09:00:00Z",
        "2026-11-21T09:00:0x", "2026-11-21T09:00:0\u{3a}", "2026-11-21T09;00;00", "1-02:03:04",
        "99:59:59", "100:00:00", "00:60:00", "00:00:61", "02:03", "02:03.500",
        "CANCELLED by 423120",
        "CANCELLED by", " CANCELLED", "RUNNING", "PENDING", "REQUEUED", "REVOKED", "SLEEPING",
        "NODE_FAIL", "cpu=1", "cpu", "cpu=x", "gres/gpu:h200=2,cpu=3", "99999999999999999999",
        "1000000001", "é", "a|b", "a\\b",
    ]

    private static func dump(_ rows: [[String]]) -> [UInt8] {
        Array(([header] + rows).map { $0.joined(separator: "|") + "\n" }.joined().utf8)
    }

    @Test(arguments: header.indices)
    func `whatever a column says, a run is read as its job is`(column: Int) {
        let rows = Self.odd.map { value in
            var row = Self.row
            row[column] = value
            return row
        }
        for offset in [0, 3_600, -19_800] as [Int64] {
            let settings = ReadSettings(zone: ZoneTable(offsetSeconds: offset))
            let (runs, jobs) = Self.told(by: Self.dump([Self.row] + rows + [Self.row]), settings)
            #expect(runs == jobs)
            #expect(runs.runs.count >= 2)
        }
    }

    @Test(arguments: header.indices)
    func `whatever column is missing, a run is read as its job is`(column: Int) {
        var (header, row) = (Self.header, Self.row)
        header.remove(at: column)
        row.remove(at: column)
        let text = [header, row].map { $0.joined(separator: "|") + "\n" }.joined()
        let (runs, jobs) = Self.told(by: Array(text.utf8), ReadSettings())
        #expect(runs == jobs)
    }

    @Test func `damaged rows are refused in the same words`() {
        var random = Random(seed: 11)
        let whole = Self.dump(Array(repeating: Self.row, count: 12))
        let bytes = Array("|\n0123456789-:T.,=_ \u{7f}".utf8)
        for _ in 0..<2_000 {
            var damaged = whole
            for _ in 0..<8 {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] = bytes.randomElement(using: &random) ?? 0
            }
            let (runs, jobs) = Self.told(by: damaged, ReadSettings())
            #expect(runs == jobs)
        }
    }

    @Test func `the gauge's stream prices as it is`() {
        var random = Random(seed: 3)
        var writer = RecordWriter<JobColumn>(
            Preamble(kind: .history, cluster: "reef", atEpochSeconds: 1),
            columns: JobColumn.written)
        for _ in 0..<200 { writer.write(JobRecord.random(using: &random).value) }
        writer.finish()
        let (runs, jobs) = Self.told(by: writer.takeBytes(), ReadSettings())
        #expect(runs == jobs)
        #expect(runs.runs.count == 200)
    }

    @Test func `every day of many years is the one that the calendar has`() throws {
        var row = Self.row
        var rows: [[String]] = []
        var starts: [Int64] = []
        for day in stride(from: Int64(0), to: 36_500, by: 1) {
            let start = Instant(epochSeconds: day * 86_400 + day % 86_400)
            row[10] = String(start.description.dropLast())
            rows.append(row)
            starts.append(start.epochSeconds)
        }
        let (runs, _) = Self.told(by: Self.dump(rows + rows), ReadSettings())
        #expect(runs.runs.map { $0.start?.epochSeconds } == starts + starts)
    }
}
