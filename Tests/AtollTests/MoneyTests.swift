import Client
import Testing
import Units
import Wire

/// Withdrawals, transfers, refunds and deadlines as an operator sees them.
@Suite struct MoneyTests {
    private func parts(_ pairs: (Int64, String)...) throws -> [Reply.Part] {
        try pairs.map { Reply.Part(lot: $0.0, amount: try su($0.1)) }
    }

    // MARK: withdraw

    @Test func `a withdrawal is asked for, and the lots it came from are said`() throws {
        let desk = Desk(
            .answer(
                [],
                .withdraw(
                    .init(
                        parts: try parts((12, "150"), (7, "50")), available: try su("312.5"),
                        message: ""))))
        #expect(
            desk.run("withdraw", "astro-2026", "200", "--reason", "not needed", "--lot", "12")
                == Screen(
                    status: 0,
                    out: """
                        200.00 SU withdrawn from astro-2026, 312.50 SU are available.
                          150.00 SU from lot 12
                          50.00 SU from lot 7

                        """))
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .withdraw(
                    .init(
                        allocation: "astro-2026", amount: try su("200"), lot: 12,
                        reason: "not needed"))
            ])
    }

    @Test func `one lot needs no list, and a dry run says so`() throws {
        let told = Told.answer(
            [],
            .withdraw(.init(parts: try parts((12, "5")), available: try su("9"), message: "")))
        #expect(
            Desk(told).run("withdraw", "a", "5", "--reason", "r", "--dry-run").out
                == "5.00 SU would be withdrawn from a, 9.00 SU would be available (dry run).\n")
        #expect(
            Desk(told).run("withdraw", "a", "5", "--reason", "r", "--json").out == """
                {
                  "allocation": "a",
                  "amount": 5,
                  "lots": [
                    {
                      "lot": 12,
                      "amount": 5
                    }
                  ],
                  "available": 9,
                  "dry_run": false
                }

                """)
    }

    @Test func `too little credit ends with 3`() {
        let text = "200.00 SU are asked for, 12.50 SU can be taken from a (granted 20.00, …)."
        let told = Told.error(.answered(.init(.insufficientCredit, text)))
        #expect(
            Desk(told).run("withdraw", "a", "200", "--reason", "r")
                == Screen(status: 3, out: "", complaints: "atoll: \(text)\n"))
    }

    // MARK: transfer

    @Test func `a transfer says both sides and the new lots`() throws {
        let legs = [
            Reply.Part(lot: 12, to: 31, amount: try su("150")),
            Reply.Part(lot: 7, to: 32, amount: try su("50")),
        ]
        let desk = Desk(
            .answer(
                [],
                .transfer(
                    .init(
                        parts: legs, available: try su("312.5"), targetAvailable: try su("250"),
                        message: ""))))
        #expect(
            desk.run("transfer", "astro-2026", "bio-2026", "200", "--reason", "agreed").out == """
                200.00 SU transferred from astro-2026 to bio-2026, 312.50 and 250.00 SU are \
                available.
                  150.00 SU from lot 12 as lot 31
                  50.00 SU from lot 7 as lot 32

                """)
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .transfer(
                    .init(
                        from: "astro-2026", to: "bio-2026", amount: try su("200"),
                        reason: "agreed"))
            ])
    }

    @Test func `a transfer for programs`() throws {
        let told = Told.answer(
            [],
            .transfer(
                .init(
                    parts: try parts((12, "5")), available: try su("1"),
                    targetAvailable: try su("2"), message: "")))
        #expect(
            Desk(told).run("transfer", "a", "b", "5", "--reason", "r", "--json", "--dry-run").out
                == """
                {
                  "from": "a",
                  "to": "b",
                  "amount": 5,
                  "lots": [
                    {
                      "from": 12,
                      "to": null,
                      "amount": 5
                    }
                  ],
                  "from_available": 1,
                  "to_available": 2,
                  "dry_run": true
                }

                """)
    }

    // MARK: refund

    private func refunded(_ amount: String, of all: String, sum: String) throws -> Told {
        .answer(
            [],
            .refund(
                .init(
                    run: 88, job: "1234_7", cluster: "reef", allocation: "astro-2026",
                    amount: try su(amount), charged: try su(all), refunded: try su(sum),
                    isWaived: all == sum, parts: try parts((7, amount)),
                    available: try su("376.5"), message: "")))
    }

    @Test func `a refund says what of which, and whether the run is waived`() throws {
        let desk = Desk(
            try refunded("51.5", of: "64", sum: "64"), try refunded("12.5", of: "64", sum: "12.5"))
        #expect(
            desk.run("refund", "1234_7", "--all", "--reason", "n7 failed").out == """
                51.50 of 64.00 SU of job 1234_7 refunded (12.50 SU before), 376.50 SU are \
                available in astro-2026.
                  the run is waived

                """)
        #expect(
            desk.run(
                "refund", "1234_7", "--amount", "12.5", "--run", "88", "-M", "reef", "--into", "7",
                "--reason", "half"
            ).out == """
                12.50 of 64.00 SU of job 1234_7 refunded, 376.50 SU are available in astro-2026.

                """)
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .refund(.init(job: "1234_7", reason: "n7 failed")),
                .refund(
                    .init(
                        job: "1234_7", cluster: "reef", run: 88, amount: try su("12.5"), into: 7,
                        reason: "half")),
            ])
    }

    @Test func `a refund for programs`() throws {
        #expect(
            Desk(try refunded("64", of: "64", sum: "64"))
                .run("refund", "1234_7", "--all", "--reason", "r", "--json").out == """
                    {
                      "job": "1234_7",
                      "run": 88,
                      "cluster": "reef",
                      "allocation": "astro-2026",
                      "amount": 64,
                      "charged": 64,
                      "refunded": 64,
                      "waived": true,
                      "lots": [
                        {
                          "lot": 7,
                          "amount": 64
                        }
                      ],
                      "available": 376.5,
                      "dry_run": false
                    }

                    """)
    }

    @Test func `several runs are shown, a line each`() {
        let text = "job 7 has 2 runs; name one of them with --run:\n  2: 7 from …\n  1: 7 from …"
        let told = Told.error(.answered(.init(.conflict, text)))
        #expect(
            Desk(told).run("refund", "7", "--all", "--reason", "r")
                == Screen(
                    status: 1, out: "",
                    complaints: """
                        atoll: job 7 has 2 runs; name one of them with --run:
                        atoll:   2: 7 from …
                        atoll:   1: 7 from …

                        """))
    }

    // MARK: deadline

    private func deadline(_ reason: String, until: String?, held: String = "0") throws -> Told {
        .answer(
            [],
            .deadline(
                .init(
                    from: try time("2026-07-15T12:00:00Z"), until: try until.map(time),
                    reason: reason, available: try su("1172.25"), held: try su(held),
                    cost: try su("1172.24"), unused: try su("0.01"), message: "")))
    }

    @Test func `a deadline is said in the caller's own time`() throws {
        let desk = Desk(try deadline("used_up", until: "2026-08-03T14:12:08Z", held: "57.5"))
        #expect(
            desk.run(
                "deadline", "--allocation", "astro-2026", "--tres", "cpu=64,mem=256G", "-p", "cpu",
                "--at", "2026-07-20"
            ).out == """
                astro-2026: the credit is used up at 2026-08-03T16:12:08, after 19-02:12:08.
                  1,172.25 SU available, beside 57.50 SU held
                  1,172.24 SU used until then
                  0.01 SU left unused

                """)
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .deadline(
                    .init(
                        allocation: "astro-2026", tres: "cpu=64,mem=256G", partition: "cpu",
                        from: try time("2026-07-19T22:00:00Z")))
            ])
    }

    @Test(
        arguments: [
            ("credit_expires", "a: the last credit expires at 2026-08-03T16:12:08, after"),
            ("allocation_ends", "a: the allocation ends at 2026-08-03T16:12:08, after"),
        ])
    func `the reason is told`(reason: String, words: String) throws {
        let desk = Desk(try deadline(reason, until: "2026-08-03T14:12:08Z"))
        #expect(desk.run("deadline", "--allocation", "a", "--tres", "cpu=1").out.hasPrefix(words))
    }

    @Test func `a deadline that never comes is null for programs`() throws {
        #expect(
            Desk(try deadline("never", until: nil))
                .run("deadline", "--allocation", "a", "--tres", "cpu=1").out
                .hasPrefix("a: this lasts as long as can be said.\n"))
        #expect(
            Desk(try deadline("never", until: nil))
                .run("deadline", "--allocation", "a", "--tres", "cpu=1", "--json").out == """
                    {
                      "allocation": "a",
                      "tres": "cpu=1",
                      "from": "2026-07-15T12:00:00Z",
                      "until": null,
                      "seconds": null,
                      "reason": "never",
                      "available": 1172.25,
                      "held": 0,
                      "cost": 1172.24,
                      "unused": 0.01
                    }

                    """)
    }

    // MARK: wrong lines

    @Test(arguments: ["1000000000000", "99999999999999999999", "0.0000001"])
    func `an amount that can't be is told with what can`(amount: String) {
        for words in [["grant", "a"], ["withdraw", "a"], ["transfer", "a", "b"]] {
            let screen = Desk().run(words + [amount, "--reason", "r"])
            #expect(screen.status == 2)
            #expect(
                screen.complaints.contains("SU, less than 1,000,000,000,000, at most six decimals"))
        }
    }

    @Test(arguments: [
        ["withdraw", "a"], ["withdraw", "a", "0", "--reason", "r"], ["withdraw", "a", "5"],
        ["withdraw", "a", "5", "--reason", " "],
        ["withdraw", "a", "5", "--reason", "r", "--lot", "x"],
        ["transfer", "a", "5", "--reason", "r"], ["transfer", "a", "a", "5", "--reason", "r"],
        ["transfer", "a", "b", "-5", "--reason", "r"], ["refund", "7", "--reason", "r"],
        ["refund", "7", "--all", "--amount", "1", "--reason", "r"],
        ["refund", "7", "--amount", "0", "--reason", "r"], ["refund", "7", "--all"],
        ["refund", "7", "--all", "--reason", "r", "--run", "x"],
        ["deadline", "--allocation", "a"], ["deadline", "--tres", "cpu=1"],
        ["deadline", "--allocation", "a", "--tres", "cpu"],
        ["deadline", "--allocation", "a", "--tres", "cpu=0"],
        ["deadline", "--allocation", "a", "--tres", "cpu=1", "--at", "soon"],
    ])
    func `a wrong command line ends with 2, and nobody is asked`(words: [String]) {
        let desk = Desk()
        let screen = desk.run(words)
        #expect(screen.status == 2 && screen.out.isEmpty && !screen.complaints.isEmpty)
        #expect(desk.daemon.requests.isEmpty)
    }
}

@Suite struct JobRefundScreenTests {
    @Test func `a whole job comes back, allocation by allocation`() throws {
        let reply = Reply.JobRefund(
            job: "1234", cluster: "reef",
            parts: [
                .init(
                    allocation: "astro-2026", runs: 998, amount: try su("64"),
                    available: try su("376.5")),
                .init(
                    allocation: "astro-2027", runs: 1, amount: try su("0.5"), available: try su("9")
                ),
            ], settledRuns: 2, runningRuns: 1, message: "")
        let desk = Desk(.answer([], .refundJob(reply)))
        #expect(
            desk.run("refund", "1234", "--every-run", "--reason", "r").out == """
                64.50 SU of 999 runs of job 1234 refunded.
                  64.00 SU of 998 runs to astro-2026, 376.50 SU are available
                  0.50 SU of 1 run to astro-2027, 9.00 SU are available
                  2 runs refunded before or charged nothing
                  1 run still running: charged at the end, so ask then

                """)
        #expect(
            desk.daemon.requests.map(\.operation)
                == [.refundJob(.init(job: "1234", reason: "r"))])
    }

    @Test(arguments: [
        ["refund", "1", "--every-run", "--amount", "5", "--reason", "r"],
        ["refund", "1", "--every-run", "--run", "5", "--reason", "r"],
        ["refund", "1", "--every-run"],
    ])
    func `it goes with no amount and no run`(words: [String]) {
        #expect(Desk().run(words).status == 2)
    }
}
