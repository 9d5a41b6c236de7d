import Client
import Foundation
import Testing
import Units
import Wire

@testable import atoll

/// An import is looked at as a whole before the first of its rows is recorded; and what is said when it
/// does not come to its end.
@Suite struct ImportCheckTests {
    private static let header =
        "JobIDRaw|JobID|Cluster|User|Account|Partition|Submit|Start|End|State|AllocTRES"

    private static func rows(_ count: Int, state: String = "COMPLETED") -> [String] {
        (1...count).map {
            "\($0)|\($0)|reef|ada|astro|cpu|2026-01-10T00:00:00|2026-01-10T01:00:00|"
                + "2026-01-10T02:00:00|\(state)|cpu=4"
        }
    }

    private static let shifted = Told.error(
        .answered(.init(.conflict, "64 of 64 runs looked at stand in the books already.")))
    private static let unknown = Told.error(
        .answered(.init(.notFound, "cluster reef is not in the books.")))

    private func recorded(_ count: Int64) -> Told {
        var reply = Reply.Import()
        reply.counts.charged = count
        return .answer([], .importRecords(reply))
    }

    /// What was asked: looked at, and to be recorded.
    private func run(
        _ rows: [String], _ desk: Desk, options: [String] = []
    ) throws -> (screen: Screen, looked: [Request.Import], recorded: [Request.Import]) {
        try Folder.using { folder in
            let path = try folder.file(
                "dump.psv", ([Self.header] + rows).map { "\($0)\n" }.joined())
            let screen = desk.run(
                ["import", path, "--rejects", folder.path + "/r", "--time-zone", "UTC"] + options)
            let asked = desk.daemon.requests.compactMap { request -> Request.Import? in
                guard case .importRecords(let it) = request.operation else { return nil }
                return it
            }
            return (
                Screen(
                    status: screen.status, out: screen.out,
                    complaints: folder.withoutItsName(screen.complaints)), desk.daemon.checked,
                asked
            )
        }
    }

    @Test func `all rows are looked at, then all are recorded`() throws {
        // A few more than two messages take.
        let it = try run(Self.rows(2_703), Desk(Array(repeating: recorded(0), count: 10)))
        #expect(it.screen.status == 0, "\(it.screen.complaints)")
        #expect(it.looked.count > 1 && it.looked.map(\.records) == it.recorded.map(\.records))
        #expect(it.looked.allSatisfy { $0.check == .only && $0.dryRun })
        #expect(it.recorded.allSatisfy { $0.check == .done && !$0.dryRun })
    }

    /// There is nothing that they could be set beside; each message is looked at by itself all the same.
    @Test(arguments: [false, true])
    func `with empty books nothing more is looked at, by file or pipe`(isPipe: Bool) throws {
        var reply = Reply.Import()
        reply.areBooksEmpty = true
        let rows = Self.rows(18_000)
        let desk = Desk(Array(repeating: recorded(0), count: 60))
        desk.daemon.checks = Array(
            repeating: .answer([], .importRecords(reply)), count: 60)
        desk.isReadOnce = isPipe
        let it = try run(rows, desk)
        #expect(it.screen.status == 0, "\(it.screen.complaints)")
        #expect(it.recorded.allSatisfy { $0.check == .each })
        let count = it.recorded.reduce(0) { $0 + $1.records.split(separator: "\n").count - 3 }
        #expect(count == rows.count)
        #expect(!it.looked.isEmpty && it.looked.count < it.recorded.count)
    }

    @Test func `only what has ended is looked at, so that it is not thinned out`() throws {
        let mixed = zip(Self.rows(40), Self.rows(40, state: "RUNNING")).flatMap { [$0, $1] }
        let it = try run(mixed, Desk(recorded(40)))
        #expect(it.looked.map { $0.records.split(separator: "\n").count - 3 } == [40])
        #expect(it.recorded.map { $0.records.split(separator: "\n").count - 3 } == [80])
    }

    @Test(arguments: [[], ["--dry-run"]])
    func `a dump of another time zone is refused before any of it is recorded`(
        options: [String]
    ) throws {
        let desk = Desk([])
        // The last message has a few rows; the one before shows it.
        desk.daemon.checks = [recorded(0), Self.shifted]
        let it = try run(Self.rows(2_703), desk, options: options)
        #expect(it.screen.status == 1 && it.screen.out.isEmpty && it.recorded.isEmpty)
        let line = try #require(it.looked.first).records.split(separator: "\n").count - 1
        #expect(
            it.screen.complaints == """
                atoll: dump.psv, line \(line) and further: 64 of 64 runs looked at stand in the books already.
                atoll: Nothing was recorded.

                """)
    }

    @Test(arguments: [[], ["--dry-run"]])
    func `a cluster that is unknown is refused before any of it is recorded`(
        options: [String]
    ) throws {
        let desk = Desk([])
        desk.daemon.checks = [Self.unknown]
        let it = try run(Self.rows(3), desk, options: options)
        #expect(it.screen.status == 1 && it.screen.out.isEmpty && it.recorded.isEmpty)
        #expect(
            it.screen.complaints == """
                atoll: cluster reef is not in the books.
                atoll: Nothing was recorded.

                """)
    }

    struct Broken: CustomTestStringConvertible {
        var answers: [Told]
        var options: [String] = []
        var said: String
        var testDescription: String { said }
    }

    private static var broken: [Broken] {
        let charged = { (count: Int64) in
            var reply = Reply.Import()
            reply.counts.charged = count
            return Told.answer([], .importRecords(reply))
        }
        let busy = Told.error(.answered(.init(.unavailable, "the disk is full.")))
        return [
            // Four messages, all of them under way when the first answer comes.
            Broken(
                answers: [charged(1_200), unknown, charged(300), charged(9)],
                said: "What was recorded before stands: 1,509 runs."),
            Broken(
                answers: [charged(1_200), unknown, .error(.disconnected)],
                said: "What was recorded before stands: at least 1,200 runs."),
            Broken(
                answers: [unknown, unknown, unknown, unknown], said: "Nothing was recorded."),
            Broken(
                answers: [charged(300), .error(.disconnected)],
                said: "What was recorded stands: at least 300 runs. Import the same again; what is "
                    + "in the books is passed over."),
            Broken(
                answers: [charged(1), busy],
                said: "What was recorded stands: at least 1 run. Import the same again; what is "
                    + "in the books is passed over."),
            Broken(
                answers: [charged(300), busy], options: ["--dry-run"],
                said: "Dry run: nothing was recorded."),
        ]
    }

    @Test(arguments: broken)
    func `what broke off says what stands, and whether the same goes on later`(
        it: Broken
    ) throws {
        let screen = try run(Self.rows(5_000), Desk(it.answers), options: it.options).screen
        #expect(screen.status == 1)
        #expect(
            screen.complaints.split(separator: "\n").last.map(String.init) == "atoll: \(it.said)")
    }

    @Test func `what comes by a pipe is kept aside, and nowhere else to be found`() throws {
        try Folder.using { folder in
            let path = folder.path + "/records"
            #expect(mkfifo(path, 0o600) == 0)
            let text = ([Self.header] + Self.rows(2_703)).map { "\($0)\n" }.joined()
            Thread.detachNewThread {
                let end = open(path, O_WRONLY | O_CLOEXEC)
                let file = FileHandle(fileDescriptor: end, closeOnDealloc: false)
                try? file.write(contentsOf: Data(text.utf8))
                close(end)
            }
            let desk = Desk(Array(repeating: recorded(0), count: 10))
            try FileManager.default.createDirectory(
                atPath: folder.path + "/spool", withIntermediateDirectories: true)
            desk.environment["TMPDIR"] = folder.path + "/spool"
            let words = ["import", path, "--rejects", folder.path + "/r", "--time-zone", "UTC"]
            #expect(desk.run(words).status == 0)
            #expect(desk.daemon.checked.count > 1)
            #expect(desk.daemon.checked.count == desk.daemon.requests.count)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path + "/spool") == [])
            desk.environment["TMPDIR"] = folder.path + "/none"
            let screen = desk.run(words)
            #expect(screen.status == 1 && screen.complaints.contains("by TMPDIR"))
            #expect(screen.complaints.hasSuffix("atoll: Nothing was recorded.\n"))
        }
    }
}
