import Testing
import Units
import Wire

@Suite struct ExportTests {
    private func told() throws -> Told {
        var charge = ExportedPosting(
            allocation: "astro_2026", from: .init(lot: 3, bucket: "held"),
            to: .init(lot: 3, bucket: "charged"), amount: try su("64.000001"))
        (charge.user, charge.job, charge.resource) = ("ada", "1234_7", "CPU")
        return .answer(
            [
                .entry(
                    .init(
                        seq: 17, recordedAt: try time("2026-07-01T00:00:01Z"),
                        effectiveAt: try time("2026-07-01T00:00:00Z"), kind: "granted",
                        actor: "uid:0", reason: "proposal 7,\n\"new\"",
                        postings: [
                            .init(
                                allocation: "astro_2026", from: nil,
                                to: .init(lot: 3, bucket: "available"),
                                amount: try su("1000"))
                        ])),
                .entry(
                    .init(
                        seq: 1_018, recordedAt: try time("2026-07-02T12:00:01Z"),
                        effectiveAt: try time("2026-07-02T12:00:00Z"), kind: "ended",
                        actor: "collector", reason: nil, postings: [charge])),
            ],
            .export(
                .init(
                    entries: 2, head: "1018:9f2c",
                    lots: [
                        .init(
                            lot: 3, allocation: "astro_2026", kind: "grant",
                            available: try su("935.999999"), held: .zero,
                            charged: try su("64.000001"), expired: .zero, withdrawn: .zero)
                    ])))
    }

    @Test func `hledger gets transactions, declared accounts and assertions`() throws {
        #expect(
            Desk(try told()).run("export", "--hledger")
                == Screen(
                    status: 0,
                    out: """
                        ; Atoll's journal, for hledger. Dates are when an entry was recorded, in UTC.
                        commodity 1000.000000 SU

                        account equity:issued
                        account assets:astro_2026:lot3:available
                        2026-07-01 * (17) granted  ; recorded:2026-07-01T00:00:01Z, effective:2026-07-01T00:00:00Z
                            ; actor:uid:0
                            ; reason:proposal 7;? new\u{20}
                            equity:issued  -1000 SU
                            assets:astro_2026:lot3:available  1000 SU

                        account assets:astro_2026:lot3:held
                        account expenses:astro_2026:lot3:charged
                        2026-07-02 * (1018) ended  ; recorded:2026-07-02T12:00:01Z, effective:2026-07-02T12:00:00Z
                            ; actor:collector
                            assets:astro_2026:lot3:held  -64.000001 SU
                            expenses:astro_2026:lot3:charged  64.000001 SU  ; user:ada, job:1234_7, resource:CPU

                        account expenses:astro_2026:lot3:expired
                        account equity:astro_2026:lot3:withdrawn
                        2026-07-02 * balances at entry 1018:9f2c
                            assets:astro_2026:lot3:available  0 SU = 935.999999 SU
                            assets:astro_2026:lot3:held  0 SU = 0 SU
                            expenses:astro_2026:lot3:charged  0 SU = 64.000001 SU
                            expenses:astro_2026:lot3:expired  0 SU = 0 SU
                            equity:astro_2026:lot3:withdrawn  0 SU = 0 SU

                        """))
    }

    @Test func `beancount gets opened accounts, metadata and balances of the day after`() throws {
        #expect(
            Desk(try told()).run("export", "--beancount", "--no-names")
                == Screen(
                    status: 0,
                    out: """
                        ; Atoll's journal, for beancount. Dates are when an entry was recorded, in UTC.
                        option "title" "Atoll"
                        option "operating_currency" "SU"

                        2026-07-01 open Equity:Issued SU
                        2026-07-01 open Assets:Astro-2026:Lot3:Available SU
                        2026-07-01 * "granted" ""
                          seq: 17
                          recorded: "2026-07-01T00:00:01Z"
                          effective: "2026-07-01T00:00:00Z"
                          Equity:Issued  -1000 SU
                          Assets:Astro-2026:Lot3:Available  1000 SU

                        2026-07-02 open Assets:Astro-2026:Lot3:Held SU
                        2026-07-02 open Expenses:Astro-2026:Lot3:Charged SU
                        2026-07-02 * "ended" ""
                          seq: 1018
                          recorded: "2026-07-02T12:00:01Z"
                          effective: "2026-07-02T12:00:00Z"
                          Assets:Astro-2026:Lot3:Held  -64.000001 SU
                          Expenses:Astro-2026:Lot3:Charged  64.000001 SU
                            resource: "CPU"

                        2026-07-02 open Expenses:Astro-2026:Lot3:Expired SU
                        2026-07-02 open Equity:Astro-2026:Lot3:Withdrawn SU
                        ; balances at entry 1018:9f2c
                        2026-07-03 balance Assets:Astro-2026:Lot3:Available  935.999999 ~ 0 SU
                        2026-07-03 balance Assets:Astro-2026:Lot3:Held  0 ~ 0 SU
                        2026-07-03 balance Expenses:Astro-2026:Lot3:Charged  64.000001 ~ 0 SU
                        2026-07-03 balance Expenses:Astro-2026:Lot3:Expired  0 ~ 0 SU
                        2026-07-03 balance Equity:Astro-2026:Lot3:Withdrawn  0 ~ 0 SU

                        """))
    }

    @Test func `one program has to be named`() throws {
        let screen = Desk(try told()).run("export")
        #expect(screen.status == 2)
    }
}
