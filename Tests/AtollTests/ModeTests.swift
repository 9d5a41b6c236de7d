import Registry
import Testing
import Units
import Wire

@Suite struct ModeTests {
    private func rows() throws -> [Row] {
        let since = try time("2026-07-15T12:00:00Z")
        return [
            .mode(
                .init(
                    cluster: "reef", account: nil, mode: .observe, rule: "cluster reef",
                    since: since, by: "root", reason: "going live")),
            .mode(
                .init(
                    cluster: nil, account: "astro", mode: .warn, rule: "account astro",
                    since: since, by: "ada", reason: "a course")),
        ]
    }

    @Test func `mode alone shows what is set`() throws {
        let desk = Desk(.answer(try rows(), .modes(.init(rows: 2))))
        #expect(
            desk.run("mode")
                == Screen(
                    status: 0,
                    out: """
                        Cluster  Account  Mode     Rule           Since                By    Reason
                        -------  -------  -------  -------------  -------------------  ----  ----------
                        reef              observe  cluster reef   2026-07-15T14:00:00  root  going live
                        (all)    astro    warn     account astro  2026-07-15T14:00:00  ada   a course

                        """))
        #expect(desk.daemon.requests.map(\.operation) == [.modes(.init())])
        let asked = Desk(.answer(try rows(), .modes(.init(rows: 2))))
        #expect(
            asked.run("mode", "show", "-A", "astro", "-P", "-o", "account,mode").out
                == "Account|Mode\n|observe\nastro|warn\n")
        #expect(asked.daemon.requests.map(\.operation) == [.modes(.init(account: "astro"))])
    }

    @Test func `set and clear say what changed`() throws {
        let change = Row.Change(
            action: "change", what: "mode", name: "cluster reef", detail: "enforce → observe")
        let desk = Desk(
            .answer([.change(change)], .setMode(.init(rows: 1, message: "1 change made"))),
            .answer([], .setMode(.init(rows: 0, message: "nothing to change"))))
        #expect(
            desk.run("mode", "set", "observe", "--reason", "going live").out
                == "~ mode cluster reef: enforce → observe\n1 change\n")
        #expect(
            desk.run("mode", "clear", "-A", "astro", "--reason", "over", "--dry-run").out
                == "nothing to change\n")
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .setMode(.init(mode: .observe, reason: "going live")),
                .setMode(.init(account: "astro", mode: nil, reason: "over", dryRun: true)),
            ])
    }

    @Test(arguments: [
        ["mode", "set", "observe"], ["mode", "set", "lenient", "--reason", "r"],
        ["mode", "set", "--reason", "r"], ["mode", "clear", "--reason", " "],
        ["would-refuse", "-S", "tomorrowish"],
    ])
    func `a wrong command line is 2`(words: [String]) {
        #expect(Desk().run(words).status == 2)
    }

    @Test func `would-refuse lists jobs with figures, for people and programs`() throws {
        var short = Row.WouldRefuse(
            at: try time("2026-07-15T10:00:00Z"), cluster: "reef", job: "1234",
            stage: "submission", cause: "credit", mode: "observe", text: "this job may cost …")
        (short.user, short.account, short.allocation) = ("ada", "astro", "astro-2026")
        (short.cost, short.short, short.fitsMinutes) = (try su("96"), try su("83.5"), 62)
        var off = Row.WouldRefuse(
            at: try time("2026-07-15T10:01:00Z"), cluster: "reef", job: "1240", stage: "start",
            cause: "status", mode: "warn", text: "project bio is INACTIVE.")
        (off.user, off.account) = ("cleo", "bio")
        let told = Told.answer(
            [.wouldRefuse(short), .wouldRefuse(off)],
            .wouldRefuse(.init(rows: 2, keptSince: try time("2026-03-17T12:00:00Z"))))
        let desk = Desk(told)
        let screen = desk.run("would-refuse", "-S", "now-7days", "-A", "astro", "-u", "ada")
        let lines = screen.out.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines.filter { !$0.hasPrefix("-") } == [
                "Time Job User Account Allocation Stage Cause Cost Short What",
                "2026-07-15T12:00:00 1234 ada astro astro-2026 submission credit 96.00 83.50 "
                    + "this job may cost …",
                "2026-07-15T12:01:00 1240 cleo bio start status project bio is INACTIVE.",
            ], "\(screen)")
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .wouldRefuse(
                    .init(account: "astro", user: "ada", start: try time("2026-07-08T12:00:00Z")))
            ])
        #expect(
            Desk(told).run("would-refuse", "-P", "-o", "job,cause,cost,short,fitsminutes").out
                == "Job|Cause|Cost|Short|FitsMinutes\n1234|credit|96|83.5|62\n1240|status|||\n")
        #expect(Desk(told).run("would-refuse", "--json").out.contains(#""short": 83.5"#))
    }
}
