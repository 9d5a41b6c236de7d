import Foundation
import Testing
import Units
import Wire

@testable import atoll

/// The file of rows that an import can't take: always a new one; and how an import ends that placed none.
@Suite struct ImportRejectsTests {
    private static let header =
        "JobIDRaw|JobID|Cluster|User|Account|Partition|Submit|Start|End|Elapsed|State|AllocTRES"
    private static let row =
        "7|7|reef|ada|astro|cpu|2026-01-10T00:00:00|2026-01-10T01:00:00|2026-01-10T02:00:00|"
        + "01:00:00|COMPLETED|cpu=4"
    private static let bad = row.replacing("2026-01-10T01:00:00", with: "yesterday")

    private func told(_ make: (inout Reply.Import) -> Void = { _ in }) -> Told {
        var reply = Reply.Import()
        make(&reply)
        return .answer([], .importRecords(reply))
    }

    private func dump(_ rows: [String]) -> String {
        ([Self.header] + rows).map { "\($0)\n" }.joined()
    }

    // MARK: Which file

    @Test func `the usual file is not written over, the next that is free is taken and named`()
        throws
    {
        try Folder.using { folder in
            let path = try folder.file("dump.psv", dump([Self.row, Self.bad]))
            let desk = Desk([told { $0.counts.charged = 1 }])
            let taken = ["atoll-rejected.psv", "atoll-rejected-2.psv"]
            var saved: [String: String] = [:]
            let look = desk.machine.look
            desk.machine.look = { taken.contains($0) ? look(path) : look($0) }
            desk.save = { name, text, isNew in
                #expect(isNew && saved[name] == nil)
                saved[name] = text
            }
            let screen = desk.run(["import", path, "--time-zone", "UTC"])
            #expect(screen.status == 0, "\(screen.complaints)")
            #expect(saved.keys.sorted() == ["atoll-rejected-3.psv"])
            #expect(saved.values.first?.hasSuffix("|\(Self.bad)\n") == true)
            #expect(screen.out.contains("1 row rejected: see atoll-rejected-3.psv"))
        }
    }

    @Test func `a file that is named and there is refused before anything is sent`() throws {
        try Folder.using { folder in
            let path = try folder.file("dump.psv", dump([Self.bad]))
            let earlier = try folder.file("mine.psv", "rows of another day\n")
            let link = folder.path + "/link.psv"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: path)
            for (rejects, why) in [
                (earlier, "that file is there already"),
                (path, "that is a file that is to be imported"),
                (link, "that is \(path) that is to be imported"),
            ] {
                let desk = Desk([told()])
                let screen = desk.run([
                    "import", path, "--rejects", rejects, "--time-zone", "UTC",
                ])
                #expect(screen.status == 1)
                #expect(screen.complaints.hasPrefix("atoll: --rejects \(rejects): \(why)"))
                #expect(desk.daemon.requests.isEmpty)
            }
            #expect(try String(contentsOfFile: earlier, encoding: .utf8) == "rows of another day\n")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == dump([Self.bad]))
        }
    }

    @Test func `what is no plain file may be named again and again`() throws {
        try Folder.using { folder in
            let path = try folder.file("dump.psv", dump([Self.row, Self.bad]))
            let desk = Desk([told { $0.counts.charged = 1 }])
            let screen = desk.run([
                "import", path, "--rejects", "/dev/null", "--time-zone", "UTC",
            ])
            #expect(screen.status == 0, "\(screen.complaints)")
        }
    }

    @Test func `a second header's file is new, too`() throws {
        try Folder.using { folder in
            let first = try folder.file("one.psv", dump([Self.bad]))
            let other = dump([Self.row + "|x", Self.bad + "|x"])
                .replacing("|AllocTRES\n", with: "|AllocTRES|Extra\n")
            let second = try folder.file("two.psv", other)
            let rejects = folder.path + "/bad.psv"
            _ = try folder.file("bad.psv.2", "rows of another day\n")
            let desk = Desk([told { $0.counts.charged = 1 }])
            let screen = desk.run([
                "import", first, second, "--rejects", rejects, "--time-zone", "UTC",
            ])
            #expect(screen.status == 0, "\(screen.complaints)")
            let kept = try String(contentsOfFile: rejects + ".2", encoding: .utf8)
            #expect(kept == "rows of another day\n")
            let third = try String(contentsOfFile: rejects + ".3", encoding: .utf8)
            #expect(third.hasPrefix("RejectedLine|RejectedBecause|\(Self.header)|Extra\n"))
        }
    }

    // MARK: How it ends

    struct Ending: CustomTestStringConvertible {
        let testDescription: String
        let rows: [String]
        var counts = ImportCounts()
        let status: Int32
    }

    private static func counting(_ make: (inout ImportCounts) -> Void) -> ImportCounts {
        var counts = ImportCounts()
        make(&counts)
        return counts
    }

    @Test(arguments: [
        Ending(testDescription: "all rejected", rows: [bad, bad], status: 1),
        Ending(
            testDescription: "the rest passed over", rows: [row, bad],
            counts: counting { $0.neverRan = 1 }, status: 1),
        Ending(
            testDescription: "one recorded", rows: [row, bad],
            counts: counting { $0.charged = 1 }, status: 0),
        Ending(
            testDescription: "one unplaced", rows: [row, bad],
            counts: counting { $0.unplaced = 1 }, status: 0),
        Ending(
            testDescription: "one in the books already", rows: [row, bad],
            counts: counting { $0.known = 1 }, status: 0),
        Ending(
            testDescription: "none rejected, all passed over", rows: [row],
            counts: counting { $0.open = 1 }, status: 0),
        Ending(testDescription: "no rows at all", rows: [], status: 0),
    ])
    func `rows rejected and not one run placed is an error`(ending: Ending) throws {
        for dry in [false, true] {
            try Folder.using { folder in
                let path = try folder.file("dump.psv", dump(ending.rows))
                let desk = Desk([told { $0.counts = ending.counts }])
                let screen = desk.run(
                    [
                        "import", path, "--rejects", folder.path + "/bad.psv", "--time-zone",
                        "UTC",
                    ] + (dry ? ["--dry-run"] : []))
                #expect(screen.status == ending.status, "\(screen)")
                let why = "atoll: no run was \(dry ? "found that could be " : "")imported"
                #expect(screen.complaints.hasPrefix(why) == (ending.status == 1))
            }
        }
    }

    @Test func `a dry run says what it did not do`() throws {
        try Folder.using { folder in
            let path = try folder.file("dump.psv", dump([Self.row]))
            let desk = Desk([told { $0.counts.charged = 1 }])
            let screen = desk.run(["import", path, "--dry-run", "--time-zone", "UTC"])
            #expect(
                screen.out == """
                    1 row: 1 run would be recorded.
                    Dry run: nothing was recorded, nothing charged. Each row was tried on the books as \
                    they are: a run that stands twice in the files may count twice here, and counts once without \
                    --dry-run.

                    """)
        }
    }
}
