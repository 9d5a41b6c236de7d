/// The rows of an import on their way to the daemon: about a thousand in a message, a few messages under
/// way at once, so that neither waits for the other.

import Client
import Records
import Units
import Wire

struct ImportMessages {
    /// Most of what is paid once a message is paid once an allocation. The daemon takes lines of some MiB
    /// from operators, and nobody else may import.
    static let batchBytes = 120 << 10
    /// An admission may have to wait for what they became, one after the other.
    static let messagesUnderWay = 4

    /// A row and where it stands, to be told should it be rejected.
    struct Row {
        let file: String
        let line: Int64
        /// As it was; empty where nobody needs it.
        var text = ""
    }

    private struct Batch {
        var cluster: String
        var writer: RecordWriter<JobColumn>
        var rows: [Row] = []
    }

    private let surroundings: Surroundings
    private var daemon: any Daemon
    private let reason: String?
    private let isDryRun: Bool
    private let check: Request.Import.Check
    private var batches: [String: Batch] = [:]
    private var underWay: [(request: Request, rows: [Row])] = []
    private var sentCount: Int64 = 0

    init(
        _ surroundings: Surroundings, _ daemon: any Daemon, reason: String?, isDryRun: Bool,
        _ check: Request.Import.Check
    ) {
        (self.surroundings, self.daemon, self.check) = (surroundings, daemon, check)
        (self.reason, self.isDryRun) = (reason, isDryRun)
    }

    /// A message's end: its rows, and what was answered.
    typealias Answered = (rows: [Row], answer: Result<Reply.Import, ClientError>)

    /// Takes a row along.
    ///
    /// - Returns: an answer, where one had to be waited for.
    mutating func add(_ job: JobRecord, _ row: Row) throws -> Answered? {
        var batch = batches[job.cluster] ?? Batch(cluster: job.cluster, writer: writer(job.cluster))
        // Taken out meanwhile, so that it isn't copied.
        batches[job.cluster] = nil
        batch.writer.write(job.value)
        batch.rows.append(row)
        guard batch.writer.byteCount >= Self.batchBytes else {
            batches[job.cluster] = batch
            return nil
        }
        return try send(batch)
    }

    /// Sends what waits, then gives one answer after the other; nil: that was all.
    mutating func rest() throws -> Answered? {
        if let cluster = batches.keys.min(), let batch = batches.removeValue(forKey: cluster) {
            if let answered = try send(batch) { return answered }
            return try rest()
        }
        return try receive()
    }

    /// The next answer of what is under way; nil: nothing is.
    mutating func receive() throws -> Answered? {
        guard !underWay.isEmpty else { return nil }
        let (request, rows) = underWay.removeFirst()
        let reply: Reply
        do throws(ClientError) {
            reply = try daemon.receive(request) { _ in }
        } catch {
            return (rows, .failure(error))
        }
        guard case .importRecords(let it) = reply else { throw Failure.oddAnswer }
        return (rows, .success(it))
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

    private mutating func send(_ batch: Batch) throws -> Answered? {
        var batch = batch
        batch.writer.finish()
        let answered = underWay.count >= Self.messagesUnderWay ? try receive() : nil
        sentCount += 1
        guard let id = RequestID("\(check == .only ? "check" : "import")-\(sentCount)") else {
            preconditionFailure("a word and a number are an id")
        }
        let request = Request(
            id: id,
            .importRecords(
                .init(
                    cluster: batch.cluster,
                    records: String(decoding: batch.writer.takeBytes(), as: UTF8.self),
                    reason: reason, dryRun: isDryRun || check == .only, check: check)))
        try daemon.send(request)
        underWay.append((request, batch.rows))
        return answered
    }
}
