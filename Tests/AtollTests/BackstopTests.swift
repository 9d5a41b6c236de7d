import Testing
import Units
import Wire

@Suite struct BackstopTests {
    private func desk(notes: [String] = []) throws -> Desk {
        var astro = Row.Backstop(
            cluster: "reef", account: "astro", limit: "GrpTRESMins=cpu", state: "waits")
        (astro.project, astro.standing, astro.written, astro.wanted) = ("astro", 184, 184, 171)
        (astro.used, astro.left) = (42, try su("92"))
        astro.writtenAt = try time("2026-07-15T12:00:00Z")
        astro.dueAt = try time("2026-07-15T13:00:00Z")
        var bio = Row.Backstop(
            cluster: "reef", account: "bio", limit: "GrpTRESMins=cpu", state: "foreign")
        (bio.standing, bio.why) = (5_000, "somebody else set it; it stays.")
        return Desk(
            .answer(
                [.backstop(astro), .backstop(bio)],
                .backstop(.init(rows: 2, limit: "GrpTRESMins", notes: notes))))
    }

    @Test func `a person sees what stands, what would be written when, and why it is not`() throws {
        let desk = try desk(notes: ["PriorityDecayHalfLife is 7-00:00:00."])
        let screen = desk.run("backstop", "show")
        #expect(screen.status == 0)
        let lines = screen.out.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines.filter { !$0.hasPrefix("-") }.prefix(2).elementsEqual([
                "Account Project Limit State Standing Wanted Used Left WrittenAt Due Why",
                "astro astro GrpTRESMins=cpu waits 184 171 42 92.00 2026-07-15T14:00:00 "
                    + "2026-07-15T15:00:00",
            ]), "\(screen)")
        #expect((screen.out + screen.complaints).contains("PriorityDecayHalfLife is 7-00:00:00."))
        #expect(desk.daemon.requests.map(\.operation) == [.backstop(.init())])
    }

    @Test func `programs see all of it`() throws {
        let desk = try desk()
        #expect(
            desk.run("backstop", "show", "-A", "astro", "-P", "-o", "account,limit,standing").out
                == "Account|Limit|Standing\nastro|GrpTRESMins=cpu|184\nbio|GrpTRESMins=cpu|5000\n")
        #expect(desk.daemon.requests.map(\.operation) == [.backstop(.init(account: "astro"))])
        #expect(
            try self.desk().run("backstop", "show", "--json").out.contains(
                #""limit": "GrpTRESMins=cpu""#))
    }

    @Test func `clear says what it asks for, and that there is nothing`() throws {
        let desk = Desk(.answer([], .backstop(.init(rows: 0, limit: "off"))))
        let screen = desk.run("backstop", "clear", "--dry-run")
        #expect(screen.status == 0)
        #expect(
            (screen.out + screen.complaints).contains(
                "[backstop] is off; Atoll has written no limit there."))
        #expect(
            desk.daemon.requests.map(\.operation) == [.backstop(.init(clear: true, dryRun: true))])
    }
}
