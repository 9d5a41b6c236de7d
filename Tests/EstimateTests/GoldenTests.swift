/// What a real Slurm 22.05 allocated, replayed: the footprint equals AllocTRES, row by row.
///
/// The tables in `Tests/Golden/estimate/` come from `Tests/System/estimate-probe`. Their last
/// column holds our estimate where it is another one: Slurm took more nodes than the fewest, or
/// has a habit we don't follow. Such a row must not call itself exact.

import Testing
import Units

@testable import Estimate

@Suite struct GoldenTests {
    @Test(arguments: GoldenTable.names)
    func `the footprint is what Slurm allocated`(name: String) throws {
        let table = try GoldenTable(name)
        for row in table.rows where row.outcome == .allocated && row.timeLimit != "UNLIMITED" {
            let footprint = try table.footprint(row)
            let allocated = try TRESCounts(parsing: row.allocated)
            let expected = try row.estimated.map { try TRESCounts(parsing: $0) } ?? allocated
            #expect(footprint.perTask == expected, "\(name): \(row.form)")
            #expect(
                slurmDuration(seconds: footprint.timeLimitSeconds) == row.timeLimit,
                "\(name): \(row.form)")
            #expect(footprint.account == row.account)
            if row.estimated != nil {
                #expect(!footprint.isExact, "\(name): \(row.form) is not what Slurm did")
            }
        }
    }

    @Test(arguments: GoldenTable.names)
    func `the strict bound is never below what Slurm allocated`(name: String) throws {
        let table = try GoldenTable(name)
        for row in table.rows where row.outcome == .allocated && row.timeLimit != "UNLIMITED" {
            let footprint = try table.footprint(row, options: .init(bound: .strict))
            for (name, count) in try TRESCounts(parsing: row.allocated).sorted
            where !name.description.contains(":") {
                #expect(footprint.perTask[name] >= count, "\(table.name): \(row.form) \(name)")
            }
        }
    }

    @Test(arguments: GoldenTable.names.filter { $0 != "sockets" })
    func `what Slurm can't place is estimated and noted`(name: String) throws {
        let table = try GoldenTable(name)
        for row in table.rows where row.outcome == .doesNotFit && row.estimated == nil {
            let notes = try table.footprint(row).notes
            let says = notes.contains {
                if case .unlimitedTime = $0 { return true }
                return $0 == .fitsNowhere
            }
            #expect(says, "\(name): \(row.form) \(notes.map(\.description))")
        }
    }

    @Test func `a partition without a limit needs one from the user`() throws {
        let table = try GoldenTable("one-thread")
        let rows = table.rows.filter { $0.timeLimit == "UNLIMITED" && $0.partition == "nodef" }
        #expect(rows.count == 2)
        for row in rows {
            #expect(throws: EstimateRefusal.needsTimeLimit(partition: "nodef")) {
                try table.footprint(row)
            }
        }
    }

    @Test(arguments: [
        ("-p nosuch", EstimateRefusal.unknownPartition("nosuch")),
        ("-p cpu,nosuch", .unknownPartition("nosuch")),
        ("-a 0-99:", .malformed(field: "array", text: "0-99:")),
        ("-a 5-3", .malformed(field: "array", text: "5-3")),
        ("-a 1-200000", .tooLarge(field: "array index", limit: 100_000)),
    ])
    func `what Slurm refuses as malformed is refused by name`(
        form: String, refusal: EstimateRefusal
    ) throws {
        let table = try GoldenTable("one-thread")
        let row = try #require(table.rows.first { $0.form == form })
        #expect(row.allocated.hasPrefix("refused"))
        #expect(throws: refusal) { try table.footprint(row) }
    }
}
