/// Runs and claims read off many rows: by the place of their columns, and each text of counts once.

import Books
import GRDB
import Ledger
import Registry
import Units

/// The counts that rows have as texts: a few hundred texts stand in thousands of rows.
struct StoredCounts {
    private var known: [String: TRESCounts] = [:]

    mutating func counts(_ text: String, of column: String) throws -> TRESCounts {
        if let counts = known[text] { return counts }
        guard let counts = try? TRESCounts(parsing: text) else {
            throw DamagedRow(description: "\(column) is \"\(text)\"")
        }
        known[text] = counts
        return counts
    }
}

extension BareStatement.Columns {
    func instant(_ place: Int32) -> Instant { Instant(epochSeconds: integer(place)) }

    func optionalInstant(_ place: Int32) -> Instant? {
        optionalInteger(place).map(Instant.init(epochSeconds:))
    }

    func amount(_ place: Int32) -> ServiceUnits { ServiceUnits(microSU: integer(place)) }

    func word<Word: RawRepresentable<String>>(_ place: Int32, of column: String) throws -> Word {
        let text = text(place)
        guard let word = Word(rawValue: text) else {
            throw DamagedRow(description: "\(column) is \"\(text)\"")
        }
        return word
    }
}

extension BareStatement.Parameters {
    mutating func add(_ key: RunKey) {
        add(key.jobID)
        add(key.submit.epochSeconds)
        add(key.resize)
        add(key.cluster)
    }
}

extension TableShape {
    /// The columns of a SELECT, in the order in which the rows are read.
    var selected: String { columns.map { "\(name).\($0)" }.joined(separator: ", ") }
}

extension Run {
    /// In the order in which `init(_: BareStatement.Columns, _:)` takes them.
    static let columns = TableShape.runs.selected
    /// Takes a key.
    static let byKey = """
        SELECT \(columns) FROM runs
        WHERE job_id = ? AND submit = ? AND resize = ? AND cluster = ?
        """

    init(_ row: BareStatement.Columns, _ read: inout StoredCounts) throws {
        self.init(
            id: RunID(row.integer(0)),
            key: RunKey(
                cluster: row.text(1), jobID: row.integer(2), submit: row.instant(3),
                resize: row.integer(4)),
            jobName: row.text(5), claim: row.optionalInteger(6).map(ClaimID.init),
            allocation: row.optionalInteger(7), user: row.integer(8), account: row.text(9),
            partition: row.text(10), qos: row.optionalText(11),
            counts: try read.counts(row.text(13), of: "counts"), start: row.instant(14),
            timeLimitSeconds: row.integer(17))
        state = try row.word(12, of: "state")
        end = row.optionalInstant(15)
        suspendedSeconds = row.integer(16)
        outcome = row.optionalText(18)
        share = try Pins(stored: row.text(19))
        // 20 is the sum of the share.
        cardVersion = row.optionalInteger(21)
        charged = row.amount(22)
        refunded = row.amount(23)
        remark = row.optionalText(24)
        isWaived = row.optionalInteger(25) == 1
        suspensions = try Suspensions(stored: row.optionalText(26))
        reservation = row.optionalText(27)
        isKept = row.optionalInteger(28) == 1
        limitSpentSeconds = row.optionalInteger(29) ?? 0
    }
}

extension Claim {
    /// In the order in which `init(_: BareStatement.Columns, _:)` takes them.
    static let columns = TableShape.claims.selected
    static let columnCount = Int32(TableShape.claims.columns.count)

    init(_ row: BareStatement.Columns, _ read: inout StoredCounts) throws {
        self.init(
            id: ClaimID(row.integer(0)),
            reference: ClaimReference(
                provider: row.text(1), cluster: row.text(2), number: row.optionalInteger(3)),
            token: row.optionalText(4), allocation: row.integer(5), user: row.integer(6),
            account: row.text(7), partition: row.text(8), qos: row.optionalText(9),
            footprint: try read.counts(row.text(10), of: "footprint"),
            timeLimitSeconds: row.integer(11), state: try row.word(12, of: "state"),
            createdAt: row.instant(18))
        outstandingTasks = row.integer(13)
        concurrency = row.optionalInteger(14)
        amountPerTask = row.amount(15)
        pins = try Pins(stored: row.text(16))
        // 17 is the sum of the pins.
        observedAt = row.optionalInstant(19)
        observedRequest = row.optionalText(20)
        remark = row.optionalText(21)
        extra = ServiceUnits(microSU: row.optionalInteger(22) ?? 0)
        hetName = row.optionalText(23)
        raise = try row.optionalInteger(24).map {
            try Raise(of: ClaimID($0), stored: row.optionalText(25) ?? "")
        }
        reservation = row.optionalText(26)
    }
}
