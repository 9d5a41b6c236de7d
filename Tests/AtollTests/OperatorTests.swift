import Client
import Testing
import Units
import Wire

@Suite struct OperatorTests {
    private func status() throws -> Told {
        var status = Reply.Status(
            version: "0.1.0", uptimeSeconds: 90_061,
            clusters: [
                .init(
                    name: "reef", mode: "enforce", polledAt: try time("2026-07-15T11:59:50Z"),
                    jobs: 1_812),
                .init(name: "lagoon", problem: "slurmctld has not answered"),
            ])
        (status.epoch, status.entries, status.head) = (3, 18_302, "18302:9f2c")
        (status.queue, status.quarantined) = (0, 1)
        return .answer([], .status(status))
    }

    @Test func `an operator sees the daemon, the journal and the clusters`() throws {
        #expect(
            Desk(try status()).run("status")
                == Screen(
                    status: 0,
                    out: """
                        atolld 0.1.0, up 1-01:01:01
                        journal: 18,302 entries, head 18302:9f2c, epoch 3
                        commands: 0 waiting, 1 quarantined

                        Cluster  Mode     Polled                Jobs  Problem
                        -------  -------  -------------------  -----  --------------------------
                        reef     enforce  2026-07-15T13:59:50  1,812
                        lagoon                                        slurmctld has not answered

                        """))
    }

    private func polled(_ at: String, next: String, readMilliseconds: Int64 = 20) throws -> Told {
        var cluster = Reply.Status.Cluster(name: "reef", mode: "enforce", polledAt: try time(at))
        (cluster.nextPollAt, cluster.pollSeconds) = (try time(next), 10)
        (cluster.readMilliseconds, cluster.jobs) = (readMilliseconds, 4)
        return .answer(
            [], .status(.init(version: "0.1.0", uptimeSeconds: 59, clusters: [cluster])))
    }

    @Test(
        arguments: [
            ("11:59:50", "12:00:00", 20, ""),
            ("11:59:00", "12:00:00", 20, ""),
            (
                "11:58:58", "12:00:35", 2_140,
                "the queue was last read 62 s ago, poll_seconds is 10; next in 35 s; "
                    + "reading it took 2.1 s"
            ),
            (
                "11:50:00", "11:50:10", 20,
                "the queue was last read 600 s ago, poll_seconds is 10; it is being read, or hangs"
            ),
        ] as [(String, String, Int64, String)])
    func `a queue that was not read for too long is a problem, and when it is read next is told`(
        row: (polled: String, next: String, read: Int64, problem: String)
    ) throws {
        let told = try polled(
            "2026-07-15T\(row.polled)Z", next: "2026-07-15T\(row.next)Z",
            readMilliseconds: row.read)
        let screen = Desk(told).run("status", "-P", "-o", "next,problem")
        let next = row.next.replacing(/^1[12]/) { $0.output == "12" ? "14" : "13" }
        let line = row.problem.isEmpty ? "2026-07-15T\(next)|" : "2026-07-15T\(next)|\(row.problem)"
        #expect(screen.out == "Next|Problem\n\(line)\n")
    }

    @Test func `a reading under way is now to people, and a time to programs`() throws {
        let told = try polled("2026-07-15T11:59:50Z", next: "2026-07-15T11:59:58Z")
        #expect(
            Desk(told).run("status").out.hasSuffix(
                """
                Cluster  Mode     Polled               Next  Jobs
                -------  -------  -------------------  ----  ----
                reef     enforce  2026-07-15T13:59:50  now      4

                """))
        #expect(
            Desk(told).run("status", "-P", "-o", "next").out == "Next\n2026-07-15T13:59:58\n")
    }

    @Test func `others are told that it runs`() {
        let told = Told.answer([], .status(.init(version: "0.1.0", uptimeSeconds: 59)))
        #expect(Desk(told).run("status").out == "atolld 0.1.0, up 00:00:59\n")
        #expect(
            Desk(told).run("status", "--json").out == """
                {
                  "version": "0.1.0",
                  "uptime_seconds": 59,
                  "epoch": null,
                  "entries": null,
                  "head": null,
                  "queue": null,
                  "quarantined": null,
                  "clusters": []
                }

                """)
    }

    @Test func `sound books end with 0`() {
        let desk = Desk(
            .answer(
                [.progress(.init(entries: 10, total: 18_302))],
                .verify(
                    .init(
                        entries: 18_302, seconds: 4, entriesPerSecond: 4_398, head: "18302:9f2c",
                        isSound: true))))
        #expect(
            desk.run("verify", "--expect", "17:03ab")
                == Screen(
                    status: 0,
                    out: "18,302 entries in 4 s (4,398 a second), head 18302:9f2c: sound\n"))
        #expect(desk.daemon.requests.map(\.operation) == [.verify(.init(expect: "17:03ab"))])
    }

    @Test func `a finding is told on stderr, and ends with 1`() {
        let told = Told.answer(
            [],
            .verify(
                .init(
                    entries: 18, seconds: 0, head: "18:9f2c", isSound: false,
                    finding: "entry 17 has another hash than 03ab")))
        #expect(
            Desk(told).run("verify")
                == Screen(
                    status: 1, out: "18 entries in 0 s, head 18:9f2c: NOT SOUND\n",
                    complaints: "atoll: entry 17 has another hash than 03ab\natoll: Keep the "
                        + "journal as it is, and go back to the last backup that verifies; the "
                        + "README says how.\n"))
    }

    @Test func `only a person who has waited is told how far it is`() {
        func complaints(isWatched: Bool) -> String {
            let progress = (1...4).map { Row.progress(.init(entries: 1_000 * $0, total: 5_000)) }
            let desk = Desk(
                .answer(
                    progress,
                    .verify(.init(entries: 5_000, seconds: 4, head: "5000:9f2c", isSound: true))))
            desk.isWatched = isWatched
            desk.uptimes = [0, 1.9, 2.1, 2.2, 3.3]
            return desk.run("verify").complaints
        }
        #expect(
            complaints(isWatched: true)
                == "\r\u{1b}[Katoll: 2,000 of 5,000 entries verified"
                + "\r\u{1b}[Katoll: 4,000 of 5,000 entries verified" + "\r\u{1b}[K")
        #expect(complaints(isWatched: false).isEmpty)
    }

    @Test(
        arguments: [
            ([], [:], "/run/atoll/atoll.sock"), ([], ["ATOLL_SOCKET": "/tmp/a"], "/tmp/a"),
            (["--socket", "/tmp/b"], ["ATOLL_SOCKET": "/tmp/a"], "/tmp/b"),
        ] as [([String], [String: String], String)])
    func `the socket is an option's, else the environment's, else the usual one`(
        options: [String], environment: [String: String], path: String
    ) throws {
        let desk = Desk(try status())
        desk.environment = environment
        _ = desk.run(["status"] + options)
        #expect(desk.path == path)
    }

    @Test(
        arguments: [
            (1001, "tell your administrator"), (0, "start it with `systemctl start atolld`"),
        ] as [(UInt32, String)])
    func `where no daemon runs the remedy is told`(uid: UInt32, remedy: String) {
        let desk = Desk(.error(.notRunning(path: "/run/atoll/atoll.sock")))
        desk.userID = uid
        #expect(
            desk.run("balance")
                == Screen(
                    status: 1, out: "",
                    complaints: """
                        atoll: atolld is not running at /run/atoll/atoll.sock: \(remedy)

                        """))
    }

    @Test(arguments: [
        [], ["balance"], ["statement"], ["holds"], ["quote"], ["grant"], ["apply"], ["status"],
        ["withdraw"], ["transfer"], ["refund"], ["deadline"], ["lots"], ["export"],
        ["why"], ["request"], ["request", "new"], ["request", "list"], ["request", "show"],
        ["request", "approve"],
        ["request", "reject"], ["request", "withdraw"],
        ["reconcile"], ["settle"],
        ["verify"], ["price"], ["history"], ["org"], ["org", "add"], ["org", "modify"],
        ["org", "list"], ["org", "show"], ["user"], ["user", "add"], ["user", "modify"],
        ["user", "list"], ["user", "show"], ["project"], ["project", "add"],
        ["project", "modify"], ["project", "list"], ["project", "show"], ["project", "disable"],
        ["project", "enable"], ["project", "delete"], ["cluster"], ["cluster", "add"],
        ["cluster", "modify"], ["resource"], ["resource", "add"], ["resource", "modify"],
        ["rate"], ["rate", "add"], ["rate", "list"], ["allocation"], ["allocation", "add"],
        ["allocation", "modify"], ["allocation", "list"], ["allocation", "disable"],
        ["member"], ["member", "add"], ["member", "modify"], ["member", "list"],
        ["member", "show"], ["member", "disable"], ["member", "enable"], ["member", "delete"],
    ])
    func `help has examples, and keeps to eighty columns`(words: [String]) {
        let screen = Desk().run(words + ["--help"])
        #expect(screen.status == 0 && screen.complaints.isEmpty)
        #expect(screen.out.contains("EXAMPLES"))
        let overview = screen.out.part(upTo: "USAGE")
        let wide = overview.split(separator: "\n").filter { $0.count > 80 }
        #expect(wide.isEmpty)
    }
}

extension String {
    fileprivate func part(upTo word: String) -> Substring {
        self[..<(firstRange(of: word)?.lowerBound ?? endIndex)]
    }
}
