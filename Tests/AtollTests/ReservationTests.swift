import Testing
import Units
import Wire

@Suite struct ReservationTests {
    private func desk() throws -> Desk {
        var course = Row.Reservation(
            cluster: "reef", name: "course", state: "open", start: try time("2026-07-15T12:00:00Z"),
            end: try time("2026-07-15T16:00:00Z"), nodes: "n[1-4]", tres: "cpu=256",
            charge: "idle")
        (course.allocation, course.jobs) = ("bio-2026", 2)
        course.held = try su("61.2")
        var fix = Row.Reservation(
            cluster: "reef", name: "fix", state: "open", start: try time("2026-07-15T12:00:00Z"),
            end: try time("2026-07-15T13:00:00Z"), nodes: "n7", tres: "cpu=64", charge: "none")
        fix.freeBecause = "maintenance"
        return Desk(
            .answer([.reservation(course), .reservation(fix)], .reservations(.init(rows: 2))))
    }

    @Test func `a person sees who pays what, and why nobody does`() throws {
        let desk = try desk()
        let screen = desk.run("reservation", "list")
        #expect(screen.status == 0)
        let lines = screen.out.split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines.filter { !$0.hasPrefix("-") } == [
                "Name State Start End Nodes Allocation Charge Jobs Held Charged Free",
                "course open 2026-07-15T14:00:00 2026-07-15T18:00:00 n[1-4] bio-2026 idle 2 61.20 0.00",
                "fix open 2026-07-15T14:00:00 2026-07-15T15:00:00 n7 none 0 0.00 0.00 maintenance",
            ])
        #expect(desk.daemon.requests.map(\.operation) == [.reservations(.init())])
    }

    @Test func `programs see all of it`() throws {
        #expect(
            try desk().run("reservation", "show", "course", "-P", "-o", "name,tres,held").out
                == "Name|TRES|Held\ncourse|cpu=256|61.2\nfix|cpu=64|0\n")
        #expect(
            try desk().run("reservation", "list", "--json").out.contains(
                #""free": "maintenance""#))
    }

    @Test(arguments: [
        (["assign", "course", "--reason", "r"], "say --allocation or --charge."),
        (
            ["assign", "course", "--charge", "all", "--next", "--reason", "r"],
            "--next goes with --charge none alone."
        ),
        (
            ["assign", "course", "--charge", "half", "--reason", "r"],
            "--charge is idle, all or none."
        ),
        (
            ["create", "c", "--allocation", "a", "--nodes", "n1"],
            "say --end or --duration, one of them."
        ),
        (
            ["create", "c", "--allocation", "a", "--duration", "60"],
            "say --nodes or --node-count, one of them."
        ),
    ])
    func `what is missing is told`(words: [String], complaint: String) {
        let screen = Desk().run(["reservation"] + words)
        #expect(screen.status == 2)
        #expect(screen.complaints.contains(complaint), "\(screen)")
    }

    @Test func `times and lengths are read as Slurm reads them`() throws {
        let reply = Reply.Reservation(
            name: "c", allocation: "a", charge: "idle", held: try su("1"),
            available: try su("2"), message: "1.00 SU are held.")
        let desk = Desk(.answer([], .reservation(reply)))
        let screen = desk.run(
            "reservation", "create", "c", "--allocation", "a", "-S", "2026-07-16T10:00",
            "--duration", "4:00:00", "--nodes", "n[1-4]", "-u", "ada,ben")
        #expect(screen == Screen(status: 0, out: "1.00 SU are held.\n"))
        var new = NewReservation(
            allocation: "a", start: try time("2026-07-16T08:00:00Z"),
            end: try time("2026-07-16T12:00:00Z"))
        (new.nodes, new.users) = ("n[1-4]", ["ada", "ben"])
        #expect(
            desk.daemon.requests.map(\.operation)
                == [.reservation(.init(.create(new), name: "c"))])
    }
}
