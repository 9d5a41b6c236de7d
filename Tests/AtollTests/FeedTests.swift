/// `atoll feed`, whole screens.

import Client
import Requests
import Testing
import Units
import Wire

@testable import atoll

@Suite struct FeedTests {
    private let records = """
        {"source":"ACCESS","record":"48217","type":"supplement","project":"AST1","su":500}

        {"source":"ACCESS","record":"48218","type":"extension","project":"AST1","ends":"x"}
        {"source":"ACCESS","record":"48219","type":"supplement","project":"NIX","su":5}
        {"source":"ACCESS","record":"48220","type":"inactivation","project":"AST1"}
        """

    private func done(_ effect: String, again: Bool = false) -> Told {
        .answer(
            [],
            .feed(
                .init(
                    project: "astro", allocation: "astro-2026", effect: effect,
                    at: Instant(epochSeconds: 1_767_225_600), isRepeat: again)))
    }

    private var desk: Desk {
        Desk(
            done("500.00 SU granted to astro-2026"),
            .error(.answered(.init(.notFound, "no project has the originated id NIX of ACCESS"))),
            done("allocation astro-2026 is INACTIVE", again: true))
    }

    @Test func `each record is told in its place, and a bad one stops no other`() throws {
        try Folder.using { folder in
            let path = try folder.file("today.ndjson", records)
            let desk = desk
            var screen = desk.run("feed", "apply", path)
            screen.out = folder.withoutItsName(screen.out)
            screen.complaints = folder.withoutItsName(screen.complaints)
            #expect(
                screen
                    == Screen(
                        status: 1,
                        out: """
                            today.ndjson:1: ACCESS 48217: done: 500.00 SU granted to astro-2026
                            today.ndjson:5: ACCESS 48220: done before, 2026-01-01T00:00:00Z: \
                            allocation astro-2026 is INACTIVE
                            1 done, 1 done before, 2 failed

                            """,
                        complaints: """
                            today.ndjson:3: 48218: error: ends: a record of type extension has no \
                            such field; it has allocation, comment, end, last_day, origination, \
                            project, record, source, type
                            today.ndjson:4: ACCESS 48219: error: no project has the originated id \
                            NIX of ACCESS

                            """))
            #expect(
                desk.daemon.requests.map(\.operation).first
                    == .feed(
                        .init(
                            record: FeedRecord(
                                source: "ACCESS", id: "48217", project: "AST1",
                                .supplement(try su("500"), start: nil, end: nil)))))
        }
    }

    @Test func `a program gets a row a record`() throws {
        try Folder.using { folder in
            let path = try folder.file("today.ndjson", records)
            let screen = desk.run("feed", "apply", path, "-P", "-o", "line,record,outcome,detail")
            #expect(screen.status == 1 && screen.complaints.isEmpty)
            #expect(
                screen.out.split(separator: "\n").map(String.init) == [
                    "Line|Record|Outcome|Detail",
                    "1|48217|done|500.00 SU granted to astro-2026",
                    "3|48218|failed|ends: a record of type extension has no such field; it has "
                        + "allocation, comment, end, last_day, origination, project, record, source, "
                        + "type",
                    "4|48219|failed|no project has the originated id NIX of ACCESS",
                    "5|48220|repeated|allocation astro-2026 is INACTIVE",
                ])
            let json = desk.run("feed", "apply", path, "--json", "--dry-run")
            #expect(json.status == 1)
            #expect(json.out.contains(#""outcome": "repeated""#))
            #expect(
                json.out.hasSuffix(
                    """
                      "done": 1,
                      "repeated": 1,
                      "failed": 2,
                      "dry_run": true
                    }

                    """))
        }
    }

    @Test func `a file whose records are all done ends with 0, and a dry run says so`() throws {
        try Folder.using { folder in
            let line = #"{"record":1,"type":"adjustment","project":"AST1","su":-5,"comment":"c"}"#
            let path = try folder.file("one.ndjson", line + "\n")
            let desk = Desk(done("5.00 SU withdrawn from astro-2026"))
            let screen = desk.run("feed", "apply", path, "--source", "amie", "--dry-run")
            #expect(screen.status == 0)
            #expect(
                folder.withoutItsName(screen.out) == """
                    one.ndjson:1: amie 1: would be done: 5.00 SU withdrawn from astro-2026
                    1 would be done, 0 done before, 0 failed (dry run)

                    """)
            #expect(
                desk.daemon.requests.map(\.operation) == [
                    .feed(
                        .init(
                            record: FeedRecord(
                                source: "amie", id: "1", project: "AST1",
                                .adjustment(try su("-5"))), comment: "c", dryRun: true))
                ])
        }
    }

    @Test func `when the daemon goes away it is told from which line on`() throws {
        try Folder.using { folder in
            let path = try folder.file("today.ndjson", records)
            let desk = Desk(
                done("500.00 SU granted to astro-2026"),
                .error(.answered(.init(.unavailable, "atolld is stopping"))))
            let screen = desk.run("feed", "apply", path)
            #expect(screen.status == 1)
            #expect(
                screen.complaints.contains(
                    "atoll: line 4 was not answered, and none after it sent: "))
        }
    }

    @Test func `a line without an end is refused before it fills memory`() throws {
        try Folder.using { folder in
            let path = try folder.file(
                "long.ndjson", "{}\n" + String(repeating: "x", count: 70_000))
            let screen = Desk().run("feed", "apply", path)
            #expect(screen.status == 1)
            #expect(screen.complaints.contains("atoll: line 2 is longer than 64 KiB."))
        }
    }

    @Test func `what came in is listed`() throws {
        var row = Row.FeedRecord(
            source: "ACCESS", record: "48217", kind: .supplement, project: "astro",
            allocation: "astro-2026", recordedAt: Instant(epochSeconds: 1_767_225_600), entry: 17,
            user: "root")
        row.amount = try su("500")
        let screen = Desk(.answer([.feedRecord(row)], .feedRecords(.init(rows: 1))))
            .run("feed", "list")
        #expect(
            screen.out == """
                Time                 Source  Record  Type        Project  Allocation  Amount  By
                -------------------  ------  ------  ----------  -------  ----------  ------  ----
                2026-01-01T02:00:00  ACCESS  48217   supplement  astro    astro-2026  500.00  root

                """)
        let none = Desk(.answer([], .feedRecords(.init(rows: 0))))
        #expect(
            none.run("feed", "list", "--source", "X").complaints
                == "atoll: no record of X was carried out in that time.\n")
    }
}
