/// Reservations as rows, both ways: their versions, what operators said of them, and which jobs were in
/// them.

import Books
import GRDB
import Ledger
import Registry
import Units

extension Schema {
    static let reservations = """
        CREATE TABLE reservations(
            id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, name TEXT NOT NULL,
            occurrence INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
            counts TEXT NOT NULL, partition TEXT NOT NULL, nodes TEXT NOT NULL,
            flags TEXT NOT NULL, accounts TEXT NOT NULL, users TEXT NOT NULL,
            charge TEXT NOT NULL CHECK (charge IN ('idle', 'all', 'none')),
            allocation INTEGER REFERENCES allocations(id), free_because TEXT,
            state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'ended')),
            claim INTEGER REFERENCES claims(id), run INTEGER REFERENCES runs(id),
            observed_at INTEGER NOT NULL,
            entry INTEGER NOT NULL, CHECK (end >= start)) STRICT;
        CREATE UNIQUE INDEX reservations_open ON reservations(name, cluster)
            WHERE state <> 'ended';
        CREATE INDEX reservations_by_name ON reservations(name, cluster, start);
        CREATE INDEX reservations_to_charge ON reservations(cluster)
            WHERE claim IS NOT NULL AND state = 'ended' AND run IS NULL;
        CREATE TABLE reservation_rules(
            cluster TEXT NOT NULL, name TEXT NOT NULL,
            allocation INTEGER REFERENCES allocations(id),
            charge TEXT CHECK (charge IN ('idle', 'all', 'none')),
            entry INTEGER NOT NULL,
            PRIMARY KEY (cluster, name)) STRICT, WITHOUT ROWID;
        ALTER TABLE claims ADD COLUMN reservation TEXT;
        ALTER TABLE runs ADD COLUMN reservation TEXT;
        CREATE INDEX claims_in_reservation ON claims(reservation, cluster)
            WHERE reservation IS NOT NULL;
        CREATE INDEX claims_of_reservations_changed ON claims(entry)
            WHERE reservation IS NOT NULL;
        CREATE INDEX runs_in_reservations_changed ON runs(entry) WHERE reservation IS NOT NULL;
        CREATE INDEX runs_in_reservation ON runs(reservation, cluster, start)
            WHERE reservation IS NOT NULL;

        """
}

extension TableShape {
    static let reservations = TableShape(
        "reservations", key: ["id"],
        [
            "cluster", "name", "occurrence", "start", "end", "counts", "partition", "nodes",
            "flags", "accounts", "users", "charge", "allocation", "free_because", "state", "claim",
            "run", "observed_at",
        ])
    static let reservationRules = TableShape(
        "reservation_rules", key: ["cluster", "name"],
        ["allocation", "charge", "settled_until"])
}

extension RowImage {
    init(_ it: ReservationVersion) {
        self.init(
            .reservations,
            [
                it.id.number, it.cluster, it.name, it.occurrence.epochSeconds,
                it.start.epochSeconds, it.end.epochSeconds, it.counts.description, it.partition,
                it.nodes, list(it.flags), list(it.accounts), list(it.users.map(String.init)),
                it.charge.rawValue,
                it.allocation, it.freeBecause, it.state.rawValue, it.claim?.number,
                it.run?.number, it.observedAt.epochSeconds,
            ])
    }

    init(_ it: ReservationRule) {
        self.init(
            .reservationRules,
            [
                it.cluster, it.name, it.allocation, it.charge?.rawValue,
                it.settledUntil?.epochSeconds,
            ])
    }
}

private func list(_ words: [String]) -> String { words.joined(separator: ",") }

private func list(_ row: Row, _ column: String) -> [String] {
    (row[column] as String).split(separator: ",").map(String.init)
}

extension ReservationVersion {
    init(_ row: Row) throws {
        self.init(
            id: ReservationID(row["id"]), cluster: row["cluster"], name: row["name"],
            start: Instant(epochSeconds: row["start"]), end: Instant(epochSeconds: row["end"]),
            counts: try tresCounts(row, "counts"), partition: row["partition"],
            state: try word(row, "state"),
            observedAt: Instant(epochSeconds: row["observed_at"]))
        occurrence = Instant(epochSeconds: row["occurrence"])
        nodes = row["nodes"]
        (flags, accounts) = (list(row, "flags"), list(row, "accounts"))
        users = list(row, "users").compactMap { Int64($0) }
        charge = try word(row, "charge")
        (allocation, freeBecause) = (row["allocation"], row["free_because"])
        claim = (row["claim"] as Int64?).map(ClaimID.init)
        run = (row["run"] as Int64?).map(RunID.init)
    }
}

extension ReservationRule {
    init(_ row: Row) throws {
        var charge: ReservationCharge?
        if row["charge"] != nil { charge = try word(row, "charge") }
        self.init(
            cluster: row["cluster"], name: row["name"], allocation: row["allocation"],
            charge: charge)
        settledUntil = (row["settled_until"] as Int64?).map(Instant.init(epochSeconds:))
    }
}
