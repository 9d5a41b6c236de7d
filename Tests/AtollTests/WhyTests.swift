import Testing
import Units
import Wire

@Suite struct WhyTests {
    private func desk(known: Bool = true) throws -> Desk {
        let held = Row.Notice(
            at: try time("2026-07-15T10:00:00Z"), kind: "admitted",
            text: "up to 48.00 SU held, 52.00 SU left in astro-2026.",
            figures: [
                .init("held", .amount(try su("48"))),
                .init("note", .text("one node, the fewest that fit")),
            ])
        let refused = Row.Notice(
            at: try time("2026-07-15T11:00:00Z"), kind: "modify_refused",
            text: "71: time limit 03:00:00: this job may cost 144.00 SU.", times: 2,
            figures: [.init("fits_minutes", .number(125))])
        var reply = Reply.Why(rows: 2, job: "71", cluster: "reef")
        var books = Reply.Why.Account(
            user: "ada", name: "astro", allocation: "astro-2026", state: "bound")
        (books.waiting, books.timeLimitSeconds) = (1, 3_600)
        (books.perTask, books.held, books.setAside) = (try su("48"), try su("48"), try su("12"))
        if known { reply.account = books }
        return Desk(.answer([.notice(held), .notice(refused)], .why(reply)))
    }

    @Test func `a person reads how the job stands and what happened`() throws {
        let desk = try desk()
        #expect(
            desk.run("why", "71")
                == Screen(
                    status: 0,
                    out: """
                        Job 71 of ada on reef, account astro, charged to astro-2026
                          state      1 waiting, 0 running, 0 ended, 01:00:00 each
                          held       48.00 SU
                          set aside  12.00 SU more, until Slurm shows the change asked for
                          charged    0.00 SU

                        Time                 Kind            Times  What
                        -------------------  --------------  -----  -----------------------------------------------------
                        2026-07-15T12:00:00  admitted               up to 48.00 SU held, 52.00 SU left in astro-2026.
                                                                      one node, the fewest that fit
                        2026-07-15T13:00:00  modify_refused      2  71: time limit 03:00:00: this job may cost 144.00 SU.

                        """))
        #expect(desk.daemon.requests.map(\.operation) == [.why(.init(job: "71"))])
    }

    @Test func `programs read every figure`() throws {
        #expect(
            try desk().run("why", "71", "-P", "-o", "kind,figures").out == """
                Kind|Figures
                admitted|held=48.00,note=one node, the fewest that fit
                modify_refused|fits_minutes=125

                """)
        let json = try desk(known: false).run("why", "71", "--json").out
        #expect(
            json.hasPrefix("{\n  \"job\": \"71\",\n  \"cluster\": \"reef\",\n  \"books\": null"))
        #expect(json.contains("\"name\": \"fits_minutes\",\n          \"value\": 125"))
        #expect(try desk().run("why", "71", "--json").out.contains("\"set_aside\": 12"))
    }

    @Test func `each component of a het job is named, and what is held back says why`() throws {
        var reply = Reply.Why(rows: 0, job: "80", cluster: "reef")
        var books = Reply.Why.Account(
            user: "ada", name: "astro", allocation: "astro-2026", state: "bound")
        (books.component, books.waiting, books.timeLimitSeconds) = ("80+0", 1, 3_600)
        books.held = try su("48")
        books.heldBack = "80+0: allocation astro-2026 is INACTIVE."
        reply.account = books
        (books.component, books.heldBack, books.held) = ("80+1", nil, try su("2"))
        reply.components = [books]
        let told = Told.answer([], .why(reply))
        #expect(
            Desk(told).run("why", "80").out == """
                Job 80+0 of ada on reef, account astro, charged to astro-2026
                  state      1 waiting, 0 running, 0 ended, 01:00:00 each
                  held       48.00 SU
                  charged    0.00 SU
                  held back  80+0: allocation astro-2026 is INACTIVE.
                Job 80+1 of ada on reef, account astro, charged to astro-2026
                  state      1 waiting, 0 running, 0 ended, 01:00:00 each
                  held       2.00 SU
                  charged    0.00 SU


                """)
        let json = Desk(told).run("why", "80", "--json").out
        #expect(json.contains("\"held_back\": \"80+0: allocation astro-2026 is INACTIVE.\""))
        #expect(json.contains("\"component\": \"80+1\""))
    }

    @Test func `of a job without a hold there may be something to tell`() throws {
        let screen = try desk(known: false).run("why", "71")
        #expect(screen.out.hasPrefix("Job 71 on reef: the books have no hold of it.\n\nTime"))
    }
}
