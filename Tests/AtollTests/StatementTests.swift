import Registry
import Testing
import Units
import Wire

@testable import atoll

private func rows() throws -> [Row] {
    var grant = Row.Statement(
        seq: 17, recordedAt: try time("2026-07-01T00:00:01Z"),
        effectiveAt: try time("2026-07-01"), kind: "grant", amount: try su("1000"),
        balance: try su("1000"))
    grant.detail = "proposal 7"
    var charge = Row.Statement(
        seq: 1_018, recordedAt: try time("2026-07-02T10:00:00Z"),
        effectiveAt: try time("2026-07-02T09:58:20Z"), kind: "charge", amount: try su("-64"),
        balance: try su("936"))
    (charge.user, charge.job, charge.resource) = ("ada", "1234_7", "CPU")
    charge.detail = "32 cpu for 01:00:00"
    return [.statement(grant), .statement(charge)]
}

private func desk() throws -> Desk {
    var balance = Row.Balance(
        project: "astro", allocation: "astro-2026", status: .active,
        window: try window("2026-01-01", nil))
    balance.held = try su("57.5")
    return Desk(
        .answer(try rows(), .statement(.init(rows: 2, opening: .zero, closing: try su("936")))),
        .answer([.balance(balance)], .balance(.init(rows: 1))))
}

@Suite struct StatementTests {
    @Test func `a person sees every entry between two balances, and what is held`() throws {
        #expect(
            try desk().run("statement", "astro-2026", "-S", "07/01")
                == Screen(
                    status: 0,
                    out: """
                        Time                 Entry  Kind     Job     User  Resource    Amount   Balance  Detail
                        -------------------  -----  -------  ------  ----  --------  --------  --------  -------------------
                        2026-07-01T00:00:00         opening                                        0.00
                        2026-07-01T02:00:01     17  grant                            1,000.00  1,000.00  proposal 7
                        2026-07-02T12:00:00  1,018  charge   1234_7  ada   CPU         -64.00    936.00  32 cpu for 01:00:00
                                                    closing                                      936.00
                                                    held                                          57.50

                        936.00 SU of all grants so far are left; 57.50 SU of them are held for jobs that wait or run.

                        """))
    }

    struct Beneath: CustomTestStringConvertible {
        let testDescription: String
        var kinds: [String] = []
        var closing = "936"
        var held: String? = "0"
        var user: String?
        let notes: [String]
    }

    @Test(arguments: [
        Beneath(
            testDescription: "nothing is held",
            notes: ["936.00 SU of all grants so far are left; nothing is held for jobs."]),
        Beneath(
            testDescription: "in debt", closing: "-1200.5", held: "3",
            notes: [
                "1,200.50 SU more were used than there was credit; 3.00 SU are held for jobs that wait "
                    + "or run."
            ]),
        Beneath(
            testDescription: "one of one", closing: "1", held: "1",
            notes: [
                "1.00 SU of all grants so far is left; 1.00 SU of them is held for jobs that wait or "
                    + "run."
            ]),
        Beneath(testDescription: "of a time that is over", held: nil, notes: []),
        Beneath(
            testDescription: "of one user", user: "ada",
            notes: [
                "These are ada's alone: opening and closing are their sums, not what is left in "
                    + "astro-2026."
            ]),
        Beneath(
            testDescription: "each kind once, in one order",
            kinds: ["grant", "rerate", "charge", "others", "rerate", "refund", "transfer"],
            held: nil,
            notes: [
                "others: what other members used, in sum.",
                "rerate: past usage was priced anew; the amount is the difference.",
            ]),
    ])
    func `beneath it stands what is left and what the odd kinds are`(it: Beneath) throws {
        let now = try time("2026-07-01")
        let report = StatementReport(
            allocation: "astro-2026", user: it.user, start: nil, end: nil,
            rows: it.kinds.map {
                Row.Statement(
                    seq: 1, recordedAt: now, effectiveAt: now, kind: $0, amount: .zero,
                    balance: .zero)
            }, opening: .zero, closing: try su(it.closing), held: try it.held.map(su))
        #expect(report.notes == it.notes)
    }

    @Test func `the window is asked for in UTC`() throws {
        let desk = try desk()
        _ = desk.run("statement", "a", "-S", "now-7days", "-E", "today", "-u", "ada")
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .statement(
                    .init(
                        allocation: "a", start: try time("2026-07-08T12:00:00Z"),
                        end: try time("2026-07-14T22:00:00Z"), user: "ada"))
            ])
    }

    @Test func `a statement that ends in the past says nothing of what is held now`() throws {
        let screen = try desk().run("statement", "a", "-E", "07/10", "-P")
        #expect(
            screen.out == """
                Time|Effective|Entry|Kind|Job|User|Resource|Amount|Balance|Detail
                |||opening|||||0|
                2026-07-01T02:00:01|2026-07-01T02:00:00|17|grant||||1000|1000|proposal 7
                2026-07-02T12:00:00|2026-07-02T11:58:20|1018|charge|1234_7|ada|CPU|-64|936|32 cpu for 01:00:00
                2026-07-10T00:00:00|||closing|||||936|

                """)
    }

    @Test func `JSON has times in UTC`() throws {
        #expect(
            try desk().run("statement", "astro-2026", "--json").out == """
                {
                  "allocation": "astro-2026",
                  "user": null,
                  "start": null,
                  "end": null,
                  "opening": 0,
                  "entries": [
                    {
                      "time": "2026-07-01T00:00:01Z",
                      "effective": "2026-07-01T00:00:00Z",
                      "entry": 17,
                      "kind": "grant",
                      "job": null,
                      "user": null,
                      "resource": null,
                      "detail": "proposal 7",
                      "amount": 1000,
                      "balance": 1000
                    },
                    {
                      "time": "2026-07-02T10:00:00Z",
                      "effective": "2026-07-02T09:58:20Z",
                      "entry": 1018,
                      "kind": "charge",
                      "job": "1234_7",
                      "user": "ada",
                      "resource": "CPU",
                      "detail": "32 cpu for 01:00:00",
                      "amount": -64,
                      "balance": 936
                    }
                  ],
                  "closing": 936,
                  "held": 57.5
                }

                """)
    }

    @Test(arguments: [
        (
            ["-S", "foo"],
            "atoll: --start foo: no time; write 2026-01-01, 06/30-12:00, now-7days or today.\n"
        ),
        (["-S", "today", "-E", "now-1day"], "atoll: --end has to be later than --start.\n"),
    ])
    func `a window that is none is wrong usage`(options: [String], complaint: String) throws {
        let screen = try desk().run(["statement", "a"] + options)
        #expect(screen == Screen(status: 2, out: "", complaints: complaint))
    }
}
