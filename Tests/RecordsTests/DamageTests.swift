import Records
import Testing
import Units

/// Whatever bytes come, the reader answers with records, problems or an error, and nothing worse.
///
/// The reader works on borrowed memory; run it with --sanitize=address to see that it keeps to it.
@Suite struct DamageTests {
    private static let dump = Array(
        (dumpOf("JobID", "123_[1-9%2]", over: ["Elapsed": "1-00:00:00.5", "UID": "7"])
            + dumpOf("JobID", "123+1.0").split(separator: "\n")[1] + "\n").utf8)

    private static let stream: [UInt8] = {
        var random = Random(seed: 1)
        var writer = RecordWriter<JobColumn>(
            Preamble(kind: .jobs, cluster: "reef", atEpochSeconds: 1), columns: JobColumn.written)
        for _ in 0..<4 { writer.write(JobRecord.random(using: &random).value) }
        writer.finish()
        return writer.takeBytes()
    }()

    @Test(arguments: ["dump", "stream"]) func `damaged bytes do no harm`(of what: String) {
        let whole = what == "dump" ? Self.dump : Self.stream
        var random = Random(seed: 7)
        let interesting = Array("|\\\n#0-:[]+._%,=. \0\u{7f}".utf8) + [0xff, 0x80]
        for _ in 0..<600 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = interesting.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(interesting.randomElement(using: &random) ?? 0, at: place)
                }
            }
            var reader = JobReader(.test)
            var records = 0
            do {
                var place = 0
                while place < bytes.count {
                    let end = min(bytes.count, place + Int.random(in: 1...300, using: &random))
                    try bytes[place..<end].withUnsafeBytes { chunk in
                        try reader.read(chunk) { _ in records += 1 }
                    }
                    place = end
                }
                try reader.finish()
            } catch {
                // As good an answer as records.
            }
            #expect(records == reader.recordCount)
            #expect(
                reader.recordCount + reader.passedOverCount + reader.problemCount
                    == reader.rowCount)
        }
    }
}
