import Glibc
import Records
import Reports

/// Reads records from files one after the other; `-` is standard input.
struct RecordFiles {
    let paths: [String]
    let settings: ReadSettings

    /// What came of one file.
    struct Outcome {
        let path: String
        let rowCount: Int
        let passedOverCount: Int
        let problemCount: Int
        let problems: [RowProblem]
    }

    /// Hands over each job; `progress` hears of every chunk's records.
    func read(
        progress: inout RecordProgress, _ body: (JobRecord) -> Void
    ) throws -> [Outcome] {
        try paths.map { path in try readOne(path, progress: &progress, body) }
    }

    private func readOne(
        _ path: String, progress: inout RecordProgress, _ body: (JobRecord) -> Void
    ) throws -> Outcome {
        let name = path == "-" ? "(stdin)" : path
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure(name) }
        defer { if file != STDIN_FILENO { close(file) } }
        var reader = JobReader(settings)
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { chunk.deallocate() }
        do {
            while true {
                let count = Glibc.read(file, chunk.baseAddress, chunk.count)
                if count == 0 { break }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw Self.failure(name)
                }
                try reader.read(UnsafeRawBufferPointer(rebasing: chunk[..<count]), body)
                progress.tell(name, recordCount: reader.recordCount)
            }
            try reader.finish()
        } catch let error as RecordError {
            throw Failure("\(name): \(error)")
        }
        progress.ended(recordCount: reader.recordCount)
        return Outcome(
            path: name, rowCount: reader.rowCount, passedOverCount: reader.passedOverCount,
            problemCount: reader.problemCount, problems: reader.problems)
    }

    private static func failure(_ name: String) -> Failure {
        Failure("\(name): can't be read: \(String(cString: strerror(errno)))")
    }
}

/// How many records were read of all files so far.
struct RecordProgress {
    private var line: Progress
    private var recordCountBefore = 0

    init(_ surroundings: Surroundings) { line = Progress(surroundings) }

    /// - Parameter recordCount: of this file so far.
    mutating func tell(_ name: String, recordCount: Int) {
        let count = Int64(recordCountBefore + recordCount)
        line.tell { seconds in
            let rate = Int64(Double(count) / seconds)
            return "\(name.printable): \(count.grouped) records, \(rate.grouped) a second"
        }
    }

    /// A file is done; `recordCount` were in it.
    mutating func ended(recordCount: Int) { recordCountBefore += recordCount }

    func clear() { line.clear() }
}
