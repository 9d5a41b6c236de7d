import Client
import Estimate
import Testing
import Units
import Wire

private func desk(fits: Bool = true) throws -> Desk {
    var quote = Reply.Quote(
        message: "atoll: may cost up to 96.00 SU; 404.00 SU would be left in astro-2026.",
        account: "astro", allocation: "astro-2026", cost: try su("96"), available: try su("500"),
        fits: true,
        lines: [
            .init(resource: "CPU", count: 32, unit: "cpu", cost: try su("64")),
            .init(resource: "GPU H200", count: 2, unit: "gres/gpu:h200", cost: try su("32")),
        ], notes: ["priced for 1 node"])
    if !fits {
        (quote.available, quote.fits, quote.fitsMinutes) = (try su("12.5"), false, 15)
        quote.message =
            "atoll: would be refused: 12.50 SU are available.\nAt most 00:15:00 would fit."
    }
    return Desk(.answer([], .quote(quote)))
}

@Suite struct QuoteTests {
    @Test func `a person sees what the cost is made of, and what there is for it`() throws {
        #expect(
            try desk().run("quote", "-A", "astro", "-n32", "-t60")
                == Screen(
                    status: 0,
                    out: """
                        Resource   Count  Unit               SU
                        ---------  -----  -------------  ------
                        CPU           32  cpu             64.00
                        GPU H200       2  gres/gpu:h200   32.00
                        ---------  -----  -------------  ------
                        may cost                          96.00
                        available                        500.00

                        atoll: may cost up to 96.00 SU; 404.00 SU would be left in astro-2026.
                        note: priced for 1 node

                        """))
    }

    @Test func `what doesn't fit ends with code 3 and says what would`() throws {
        let screen = try desk(fits: false).run("quote", "-n32")
        #expect(screen.status == 3 && screen.complaints.isEmpty)
        #expect(
            screen.out.hasSuffix(
                """
                available                        12.50

                atoll: would be refused: 12.50 SU are available.
                At most 00:15:00 would fit.
                note: priced for 1 node

                """))
    }

    @Test func `a refusal that is about credit ends with 3, any other with 1`() {
        func screen(_ code: ErrorCode) -> Screen {
            Desk(.error(.answered(.init(code, "atoll: refused: no.\natoll: Really.")))).run("quote")
        }
        let complaints = "atoll: refused: no.\natoll: Really.\n"
        #expect(screen(.capReached) == Screen(status: 3, out: "", complaints: complaints))
        #expect(screen(.insufficientCredit).status == 3)
        #expect(screen(.notAMember) == Screen(status: 1, out: "", complaints: complaints))
    }

    @Test func `root, who has no project as a rule, is told of --uid`() {
        func screen(_ code: ErrorCode, _ words: String...) -> Screen {
            let desk = Desk(.error(.answered(.init(code, "atoll: refused: no."))))
            desk.userID = 0
            return desk.run(["quote"] + words)
        }
        let told = "atoll: refused: no.\n"
        let more = told + "atoll: This was asked for root; --uid USER asks for another's job.\n"
        #expect(screen(.noAllocation) == Screen(status: 1, out: "", complaints: more))
        #expect(screen(.notAMember).complaints == more)
        #expect(screen(.notAMember, "--uid=ben").complaints == told)
        #expect(
            screen(.insufficientCredit) == Screen(status: 3, out: "", complaints: told))
    }

    @Test func `programs get all of it in every row, or as JSON`() throws {
        #expect(
            try desk(fits: false).run("quote", "--parsable2", "-n4").out == """
                Account|Allocation|Resource|Count|Unit|SU|Cost|Available|Fits|FitsMinutes
                astro|astro-2026|CPU|32|cpu|64|96|12.5|no|15
                astro|astro-2026|GPU H200|2|gres/gpu:h200|32|96|12.5|no|15

                """)
        #expect(
            try desk().run("quote", "--json").out == """
                {
                  "account": "astro",
                  "allocation": "astro-2026",
                  "cost": 96,
                  "available": 500,
                  "fits": true,
                  "fits_minutes": null,
                  "lines": [
                    {
                      "resource": "CPU",
                      "count": 32,
                      "unit": "cpu",
                      "su": 64
                    },
                    {
                      "resource": "GPU H200",
                      "count": 2,
                      "unit": "gres/gpu:h200",
                      "su": 32
                    }
                  ],
                  "notes": [
                    "priced for 1 node"
                  ],
                  "message": "atoll: may cost up to 96.00 SU; 404.00 SU would be left in astro-2026."
                }

                """)
    }

    @Test func `the job is asked for as sbatch would submit it`() throws {
        let desk = try desk()
        desk.files = ["job.sh": "#!/bin/sh\n#SBATCH -n 4 --time=1:00:00\n#SBATCH -p cpu\n"]
        desk.environment = ["SBATCH_ACCOUNT": "astro"]
        _ = desk.run("quote", "-M", "reef", "-p", "gpu", "--gres=gpu:2", "job.sh", "-n9")
        var job = JobRequest(userID: 1001)
        (job.groupID, job.account, job.partition) = (100, "astro", "gpu")
        (job.numTasks, job.minCPUs, job.timeLimitMinutes) = (4, 4, 60)
        job.tresPerNode = "gres:gpu:2"
        #expect(
            desk.daemon.requests.map(\.operation) == [.quote(.init(cluster: "reef", job: job))])
    }

    @Test func `an operator can ask for another user`() throws {
        let desk = try desk()
        _ = desk.run("quote", "--uid=ben")
        var job = JobRequest(userID: 1002)
        job.minCPUs = 1
        #expect(desk.daemon.requests.map(\.operation) == [.quote(.init(job: job))])
    }

    @Test(
        arguments: [
            (
                ["-n0"],
                "atoll: --ntasks 0: write a number above 0.\natoll: See: atoll quote --help\n", 2
            ),
            (["--uid=nobody"], "atoll: --uid nobody: there is no such user.\n", 1),
            (["none.sh"], "atoll: none.sh: No such file or directory\n", 1),
            (
                ["bad.sh"],
                """
                atoll: bad.sh: line 2 of the script: a quote is left open.
                atoll: See: atoll quote --help

                """, 2
            ),
        ] as [([String], String, Int32)])
    func `what is no job is told with its place`(
        words: [String], complaints: String, status: Int32
    ) throws {
        let desk = try desk()
        desk.files = ["bad.sh": "#!/bin/sh\n#SBATCH -J \"x\n"]
        #expect(
            desk.run(["quote"] + words)
                == Screen(status: status, out: "", complaints: complaints))
        #expect(desk.daemon.requests.isEmpty)
    }
}
