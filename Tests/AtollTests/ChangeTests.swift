import Client
import Registry
import Testing
import Units
import Wire

@testable import atoll

private let site = """
    [[cluster]]
    name = "reef"

    """

@Suite struct ChangeTests {
    @Test func `a grant is asked for, and what it did is said`() throws {
        let desk = Desk(
            .answer([], .grant(.init(lot: 12, available: try su("1512.5"), message: ""))))
        #expect(
            desk.run(
                "grant", "astro-2026", "1,000.50", "--reason", "proposal 7", "-S", "08/01", "-E",
                "2027-01-01")
                == Screen(
                    status: 0,
                    out: "1,000.50 SU granted to astro-2026, 1,512.50 SU are available.\n"))
        #expect(
            desk.daemon.requests.map(\.operation) == [
                .grant(
                    .init(
                        allocation: "astro-2026", amount: try su("1000.5"),
                        start: try time("2026-07-31T22:00:00Z"),
                        end: try time("2026-12-31T22:00:00Z"), reason: "proposal 7"))
            ])
    }

    @Test func `rates that differ are refused with the file's line`() {
        let text = """
            [[cluster]]
            name = "reef"
            [[resource]]
            name = "MEM"
            [[resource.rate]]
            su_per_hour = "1"
            [[resource]]
            name = "CPU"
            type = "CPU"
            [[resource.rate]]
            start = 2026-01-01T00:00:00Z
            su_per_hour = "0.01"
            """
        let message =
            "resource CPU: from 2026-05-01T00:00:00Z on the books have 0.02, here it is 0.01"
        #expect(Apply.rateLine(ofWhat: message, in: text) == 12)
        #expect(Apply.rateLine(ofWhat: "resource GPU: x", in: text) == nil)
        #expect(Apply.rateLine(ofWhat: "QOS high: x", in: text) == nil)
    }

    @Test func `a dry run says what would be`() throws {
        let told = Told.answer([], .grant(.init(lot: nil, available: try su("500"), message: "")))
        #expect(
            Desk(told).run("grant", "a", "5", "--reason", "x", "--dry-run").out
                == "5.00 SU would be granted to a, 500.00 SU would be available (dry run).\n")
        #expect(
            Desk(told).run("grant", "a", "5", "--reason", "x", "--dry-run", "--json").out == """
                {
                  "allocation": "a",
                  "amount": 5,
                  "lot": null,
                  "available": 500,
                  "dry_run": true
                }

                """)
    }

    @Test(arguments: [
        ["grant", "a"], ["grant", "a", "x", "--reason", "r"], ["grant", "a", "0", "--reason", "r"],
        ["grant", "a", "5"], ["grant", "a", "5", "--reason", " "],
        ["grant", "a", "1.2345678", "--reason", "r"],
        ["grant", "a", "5", "--reason", "r", "-S", "x"],
        ["grant", "a", "5", "--reason", "r", "--id", "é"], ["apply"], ["verify", "--expect", "x"],
        ["balance", "-P", "--json"], ["balance", "x"], ["statement"], ["nonsense"],
    ])
    func `a wrong command line ends with 2, and nobody is asked`(words: [String]) {
        let desk = Desk()
        let screen = desk.run(words)
        #expect(screen.status == 2 && screen.out.isEmpty && !screen.complaints.isEmpty)
        #expect(desk.daemon.requests.isEmpty)
    }

    @Test func `changes of a site are listed, and counted`() throws {
        try Folder.using { folder in
            let file = try folder.file("site.toml", site)
            let rows: [Row] = [
                .change(.init(action: "add", what: "cluster", name: "reef", detail: "combine sum")),
                .change(.init(action: "change", what: "account", name: "astro", detail: "")),
            ]
            let desk = Desk(.answer(rows, .apply(.init(rows: 2, message: ""))))
            #expect(
                desk.run("apply", file)
                    == Screen(
                        status: 0, out: "+ cluster reef: combine sum\n~ account astro\n2 changes\n")
            )
            var expected = Site()
            expected.clusters = [SiteCluster(name: "reef")]
            #expect(desk.daemon.requests.map(\.operation) == [.apply(.init(site: expected))])
            let dry = Desk(.answer([rows[0]], .apply(.init(rows: 1, message: ""))))
            #expect(
                dry.run("apply", file, "--dry-run").out
                    == "+ cluster reef: combine sum\n1 change would be made (dry run)\n")
            let same = Desk(.answer([], .apply(.init(rows: 0, message: ""))))
            #expect(same.run("apply", file).out == "nothing to change\n")
        }
    }

    @Test func `every problem of a site file is told by line, and nothing is sent`() throws {
        try Folder.using { folder in
            let file = try folder.file("site.toml", "[[cluster]]\nnam = \"reef\"\n\n[[project]]\n")
            let desk = Desk()
            let screen = desk.run("apply", file)
            #expect(screen.status == 1 && screen.out.isEmpty && desk.daemon.requests.isEmpty)
            let lines = folder.withoutItsName(screen.complaints).split(separator: "\n")
            #expect(lines.count > 2)
            #expect(lines.allSatisfy { $0.hasPrefix("site.toml:") }, "\(lines)")
        }
    }

    @Test func `a change whose outcome is open is asked for again, with the same id`() throws {
        let desk = Desk(
            .error(.disconnected), .error(.answered(.init(.outcomeUnknown, "the disk failed"))),
            .answer([], .grant(.init(lot: 1, available: try su("5"), message: ""))))
        #expect(desk.run("grant", "a", "5", "--reason", "r", "--id", "g-1").status == 0)
        #expect(desk.daemon.requests.map(\.id.description) == ["g-1", "g-1", "g-1"])
        #expect(desk.waitedSeconds == 2)
    }

    @Test func `after three times the id is told, so that it is done once`() {
        let open = Told.error(.timedOut(seconds: 30))
        let desk = Desk(open, open, open)
        let screen = desk.run("grant", "a", "5", "--reason", "r", "--id", "g-1")
        #expect(
            screen
                == Screen(
                    status: 1, out: "",
                    complaints: """
                        atoll: atolld did not answer within 30 s
                        atoll: Whether it was done is unknown; ask again with --id g-1, and it is done once.

                        """))
    }

    @Test func `a change that is refused is not asked for again`() {
        let desk = Desk(.error(.answered(.init(.forbidden, "you are no operator."))))
        #expect(
            desk.run("grant", "a", "5", "--reason", "r")
                == Screen(status: 1, out: "", complaints: "atoll: you are no operator.\n"))
        #expect(desk.daemon.requests.count == 1)
    }
}
