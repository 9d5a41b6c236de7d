import Testing
import Units
import Wire

@Suite struct LotsTests {
    private func desk() throws -> Desk {
        let year = try window("2026-01-01T00:00:00+02:00", "2027-01-01T00:00:00+02:00")
        var debt = Row.Lot(lot: 1, kind: "overdraft", state: "open", window: year)
        var grant = Row.Lot(lot: 2, kind: "grant", state: "open", window: year)
        (grant.issued, grant.available) = (try su("1000"), try su("12.25"))
        (grant.held, grant.charged) = (try su("57.5"), try su("930.25"))
        var other = Row.Lot(
            lot: 31, kind: "grant", state: "pending",
            window: try window("2026-09-01T00:00:00+02:00", nil))
        (other.issued, other.available) = (try su("50"), try su("50"))
        debt.issued = .zero
        return Desk(
            .answer(
                [.lot(debt), .lot(grant), .lot(other)],
                .lots(
                    .init(
                        rows: 3,
                        pullbacks: [
                            .init(
                                at: try time("2026-09-30T22:00:00Z"),
                                keep: try Rational(parsing: "1/4"))
                        ]))))
    }

    @Test func `a person sees each grant, its window and what is left of it`() throws {
        let desk = try desk()
        #expect(
            desk.run("lots", "astro-2026")
                == Screen(
                    status: 0,
                    out: """
                        Lot  State      Issued  Charged   Held  Available  Starts      Ends
                        ---  -------  --------  -------  -----  ---------  ----------  ----------
                          2  open     1,000.00   930.25  57.50      12.25  2026-01-01  2027-01-01
                         31  pending     50.00     0.00   0.00      50.00  2026-09-01

                        2026-10-01T00:00:00: what is unused beyond 25% is taken back

                        """))
        #expect(desk.daemon.requests.map(\.operation) == [.lots(.init(allocation: "astro-2026"))])
    }

    @Test func `programs see all of it`() throws {
        #expect(
            try desk().run("lots", "a", "-P", "-o", "lot,kind,available").out
                == "Lot|Kind|Available\n1|overdraft|0\n2|grant|12.25\n31|grant|50\n")
        #expect(
            try desk().run("lots", "a", "--json").out.hasPrefix(
                """
                {
                  "allocation": "a",
                  "lots": [
                    {
                      "lot": 1,
                      "kind": "overdraft",
                      "state": "open",
                      "start": "2025-12-31T22:00:00Z",
                      "end": "2026-12-31T22:00:00Z",
                      "issued": 0,
                """))
    }
}
