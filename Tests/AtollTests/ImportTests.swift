import Client
import Foundation
import Testing
import Units
import Wire

@testable import atoll

/// What an import sends, and what a person sees of it.
@Suite struct ImportTests {
    private static let header =
        "JobIDRaw|JobID|Cluster|User|Account|Partition|Submit|Start|End|Elapsed|State|AllocTRES|Extra"

    private static func row(_ id: String, _ start: String, _ end: String, cluster: String = "reef")
        -> String
    {
        "\(id)|\(id)|\(cluster)|ada|astro|cpu|2026-01-10T00:00:00|\(start)|\(end)|01:00:00|COMPLETED|"
            + "cpu=4|x"
    }

    private static let good = row("7", "2026-01-10T01:00:00", "2026-01-10T02:00:00")

    private func reply(_ make: (inout Reply.Import) -> Void = { _ in }) -> Told {
        var reply = Reply.Import()
        make(&reply)
        return .answer([], .importRecords(reply))
    }

    /// The screen, what was asked, and the file of rejected rows.
    private func run(
        _ lines: [String], _ answers: [Told], options: [String] = ["--time-zone", "UTC"],
        packed: Bool = false
    ) throws -> (screen: Screen, asked: [Request.Import], rejected: String) {
        try Folder.using { folder in
            var path = try folder.file("dump.psv", lines.map { "\($0)\n" }.joined())
            if packed {
                _ = try runProgram(["/usr/bin/env", "gzip", path], deadlineSeconds: 10)
                path += ".gz"
            }
            let desk = Desk(answers)
            let rejects = folder.path + "/rejected.psv"
            let screen = desk.run(["import", path, "--rejects", rejects] + options)
            let asked = desk.daemon.requests.compactMap { request -> Request.Import? in
                guard case .importRecords(let it) = request.operation else { return nil }
                return it
            }
            let rejected = try? String(contentsOfFile: rejects, encoding: .utf8)
            return (
                Screen(
                    status: screen.status, out: folder.withoutItsName(screen.out),
                    complaints: folder.withoutItsName(screen.complaints)), asked,
                folder.withoutItsName(rejected ?? "")
            )
        }
    }

    @Test(arguments: [false, true])
    func `runs are sent as the gauge writes them; steps are passed over`(packed: Bool) throws {
        let it = try run(
            [Self.header, Self.good, Self.good.replacing("7|7|", with: "7.batch|7.batch|")],
            [
                reply {
                    $0.counts.charged = 1
                    $0.sums = [
                        .init(
                            account: "astro", allocation: "astro-2026", runs: 1,
                            amount: ServiceUnits(microSU: 40_000))
                    ]
                }
            ], packed: packed)
        #expect(it.screen.status == 0, "\(it.screen.complaints)")
        #expect(
            it.screen.out == """
                Account  Allocation  Runs    SU
                -------  ----------  ----  ----
                astro    astro-2026     1  0.04
                -------  ----------  ----  ----
                                        1  0.04

                1 row: 1 run recorded.
                1 step passed over: a job's row has them.

                """)
        #expect(
            it.asked.map(\.records) == [
                """
                #atoll-records 1 kind=history cluster=reef at=1784116800
                JobID|JobIDRaw|ArrayJobID|User|UID|Account|Partition|QOS|Submit|Start|End|Suspended|\
                State|AllocTRES|TimelimitRaw|Reservation
                7|7||ada||astro|cpu||1768003200|1768006800|1768010400||COMPLETED|cpu=4||
                #end rows=1

                """
            ])
        #expect(it.asked.map(\.cluster) == ["reef"])
    }

    @Test func `what was unplaced before is told apart`() throws {
        let it = try run(
            [Self.header, Self.good],
            [
                reply {
                    ($0.counts.charged, $0.counts.placed) = (1, 1)
                    $0.sums = []
                }
            ])
        #expect(
            it.screen.out
                == "1 row: 1 run recorded.\n1 of them unplaced in the books until now.\n")
    }

    /// `<(…)` is one that has no name; what is read of either is gone.
    @Test(arguments: [false, true])
    func `a pipe is read once, like standard input`(isNamed: Bool) throws {
        try Folder.using { folder in
            let text = "\(Self.header)\n\(Self.good)\n"
            var (ends, path): ([Int32], String) = ([-1, -1], folder.path + "/records")
            if isNamed {
                #expect(mkfifo(path, 0o600) == 0)
                let named = path
                Thread.detachNewThread {
                    // No gzip that is started meanwhile may have it, too: it would wait for itself.
                    let end = open(named, O_WRONLY | O_CLOEXEC)
                    let file = FileHandle(fileDescriptor: end, closeOnDealloc: false)
                    try? file.write(contentsOf: Data(text.utf8))
                    close(end)
                }
            } else {
                #expect(pipe(&ends) == 0)
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                path = "/dev/fd/\(ends[0])"
                let file = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
                try file.write(contentsOf: Data(text.utf8))
                close(ends[1])
            }
            defer { if !isNamed { close(ends[0]) } }
            let desk = Desk([reply { $0.counts.charged = 1 }])
            let screen = desk.run([
                "import", path, "--rejects", folder.path + "/rejected.psv", "--time-zone", "UTC",
            ])
            #expect(screen.status == 0, "\(screen.complaints)")
            #expect(screen.out == "1 row: 1 run recorded.\n")
            #expect(desk.daemon.requests.count == 1)
        }
    }

    @Test func `columns that are missing are named at once, and nothing is sent`() throws {
        let it = try run(["JobIDRaw|User|Partition|Submit|Start|End|State", "7|a|b|c|d|e|f"], [])
        #expect(it.screen.status == 1)
        #expect(it.asked.isEmpty)
        #expect(
            it.screen.complaints
                == "atoll: dump.psv: the header lacks Account, AllocTRES, Cluster; "
                + "add them to sacct's --format\n")
    }

    @Test func `rows that can't be taken go to a file that is a dump again`() throws {
        let bad = Self.row("8", "yesterday", "2026-01-10T02:00:00")
        let odd = Self.row("9", "2026-01-10T01:00:00", "2026-01-10T00:30:00")
        let it = try run(
            [Self.header, Self.good, bad, odd],
            [
                reply {
                    $0.counts.known = 1
                    $0.rejected = [.init(row: 1, reason: "End is before Start")]
                }
            ])
        #expect(it.screen.status == 0)
        #expect(
            it.rejected == """
                RejectedLine|RejectedBecause|\(Self.header)
                dump.psv:3|Start: "yesterday" is not a time|\(bad)
                dump.psv:4|End is before Start|\(odd)

                """)
        #expect(it.screen.out.contains("3 rows: 0 runs recorded, 1 in the books already."))
        #expect(it.screen.out.contains("2 rows rejected: see rejected.psv"))
    }

    @Test func `a zone with summer time is told by its name; another is a usage error`() throws {
        let summer = Self.row("7", "2026-07-10T01:00:00", "2026-07-10T02:00:00")
        let it = try run(
            [Self.header, summer], [reply()], options: ["--time-zone", "Europe/Berlin"])
        #expect(it.asked.first?.records.contains("|1783638000|1783641600|") == true)
        let unknown = try run(
            [Self.header, summer], [], options: ["--time-zone", "Mars/Olympus"])
        #expect(unknown.screen.status == 2)
        #expect(unknown.asked.isEmpty)
    }

    /// glibc takes each of these for UTC, and says nothing.
    @Test(
        arguments: [
            "America/Argentina", "Europe", "America/", "zone.tab", "tzdata.zi", "right/UTC",
            "Europe/Berlin/", "../zoneinfo/UTC", "/etc/passwd",
        ])
    func `what names no zone's table is refused, and nothing is sent`(zone: String) throws {
        let it = try run([Self.header, Self.good], [], options: ["--time-zone", zone])
        #expect(it.screen.status == 2)
        #expect(it.asked.isEmpty)
        #expect(
            it.screen.complaints
                == "atoll: --time-zone \(zone): no such zone here; write UTC, +01:00, or a name of "
                + "`timedatectl list-timezones`.\n")
    }

    @Test func `a zone's table begins as tzfile(5) says`() throws {
        try Folder.using { folder in
            #expect(!isZoneFile(folder.path))
            #expect(!isZoneFile(folder.path + "/none"))
            for (text, isZone) in [("", false), ("TZi", false), ("# tz", false), ("TZif2", true)] {
                let path = try folder.file("zone", text)
                #expect(isZoneFile(path) == isZone, "\(text)")
            }
        }
    }

    @Test func `rows that the daemon set aside are an error`() throws {
        let it = try run(
            [Self.header, Self.good],
            [
                reply {
                    $0.counts.setAside = 1
                    $0.rejected = [.init(row: 0, reason: "this command was set aside: x")]
                }
            ])
        #expect(it.screen.status == 1)
        #expect(it.screen.out.contains("1 row of them set aside by the daemon."))
        #expect(it.screen.complaints.contains("atoll verify; report it."))
        #expect(it.rejected.contains("this command was set aside: x"))
    }

    @Test func `runs that a rerate set aside are named, and an error`() throws {
        let sum = Row.Rerated(
            allocation: "astro-2026", resource: "CPU", runs: 2,
            before: ServiceUnits(microSU: 2_000_000), after: ServiceUnits(microSU: 1_000_000))
        let told = Told.answer(
            [
                .rerated(sum),
                .setAside(.init(cluster: "reef", job: "1234", run: 88, why: "lot 2 is odd")),
            ],
            .rerate(.init(runs: 2, changed: 2, left: 0, setAside: 1, message: "2 runs.")))
        let words = ["rerate", "--resource", "CPU", "-S", "2026-01-01", "-E", "2026-02-01"]
        let screen = Desk(told).run(words + ["--reason", "r"])
        #expect(screen.status == 1)
        #expect(screen.out.hasSuffix("2 runs.\n") && screen.out.contains("astro-2026"))
        #expect(screen.complaints.hasPrefix("atoll: job 1234 on reef, run 88: lot 2 is odd\n"))
        let json = Desk(told).run(words + ["--reason", "r", "--json"])
        #expect(json.status == 1 && json.out.contains("\"why\": \"lot 2 is odd\""))
    }

    @Test func `many rows go in several messages, those of each cluster by themselves`() throws {
        let rows = (1...5_000).map {
            Self.row(
                "\($0)", "2026-01-10T01:00:00", "2026-01-10T02:00:00",
                cluster: $0 % 2 == 0 ? "reef" : "lagoon")
        }
        let it = try run([Self.header] + rows, Array(repeating: reply(), count: 20))
        #expect(it.screen.status == 0, "\(it.screen.complaints)")
        #expect(Set(it.asked.map(\.cluster)) == ["reef", "lagoon"])
        #expect(it.asked.count > 2)
        #expect(it.asked.allSatisfy { $0.records.utf8.count < 128 << 10 })
        let sent = it.asked.reduce(0) { $0 + $1.records.split(separator: "\n").count - 3 }
        #expect(sent == 5_000)
    }

    @Test func `rows that are rejected are told by the file they came from`() throws {
        try Folder.using { folder in
            let paths = try ["a.psv", "b.psv"].map {
                try folder.file($0, "\(Self.header)\n\(Self.good)\n")
            }
            let desk = Desk([reply { $0.rejected = [.init(row: 0, reason: "odd")] }, reply()])
            let rejects = folder.path + "/rejected.psv"
            _ = desk.run(["import"] + paths + ["--rejects", rejects, "--time-zone", "UTC"])
            let rejected = try String(contentsOfFile: rejects, encoding: .utf8)
            #expect(rejected.contains("a.psv:2|odd|7|") && !rejected.contains("b.psv"))
        }
    }
}
