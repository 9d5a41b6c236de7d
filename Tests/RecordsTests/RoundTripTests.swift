import Records
import Testing
import Units

/// What is written reads back as the same, whatever the values and however the bytes are cut.
@Suite struct RoundTripTests {
    @Test(arguments: 1...40) func `records read back as they were written`(seed: UInt64) throws {
        var random = Random(seed: seed)
        let jobs = (0..<Int.random(in: 0...30, using: &random)).map { _ in
            JobRecord.random(using: &random)
        }
        var writer = RecordWriter<JobColumn>(
            Preamble(kind: .history, cluster: "reef", atEpochSeconds: 1_795_251_600),
            columns: JobColumn.written)
        for job in jobs { writer.write(job.value) }
        writer.finish()
        let bytes = writer.takeBytes()
        var reader = JobReader()
        var read: [JobRecord] = []
        var place = 0
        while place < bytes.count {
            let end = min(bytes.count, place + Int.random(in: 1...200, using: &random))
            read += try reader.read(Array(bytes[place..<end]))
            place = end
        }
        try reader.finish()
        #expect(reader.problems == [])
        #expect(read == jobs, "seed \(seed)")
    }
}

/// SplitMix64: a seed's numbers are the same everywhere.
struct Random: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension JobRecord {
    static func random(using random: inout Random) -> JobRecord {
        let id = Int64.random(in: 1...99_999_999, using: &random)
        // An ended run: what is reckoned where it is not told would otherwise differ.
        var job = JobRecord(
            cluster: "reef", jobID: String(id), rawJobID: id, partition: "cpu",
            submit: instant(&random), status: JobStatus(.running))
        job.status = JobStatus(JobState.allCases.randomElement(using: &random) ?? .failed)
        job.status.flags = JobStatus(parsing: job.state.rawValue)?.flags ?? []
        if Bool.random(using: &random) { job.status.flags.insert(.completing) }
        if job.state == .cancelled { job.status.cancelledByUID = 4_711 }
        (job.user, job.account) = (word(&random), word(&random))
        (job.qos, job.jobName, job.comment) = (word(&random), word(&random), word(&random))
        (job.adminComment, job.reservation) = (word(&random), word(&random))
        job.start = instant(&random)
        job.end = job.start?.advanced(bySeconds: Int64.random(in: 0...99_999, using: &random))
        job.elapsedSeconds = Int64.random(in: 0...99_999, using: &random)
        job.uid = maybe(&random)
        job.nodeCount = maybe(&random)
        job.taskCount = maybe(&random)
        job.dbIndex = [nil, 7, UInt64.max].randomElement(using: &random) ?? nil
        job.restarts = maybe(&random)
        job.arrayThrottle = maybe(&random)
        job.priority = maybe(&random)
        job.suspendedSeconds = maybe(&random)
        job.preSuspendSeconds = maybe(&random)
        job.timeLimit =
            [nil, .unlimited, .partitionLimit, .seconds(3_600)]
            .randomElement(using: &random) ?? nil
        job.isExclusive = [nil, true, false].randomElement(using: &random) ?? nil
        job.allocTRES[.cpu] = Int64.random(in: 1...512, using: &random)
        job.allocTRES[.memory] = Int64.random(in: 1...1_000_000, using: &random)
        job.reqTRES = job.allocTRES
        if Bool.random(using: &random) {
            (job.arrayJobID, job.arrayTaskID) = (id, 7)
            job.jobID = "\(id)_7"
        }
        return job
    }

    private static func instant(_ random: inout Random) -> Instant {
        Instant(epochSeconds: Int64.random(in: 1...4_000_000_000, using: &random))
    }

    private static func maybe(_ random: inout Random) -> Int64? {
        Bool.random(using: &random) ? Int64.random(in: 0...1_000_000, using: &random) : nil
    }

    /// Nil or a text of the characters that could break a line.
    private static func word(_ random: inout Random) -> String? {
        let alphabet: [Character] = [
            "a", "|", "\\", "\n", "#", "n", "é", "🪸", " ", "=", "\r", "\t",
        ]
        let count = Int.random(in: 0...12, using: &random)
        let text = String((0..<count).compactMap { _ in alphabet.randomElement(using: &random) })
        return text.isEmpty ? nil : text
    }
}
