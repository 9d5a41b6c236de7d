/// The look at a whole import before anything of it is recorded: whether its runs stand in the books
/// already by another clock, read in the wrong time zone. Once some are recorded by the wrong one, nothing
/// tells the right one from it any more.

import Client
import Records
import Wire

struct ImportCheck {
    private var messages: ImportMessages
    private var progress: ImportProgress
    private var file = ""
    private var rowCount: Int64 = 0
    /// There is nothing in the books that these could be set beside.
    private(set) var isNeedless = false

    init(_ surroundings: Surroundings, _ daemon: any Daemon) {
        messages = ImportMessages(surroundings, daemon, reason: nil, isDryRun: true, .only)
        progress = ImportProgress(surroundings, "rows looked at")
    }

    /// A file begins; runs of several are looked at together.
    mutating func begin(_ name: String, byteCount: Int64?) {
        file = name
        progress.begin(name, byteCount: byteCount)
    }

    mutating func take(_ job: JobRecord, at line: Int64) throws {
        rowCount += 1
        // Only runs that have ended prove anything, and none of them may be thinned out.
        guard job.state.isFinished, job.start != nil, job.end != nil else { return }
        do {
            let row = ImportMessages.Row(file: file, line: line)
            if let answered = try messages.add(job, row) { try take(answered) }
        } catch let error as ClientError {
            throw failure(error)
        }
    }

    mutating func finish() throws {
        do {
            while let answered = try messages.rest() { try take(answered) }
        } catch let error as ClientError {
            throw failure(error)
        }
    }

    private mutating func take(_ answered: ImportMessages.Answered) throws {
        guard case .failure(let error) = answered.answer else {
            if case .success(let it) = answered.answer, it.areBooksEmpty { isNeedless = true }
            return
        }
        guard case .answered(let why) = error, why.code == .conflict,
            let first = answered.rows.first
        else { throw error }
        throw Failure(
            "\(first.file), line \(first.line) and further: \(why.message)\nNothing was recorded.")
    }

    private func failure(_ error: ClientError) -> Failure {
        Failure("\(error)\nNothing was recorded.")
    }

    mutating func tell(bytes: Int) { progress.tell(rows: rowCount, bytes: bytes) }

    func clearProgress() { progress.clear() }
}
