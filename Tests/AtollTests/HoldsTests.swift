import Testing
import Units
import Wire

private func desk(note: String? = nil) throws -> Desk {
    let waiting = Row.Hold(
        cluster: "reef", job: nil, token: "01JD3Z8Q6V", user: "ada", allocation: "astro-2026",
        state: "unclaimed", tasks: 1, running: 0, perTask: try su("96"), held: try su("96"),
        since: try time("2026-07-15T10:00:00Z"))
    var array = Row.Hold(
        cluster: "reef", job: "1234", token: "01JD3Z8Q6Y", user: "ben", allocation: "astro-2026",
        state: "bound", tasks: 1_000, running: 3, perTask: try su("2.5"), held: try su("2507.125"),
        since: try time("2026-07-15T10:00:00Z"))
    array.heldBack = note
    return Desk(
        .answer(
            [.hold(waiting), .hold(array)], .holds(.init(rows: 2, held: try su("2603.125")))))
}

@Suite struct HoldsTests {
    @Test func `a person sees what is held for each job, and the sum`() throws {
        #expect(
            try desk().run("holds")
                == Screen(
                    status: 0,
                    out: """
                        Job   User  Allocation  State      Tasks  Running  PerTask       Held  Since
                        ----  ----  ----------  ---------  -----  -------  -------  ---------  -------------------
                              ada   astro-2026  unclaimed      1        0    96.00     96.000  2026-07-15T12:00:00
                        1234  ben   astro-2026  bound      1,000        3     2.50  2,507.125  2026-07-15T12:00:00
                        ----  ----  ----------  ---------  -----  -------  -------  ---------  -------------------
                        all                                                         2,603.125

                        """))
    }

    @Test func `programs see no sum among the rows`() throws {
        #expect(
            try desk().run("holds", "-P", "-o", "Job,Token,Held").out == """
                Job|Token|Held
                |01JD3Z8Q6V|96
                1234|01JD3Z8Q6Y|2507.125

                """)
    }

    @Test func `JSON has the sum beside the rows`() throws {
        #expect(
            try desk().run("holds", "--json").out == """
                {
                  "holds": [
                    {
                      "job": null,
                      "user": "ada",
                      "allocation": "astro-2026",
                      "cluster": "reef",
                      "state": "unclaimed",
                      "tasks": 1,
                      "running": 0,
                      "per_task": 96,
                      "held": 96,
                      "since": "2026-07-15T10:00:00Z",
                      "token": "01JD3Z8Q6V",
                      "held_back": null,
                      "shortage": null
                    },
                    {
                      "job": "1234",
                      "user": "ben",
                      "allocation": "astro-2026",
                      "cluster": "reef",
                      "state": "bound",
                      "tasks": 1000,
                      "running": 3,
                      "per_task": 2.5,
                      "held": 2507.125,
                      "since": "2026-07-15T10:00:00Z",
                      "token": "01JD3Z8Q6Y",
                      "held_back": null,
                      "shortage": null
                    }
                  ],
                  "held": 2603.125
                }

                """)
    }

    @Test func `what was let pass without credit is not priced at 0, and why is said`() throws {
        var job = Row.Hold(
            cluster: "reef", job: "7", token: "A", user: "ada", allocation: "astro-2026",
            state: "bound", tasks: 1, running: 0, perTask: .zero, held: .zero,
            since: try time("2026-07-15T10:00:00Z"))
        job.shortage = "too little credit"
        let free = Row.Hold(
            cluster: "reef", job: "8", token: "B", user: "ada", allocation: "astro-2026",
            state: "bound", tasks: 1, running: 0, perTask: .zero, held: .zero,
            since: try time("2026-07-15T10:00:00Z"))
        func shown(_ words: String...) -> String {
            Desk(.answer([.hold(job), .hold(free)], .holds(.init(rows: 2, held: .zero))))
                .run(["holds"] + words).out
        }
        #expect(
            shown("-P", "-o", "Job,PerTask,Held,Shortage")
                == "Job|PerTask|Held|Shortage\n7||0|too little credit\n8|0|0|\n")
        #expect(shown().contains("too little credit"))
        #expect(shown("--json").contains("\"per_task\": null"))
    }

    @Test func `what is asked for narrows`() throws {
        let desk = try desk()
        _ = desk.run("holds", "-A", "astro", "-u", "ada", "--allocation", "a")
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .holds(.init(allocation: "a", account: "astro", user: "ada"))
            ])
    }

    @Test func `what was held at its start stands beside it, with the reason`() throws {
        let note = "1234_7 (and 2 more): allocation astro-2026 is INACTIVE."
        #expect(
            try desk(note: note).run("holds", "-P", "-o", "Job,HeldBack").out == """
                Job|HeldBack
                |
                1234|1234_7 (and 2 more): allocation astro-2026 is INACTIVE.

                """)
        let lines = try desk(note: note).run("holds").out.split(separator: "\n")
        #expect(lines[0].hasSuffix("HeldBack") && lines[3].hasSuffix(note))
    }
}
