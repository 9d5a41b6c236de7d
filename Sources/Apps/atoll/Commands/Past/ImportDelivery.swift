/// The rows of an import on their way to the daemon: some hundred in a message, a few messages under
/// way at once, so that neither waits for the other.

import Client
import Records
import Reports
import Units
import Wire

struct ImportDelivery {
    /// A message stays below the daemon's limit for anybody's line.
    static let batchBytes = 44 << 10
    static let messagesUnderWay = 8

    private struct Batch {
        var cluster: String
        var writer: RecordWriter<JobColumn>
        /// Line and row, to be told should it be rejected.
        var rows: [(line: Int64, row: String)] = []
    }

    private let surroundings: Surroundings
    private var daemon: any Daemon
    private let reason: String?
    private let isDryRun: Bool
    private var rejects: RejectsFile
    private var batches: [String: Batch] = [:]
    private var underWay: [(request: Request, rows: [(line: Int64, row: String)])] = []
    private var progress: Progress
    private var file = ""
    private var bytesLeft: Int64?
    private var bytesRead: Int64 = 0
    private var batchNumber: Int64 = 0

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
        rejects: RejectsFile
    ) {
        (self.surroundings, self.daemon) = (surroundings, daemon)
        (self.reason, self.isDryRun, self.rejects) = (reason, isDryRun, rejects)
        progress = Progress(surroundings)
    }

    /// A file begins.
    mutating func begin(_ name: String, byteCount: Int64?) {
        (file, bytesLeft, bytesRead) = (name, byteCount, 0)
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
        var batch = batches[job.cluster] ?? Batch(cluster: job.cluster, writer: writer(job.cluster))
        // Taken out meanwhile, so that it isn't copied.
        batches[job.cluster] = nil
        batch.writer.write(job.value)
        batch.rows.append((number, text(line)))
        guard batch.writer.byteCount >= Self.batchBytes else {
            batches[job.cluster] = batch
            return
        }
        try send(batch)
    }

    /// Sends what waits and takes all answers.
    mutating func finish() throws {
        for batch in batches.values.sorted(by: { $0.cluster < $1.cluster }) { try send(batch) }
        batches = [:]
        while !underWay.isEmpty { try receive() }
        try rejects.flush()
    }

    private static let columns: [JobColumn] = [
        .jobID, .jobIDRaw, .arrayJobID, .user, .uid, .account, .partition, .qos, .submit, .start,
        .end, .suspended, .state, .allocTRES, .timeLimitRaw, .reservation,
    ]

    private func writer(_ cluster: String) -> RecordWriter<JobColumn> {
        RecordWriter(
            Preamble(
                kind: .history, cluster: cluster,
                atEpochSeconds: surroundings.clock.now.epochSeconds), columns: Self.columns)
    }

    private mutating func send(_ batch: Batch) throws {
        var batch = batch
        batch.writer.finish()
        if underWay.count >= Self.messagesUnderWay { try receive() }
        batchNumber += 1
        guard let id = RequestID("import-\(batchNumber)") else {
            preconditionFailure("a word and a number are an id")
        }
        let request = Request(
            id: id,
            .importRecords(
                .init(
                    cluster: batch.cluster,
                    records: String(decoding: batch.writer.takeBytes(), as: UTF8.self),
                    reason: reason, dryRun: isDryRun)))
        try daemon.send(request)
        underWay.append((request, batch.rows))
    }

    private mutating func receive() throws {
        let (request, rows) = underWay.removeFirst()
        let reply: Reply
        do throws(ClientError) {
            reply = try daemon.receive(request) { _ in }
        } catch {
            throw Failure(
                "\(error)\nWhat was recorded stands: \(counts.recorded.grouped) runs by what was "
                    + "answered. Import the same files again; those are passed over.")
        }
        guard case .importRecords(let it) = reply else { throw Failure.oddAnswer }
        counts += it.counts
        for sum in it.sums { add(sum) }
        for row in it.rejected {
            guard rows.indices.contains(Int(row.row)) else { throw Failure.oddAnswer }
            let (line, text) = rows[Int(row.row)]
            rejects.add(text, line: line, row.reason)
        }
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

    // MARK: Progress

    mutating func tell(bytes: Int) {
        bytesRead += Int64(bytes)
        let (count, read, size, file) = (rowCount, bytesRead, bytesLeft, file)
        progress.tell { seconds in
            importProgress(file, rows: count, bytes: read, of: size, seconds: seconds)
        }
    }

    func clearProgress() { progress.clear() }
}

extension ImportCounts {
    var recorded: Int64 { charged + free + unrated + unplaced }
}

/// How far an import has come, its rate, and how long it will take where that is known.
///
/// - Parameters:
///   - bytes: of the file so far.
///   - size: of the file; nil: not known before it is read.
func importProgress(
    _ file: String, rows: Int64, bytes: Int64, of size: Int64?, seconds: Double
) -> String {
    let rate = Int64(Double(rows) / max(seconds, 0.1))
    var text = "\(file.printable): \(rows.grouped) rows, \(rate.grouped) a second"
    if let size, bytes > 0, size > bytes {
        let left = Int64(seconds * Double(size - bytes) / Double(bytes))
        text += ", \(slurmDuration(seconds: left)) left"
    }
    return text
}
