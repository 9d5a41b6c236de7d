/// Whose a reservation is, as slurmctld shows it; and what is charged for it on which cluster.

import Books
import Estimate
import Ledger
import Records
import Testing
import Units

@testable import Collector

@Suite struct ReservationOwnerTests {
    private let view: ClusterView = {
        var associations = Associations()
        associations.add(user: "ada", account: "astro", defaultQOS: nil)
        associations.add(user: "ada", account: "bio")
        associations.add(user: "ben", account: "bio")
        associations.defaultAccounts = ["ada": "astro", "ben": "bio"]
        let numbered = [
            ("astro", nil), ("bio", nil), ("astro", "ada"), ("bio", "ada"), ("bio", "ben"),
        ]
        for (place, it) in numbered.enumerated() {
            associations.numbered[Int64(place + 1)] = .init(account: it.0, user: it.1)
        }
        return ClusterView(
            cluster: "reef",
            config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
            partitions: [], nodes: [], associations: associations)
    }()

    private func record(_ accounts: String, _ users: String) throws -> ReservationRecord {
        let lines = [
            "#atoll-records 1 kind=reservations cluster=reef at=1",
            "ReservationName|Start|End|TRES|Accounts|Users",
            "course|100|200|cpu=64|\(accounts)|\(users)", "#end rows=1", "",
        ]
        var reader = RecordReader<PlainDecoder<ReservationRecord>>()
        let records = try reader.read(Array(lines.joined(separator: "\n").utf8))
        try reader.finish()
        return try #require(records.first)
    }

    @Test(arguments: [
        ("astro", "", ["astro"]),
        ("astro,bio", "", ["astro", "bio"]),
        // Its users' default accounts pay, whatever others they have.
        ("", "ada", ["astro"]),
        ("", "ada,ben", ["astro", "bio"]),
        // Accounts come first.
        ("bio", "ada", ["bio"]),
        // Who is excluded owns nothing, and who is in no account neither.
        ("-astro", "", []),
        ("", "-ada,ben", ["bio"]),
        ("", "root", []),
    ])
    func `accounts own it, else the default accounts of its users`(
        accounts: String, users: String, owners: [String]
    ) throws {
        let reader = ReservationTranslator(view: view, charge: .idle)
        let facts = reader.facts(try record(accounts, users))
        #expect(facts.lineages.compactMap(\.first) == owners)
    }

    /// Numbers of associations: astro's own, bio's own, ada's in astro and in bio, ben's in bio.
    @Test(arguments: [
        ("1", ["astro"], []),
        ("1,2", ["astro", "bio"], []),
        // Of a user slurmctld names all: the default account pays, as where it was seen.
        ("3,4", ["astro"], ["ada"]),
        ("5", ["bio"], ["ben"]),
        // For ada in bio alone.
        ("4", ["bio"], ["ada"]),
        ("-1,2", ["bio"], []),
        ("77", [], []),
    ])
    func `slurmdbd's numbers own it as their accounts and users do`(
        associations: String, owners: [String], users: [String]
    ) throws {
        let lines = [
            "#atoll-records 1 kind=reservation-history cluster=reef at=1",
            "ReservationName|Start|End|TRES|Associations",
            "course|100|200|cpu=64|\(associations)", "#end rows=1", "",
        ]
        var parser = RecordReader<PlainDecoder<ReservationRecord>>()
        let record = try #require(
            try parser.read(Array(lines.joined(separator: "\n").utf8)).first)
        try parser.finish()
        let reader = ReservationTranslator(view: view, charge: .idle)
        var facts = reader.facts(record)
        reader.takeOwner(of: record, in: &facts)
        #expect(facts.lineages.compactMap(\.first) == owners)
        #expect(facts.users == users)
    }

    @Test func `what is charged is the cluster's own choice, else everybody's`() {
        var rules = WatchRules()
        rules.reservationCharge = .idle
        rules.reservationCharges = ["lagoon": .all, "cove": .none]
        #expect(
            ["reef", "lagoon", "cove"].map { rules.reservationCharge(on: $0) }
                == [.idle, .all, .none])
    }
}
