import Records
import Reports

/// Reads runs from files one after the other; `-` is standard input.
struct RecordFiles {
    let paths: [String]
    let settings: ReadSettings

    /// Rows of a file that can't be read: how many, and the first of them.
    struct Outcome {
        let path: String
        let problemCount: Int
        let problems: [RowProblem]
    }

    /// Hands over each run and tells `surroundings` how far it has come.
    func read(
        in surroundings: Surroundings, _ body: (RunRecord) -> Void
    ) throws -> [Outcome] {
        var progress = RecordProgress(surroundings)
        defer { progress.clear() }
        return try paths.map { path in
            let name = path == "-" ? "(stdin)" : path
            var reader = RunReader(settings)
            do {
                try surroundings.readPieces(path) { piece in
                    try reader.read(piece, body)
                    progress.tell(name, recordCount: reader.recordCount)
                }
                try reader.finish()
            } catch let error as RecordError {
                throw Failure("\(name): \(error)")
            }
            progress.ended(recordCount: reader.recordCount)
            return Outcome(
                path: name, problemCount: reader.problemCount, problems: reader.problems)
        }
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
