/// What a pass of reconciliation carries from window to window: runs in a row that slurmdbd has no row of, of
/// which it is open how many more come. Noted with the pass, so that one that was ended goes on with it.

import GRDB
import Ledger
import Units

package struct OpenStretch: Hashable, Sendable {
    package let count: Int64
    package let first: Instant
    package let last: Instant
    package let charged: ServiceUnits
    /// All of them while they are few, then none.
    package let few: [RunID]

    package init(
        count: Int64, first: Instant, last: Instant, charged: ServiceUnits, few: [RunID]
    ) {
        (self.count, self.first, self.last) = (count, first, last)
        (self.charged, self.few) = (charged, few)
    }
}

extension OpenStretch {
    /// The columns of `reconciliations`, all of them NULL where nothing is open.
    static let columns = "gap_runs = ?, gap_first = ?, gap_last = ?, gap_charged = ?, gap_few = ?"

    static func arguments(_ stretch: OpenStretch?) -> StatementArguments {
        let few = stretch?.few.map { String($0.number) }.joined(separator: " ")
        return [
            stretch?.count, stretch?.first.epochSeconds, stretch?.last.epochSeconds,
            stretch?.charged.microSU, few,
        ]
    }

    init?(_ row: Row) {
        guard let count = row["gap_runs"] as Int64? else { return nil }
        let few = (row["gap_few"] as String).split(separator: " ").compactMap { Int64($0) }
        self.init(
            count: count, first: Instant(epochSeconds: row["gap_first"]),
            last: Instant(epochSeconds: row["gap_last"]),
            charged: ServiceUnits(microSU: row["gap_charged"]), few: few.map(RunID.init))
    }
}

extension JournalStore {
    /// The few runs of a stretch as they are now, in its order.
    package func runs(of stretch: OpenStretch) throws -> [Run] {
        try pool.read { db in
            var counts = StoredCounts()
            let find = try BareStatement(db, sql: "SELECT \(Run.columns) FROM runs WHERE id = ?")
            return try stretch.few.compactMap { id in
                try find.first {
                    $0.add(id.number)
                } _: {
                    try Run($0, &counts)
                }
            }
        }
    }
}

/// The fifteenth step of the file: the stretch of a pass.
extension Schema {
    static let openStretches = """
        ALTER TABLE reconciliations ADD COLUMN gap_runs INTEGER CHECK (gap_runs > 0);
        ALTER TABLE reconciliations ADD COLUMN gap_first INTEGER
            CHECK ((gap_first IS NULL) = (gap_runs IS NULL));
        ALTER TABLE reconciliations ADD COLUMN gap_last INTEGER
            CHECK ((gap_last IS NULL) = (gap_runs IS NULL) AND gap_last >= gap_first);
        ALTER TABLE reconciliations ADD COLUMN gap_charged INTEGER
            CHECK ((gap_charged IS NULL) = (gap_runs IS NULL) AND gap_charged >= 0);
        ALTER TABLE reconciliations ADD COLUMN gap_few TEXT
            CHECK ((gap_few IS NULL) = (gap_runs IS NULL));

        """
}
