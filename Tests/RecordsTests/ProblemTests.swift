import Records
import Testing

/// A bad row costs only itself.
@Suite struct ProblemTests {
    static let header = "JobIDRaw|User|Account|Partition|Submit|Start|End|State|AllocTRES\n"
    static let good = "1|ada|astro|cpu|1795251600|||PENDING|\n"

    @Test(arguments: [
        ("1|ada|astro", "line 3: 3 values, the header has 9 columns"),
        (
            "1|ada|astro|cpu|1|||PENDING||x",
            "line 3: more values than the header's 9 columns; a value may hold a |"
        ),
        ("1|ada|astro|cpu||||PENDING|", "line 3, Submit: is empty"),
        (
            "1|ada|astro|cpu|1795251600|||PENDING|cpu",
            "line 3, AllocTRES: \"cpu\" is not a list of TRES"
        ),
        ("x|ada|astro|cpu|1795251600|||PENDING|", "line 3, JobIDRaw: \"x\" is not a job id"),
    ])
    func `it is reported with its line, column and reason`(row: String, said: String) throws {
        let read = try Reading(Self.header + Self.good + row + "\n" + Self.good)
        #expect(read.problems.map(\.description) == [said])
        #expect(read.jobs.count == 2)
    }

    @Test func `a last line without its end may have been cut, so it is not read`() throws {
        let read = try Reading(Self.header + Self.good + Self.good.dropLast())
        #expect(read.jobs.count == 1)
        #expect(read.problems.map(\.line) == [3])
    }

    @Test(arguments: [3, 1 << 20]) func `a line too long is passed over`(chunk: Int) throws {
        let settings = ReadSettings(defaultCluster: "reef", maxLineBytes: 100)
        let long = String(repeating: "x", count: 300) + "\n"
        let read = try Reading(
            Self.header + Self.good + long + Self.good, settings, chunkBytes: chunk)
        #expect(read.jobs.count == 2)
        #expect(read.problems.map(\.line) == [3])
    }

    @Test func `only so many are kept, all are counted`() throws {
        var reader = JobReader(ReadSettings(defaultCluster: "reef", maxProblemsKept: 2))
        let text = Self.header + String(repeating: "bad\n", count: 5)
        #expect(try reader.read(Array(text.utf8)).isEmpty)
        #expect(reader.problems.count == 2 && reader.problemCount == 5 && reader.rowCount == 5)
    }

    @Test func `bytes that are no UTF-8 are replaced, not refused`() throws {
        var reader = JobReader(ReadSettings(defaultCluster: "reef"))
        let row = Array("1|a".utf8) + [0xff] + Array("b|astro|cpu|1795251600|||PENDING|\n".utf8)
        let jobs = try reader.read(Array(Self.header.utf8) + row)
        #expect(jobs.map(\.user) == ["a\u{fffd}b"])
    }
}
