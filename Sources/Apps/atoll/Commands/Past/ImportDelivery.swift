/// An import's way into the books: what its rows came to, those that were rejected, and how far it is.

import Client
import Records
import Reports
import Units
import Wire

struct ImportDelivery {
    private let isDryRun: Bool
    private var messages: ImportMessages
    private var rejects: RejectsFile
    private var progress: ImportProgress
    private var file = ""

    private(set) var counts = ImportCounts()
    private(set) var sums: [String: ImportSum] = [:]
    private(set) var rowCount: Int64 = 0
    var passedOver: Int64 = 0
    var rejectedCount: Int64 { rejects.count }
    var rejectsPath: String { rejects.path }
    /// For people: all files that were written.
    var rejectsPaths: String { rejects.paths.joined(separator: ", ") }

    init(
        _ surroundings: Surroundings, _ daemon: any Daemon, reason: String?, isDryRun: Bool,
        isChecked: Bool, rejects: RejectsFile
    ) {
        (self.isDryRun, self.rejects) = (isDryRun, rejects)
        messages = ImportMessages(
            surroundings, daemon, reason: reason, isDryRun: isDryRun,
            isChecked ? .done : .each)
        progress = ImportProgress(surroundings, "rows")
    }

    /// A file begins.
    mutating func begin(_ name: String, byteCount: Int64?) throws {
        // What is rejected of the one before is written under its name and header.
        try settle()
        file = name
        progress.begin(name, byteCount: byteCount)
        rejects.begin(name)
    }

    mutating func header(_ line: UnsafeRawBufferPointer) { rejects.header(text(line)) }

    mutating func reject(_ row: String, at line: Int64, because reason: String) {
        rowCount += 1
        rejects.add(row, line: line, reason)
    }

    mutating func deliver(
        _ job: JobRecord, _ line: UnsafeRawBufferPointer, at number: Int64
    ) throws {
        rowCount += 1
        do {
            let row = ImportMessages.Row(file: file, line: number, text: text(line))
            if let answered = try messages.add(job, row) { try take(answered) }
        } catch let error as ClientError {
            throw failure(error)
        }
    }

    /// Sends what waits and takes all answers.
    mutating func finish() throws {
        try settle()
        try rejects.flush()
    }

    private mutating func settle() throws {
        do {
            while let answered = try messages.rest() { try take(answered) }
        } catch let error as ClientError {
            throw failure(error)
        }
    }

    private mutating func take(_ answered: ImportMessages.Answered) throws {
        let it = try answered.answer.get()
        counts += it.counts
        for sum in it.sums { add(sum) }
        for row in it.rejected {
            guard answered.rows.indices.contains(Int(row.row)) else { throw Failure.oddAnswer }
            let its = answered.rows[Int(row.row)]
            rejects.add(its.text, line: its.line, row.reason)
        }
    }

    /// Says what stands. A refusal is the same the next time, and what was under way beside it has its
    /// answer soon; what broke off goes on where it stopped.
    private mutating func failure(_ error: ClientError) -> Failure {
        guard !isDryRun else { return Failure("\(error)\nDry run: nothing was recorded.") }
        guard error.isRefusal else {
            return Failure(
                "\(error)\nWhat was recorded stands: at least \(counts.recorded.of("run")). Import the "
                    + "same again; what is in the books is passed over.")
        }
        var isWhole = true
        while let answered = try? messages.receive() {
            switch answered.answer {
            case .success(let it): counts += it.counts
            case .failure(let other): isWhole = isWhole && other.isRefusal
            }
        }
        guard counts.recorded > 0 || !isWhole else {
            return Failure("\(error)\nNothing was recorded.")
        }
        let count = (isWhole ? "" : "at least ") + counts.recorded.of("run")
        return Failure("\(error)\nWhat was recorded before stands: \(count).")
    }

    private mutating func add(_ more: ImportSum) {
        let key = "\(more.account)|\(more.allocation ?? "")"
        guard var sum = sums[key] else {
            sums[key] = more
            return
        }
        sum.runs += more.runs
        sum.amount += more.amount
        sums[key] = sum
    }

    mutating func tell(bytes: Int) { progress.tell(rows: rowCount, bytes: bytes) }

    func clearProgress() { progress.clear() }
}

extension ClientError {
    /// Decided: asked again, it is the same.
    fileprivate var isRefusal: Bool {
        if case .answered(let error) = self { error.kind == .refused } else { false }
    }
}

extension ImportCounts {
    var recorded: Int64 { charged + free + unrated + unplaced }
}

/// How far an import has come in the file that is read.
struct ImportProgress {
    private var line: Progress
    private let noun: String
    private var file = ""
    private var byteCount: Int64?
    private var bytesRead: Int64 = 0

    /// - Parameter noun: what is counted: `rows`.
    init(_ surroundings: Surroundings, _ noun: String) {
        (line, self.noun) = (Progress(surroundings), noun)
    }

    mutating func begin(_ file: String, byteCount: Int64?) {
        (self.file, self.byteCount, bytesRead) = (file, byteCount, 0)
    }

    mutating func tell(rows: Int64, bytes: Int) {
        bytesRead += Int64(bytes)
        let (read, size, file, noun) = (bytesRead, byteCount, file, noun)
        line.tell { seconds in
            importProgress(file, rows: rows, noun, bytes: read, of: size, seconds: seconds)
        }
    }

    func clear() { line.clear() }
}

/// How far an import has come, its rate, and how long it will take where that is known.
///
/// - Parameters:
///   - bytes: of the file so far.
///   - size: of the file; nil: not known before it is read.
func importProgress(
    _ file: String, rows: Int64, _ noun: String = "rows", bytes: Int64, of size: Int64?,
    seconds: Double
) -> String {
    let rate = Int64(Double(rows) / max(seconds, 0.1))
    var text = "\(file.printable): \(rows.grouped) \(noun), \(rate.grouped) a second"
    if let size, bytes > 0, size > bytes {
        let left = Int64(seconds * Double(size - bytes) / Double(bytes))
        text += ", \(slurmDuration(seconds: left)) left"
    }
    return text
}
