/// `atoll reconcile` and `atoll settle` as they are seen, and the exit codes that a timer reads.

import Testing
import Units
import Wire

@testable import atoll

@Suite struct ReconcileTests {
    private func pass(corrected: Int64 = 0, person: Int64 = 0, ended: Bool = true) throws
        -> Reply.Reconcile.Pass
    {
        let begun = try time("2026-07-15T01:10:00Z")
        var pass = Reply.Reconcile.Pass(
            cluster: "reef", start: try time("2026-07-13T19:10:00Z"),
            end: try time("2026-07-14T19:10:00Z"), begunAt: begun)
        pass.endedAt = ended ? begun.advanced(bySeconds: 4) : nil
        (pass.records, pass.runs) = (2_400, 2_399)
        (pass.corrected, pass.person) = (corrected, person)
        pass.more = ServiceUnits(microSU: corrected * 200_000)
        pass.head = ended ? "18302:9f2c" : nil
        return pass
    }

    private func finding(remedy: String? = nil) throws -> Row {
        var it = Row.Finding(
            cluster: "reef", kind: remedy == nil ? "charged_too_little" : "missing_row",
            job: "1234", what: remedy == nil ? "end a, not b" : "slurmdbd has no row of it")
        (it.run, it.account, it.remedy) = (88, "astro", remedy)
        (it.before, it.after) = (ServiceUnits(microSU: 1_200_000), nil)
        if remedy == nil { it.after = ServiceUnits(microSU: 1_400_000) }
        return .reconciled(.finding(it))
    }

    @Test func `all agrees: 0, and the head to note`() throws {
        let told = Told.answer([], .reconcile(.init(passes: [try pass()])))
        #expect(
            Desk(told).run("reconcile")
                == Screen(
                    status: 0,
                    out: """
                        reef: 2026-07-13T21:10:00 to 2026-07-14T21:10:00: 2,400 rows of slurmdbd, \
                        2,399 runs of the books; all agree. Journal 18302:9f2c

                        """))
    }

    @Test func `where nothing was compared it is not said to agree`() throws {
        var empty = try pass()
        (empty.records, empty.runs, empty.head) = (0, 0, nil)
        #expect(
            Desk(.answer([], .reconcile(.init(passes: [empty])))).run("reconcile").out == """
                reef: 2026-07-13T21:10:00 to 2026-07-14T21:10:00: 0 rows of slurmdbd, 0 runs of the \
                books; nothing ended then, so nothing was compared.

                """)
        empty.start = empty.end
        #expect(
            Desk(.answer([], .reconcile(.init(passes: [empty])))).run("reconcile").out == """
                reef: what ended since 2026-07-14T21:10:00 has not settled yet ([reconcile] \
                settle_seconds in atoll.toml); nothing was compared.

                """)
        empty.start = Instant(epochSeconds: 0)
        #expect(
            Desk(.answer([], .reconcile(.init(passes: [empty])))).run("reconcile").out == """
                reef: the beginning to 2026-07-14T21:10:00: 0 rows of slurmdbd, 0 runs of the books; \
                nothing has settled yet ([reconcile] settle_seconds leaves out what ended since), so \
                nothing was compared.

                """)
    }

    @Test(
        arguments: [
            (1, 0, true, 10), (0, 1, true, 11), (2, 3, true, 11), (0, 0, true, 0),
            (0, 0, false, 11),
        ] as [(Int64, Int64, Bool, Int32)])
    func `what was found is the exit code`(
        corrected: Int64, person: Int64, ended: Bool, status: Int32
    ) throws {
        let it = try pass(corrected: corrected, person: person, ended: ended)
        #expect(
            Desk(.answer([], .reconcile(.init(passes: [it])))).run("reconcile").status == status)
    }

    @Test func `findings are a table, with the command that would settle them`() throws {
        let rows = [try finding(), try finding(remedy: "atoll settle 1234 --run 88 --reason WHY")]
        let told = Told.answer(
            rows, .reconcile(.init(passes: [try pass(corrected: 1, person: 1)])))
        let screen = Desk(told).run("reconcile")
        #expect(screen.out.contains("charged_too_little  1234"))
        #expect(screen.out.contains("atoll settle 1234 --run 88 --reason WHY"))
        #expect(
            screen.out.contains(
                "1 corrected (charged 0.20 SU more, 0.00 SU less), 1 takes a person"))
        let lines = Desk(told).run("reconcile", "-P", "-n", "-o", "Kind,Job,Before,After").out
        #expect(lines == "charged_too_little|1234|1.2|1.4\nmissing_row|1234|1.2|\n")
        let json = Desk(told).run("reconcile", "--json").out
        #expect(json.contains("\"kind\": \"missing_row\"") && json.contains("\"person\": 1"))
    }

    @Test func `of several clusters each finding names its own`() throws {
        var other = try finding()
        if case .reconciled(.finding(var it)) = other {
            it.cluster = "lagoon"
            other = .reconciled(.finding(it))
        }
        let both = [try pass(), try pass()]
        let told = Told.answer([try finding(), other], .reconcile(.init(passes: both)))
        let lines = Desk(told).run("reconcile").out.split(separator: "\n")
        #expect(lines[0].hasPrefix("Cluster  Kind"))
        #expect(lines[2].hasPrefix("reef     charged_too_little  1234"))
        #expect(lines[3].hasPrefix("lagoon   charged_too_little  1234"))
        // The other one was gone through, and nothing found.
        let first = Told.answer([try finding()], .reconcile(.init(passes: both)))
        #expect(Desk(first).run("reconcile").out.hasPrefix("Cluster  Kind"))
        let one = Told.answer([try finding()], .reconcile(.init(passes: [try pass()])))
        #expect(Desk(one).run("reconcile").out.hasPrefix("Kind "))
    }

    @Test func `what is asked for is what the options say`() throws {
        let desk = Desk(.answer([], .reconcile(.init(passes: [try pass()]))))
        _ = desk.run(
            "reconcile", "-S", "2026-07-01T00:00:00Z", "-M", "reef", "--dry-run")
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .reconcile(
                    .init(
                        cluster: "reef", start: try time("2026-07-01T00:00:00Z"), dryRun: true))
            ])
        #expect(Desk(.answer([], .nudge)).run("reconcile", "--last", "--dry-run").status == 2)
    }

    @Test func `the last pass is told again, with its exit code`() throws {
        let rows = [try finding(), try finding(remedy: "atoll settle 1234 --run 88 --reason WHY")]
        let desk = Desk(
            .answer(rows, .reconcile(.init(passes: [try pass(corrected: 1, person: 1)]))))
        let screen = desk.run("reconcile", "--last")
        #expect(screen.status == 11)
        #expect(screen.out.contains("missing_row") && screen.out.contains("atoll settle 1234"))
        #expect(
            desk.daemon.requests.map(\.operation) == [.reconcile(.init(last: true))])
        let corrected = Desk(
            .answer([rows[0]], .reconcile(.init(passes: [try pass(corrected: 1)]))))
        #expect(corrected.run("reconcile", "--last").status == 10)
        let clean = Desk(.answer([], .reconcile(.init(passes: [try pass()]))))
        #expect(clean.run("reconcile", "--last").status == 0)
    }

    @Test func `a cluster that was not gone through is an error, whatever the others came to`()
        throws
    {
        var reply = Reply.Reconcile(passes: [try pass(person: 1)])
        reply.failed = [
            .init(cluster: "lagoon", error: .init(.unavailable, "slurmdbd can't be reached"))
        ]
        let told = Told.answer([try finding(remedy: "atoll settle 1234")], .reconcile(reply))
        let screen = Desk(told).run("reconcile")
        #expect(screen.status == 1)
        #expect(screen.out.contains("missing_row") && screen.out.contains("1 takes a person"))
        #expect(screen.complaints == "atoll: lagoon: not reconciled: slurmdbd can't be reached\n")
        let json = Desk(told).run("reconcile", "--json")
        #expect(json.status == 1)
        #expect(json.out.contains("\"code\": \"unavailable\""))
    }

    @Test func `of very many findings a table has the first, and lines for programs have all`()
        throws
    {
        let rows = Array(repeating: try finding(), count: 12_345)
        let told = Told.answer(rows, .reconcile(.init(passes: [try pass(corrected: 12_345)])))
        let table = Desk(told).run("reconcile")
        #expect(table.status == 10)
        #expect(table.out.split(separator: "\n").count { $0.contains("1234") } == 10_000)
        #expect(table.out.contains("\nand 2,345 more; see them with -P\n"))
        let lines = Desk(told).run("reconcile", "-P", "-o", "Kind,Job").out
        #expect(
            lines == "Kind|Job\n" + String(repeating: "charged_too_little|1234\n", count: 12_345))
        #expect(Desk(told).run("reconcile", "--json").out.contains("\"left_off\": 2345"))
        let none = Desk(.answer([], .reconcile(.init(passes: [try pass()]))))
        #expect(none.run("reconcile", "-P", "-o", "Kind,Job").out == "Kind|Job\n")
    }

    @Test func `a person's word`() throws {
        let reply = Reply.Settle(
            run: 88, job: "1234", cluster: "reef", allocation: "astro-2026",
            charged: ServiceUnits(microSU: 1_200_000), message: "job 1234: its charge stands.")
        let desk = Desk(.answer([], .settle(reply)))
        #expect(
            desk.run("settle", "1234", "--reason", "it ran").out == "job 1234: its charge stands.\n"
        )
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .settle(.init(job: "1234", reason: "it ran"))
            ])
    }
}
