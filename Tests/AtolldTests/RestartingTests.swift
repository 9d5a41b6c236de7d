import SiteFiles
import Testing

@testable import atolld

/// What SIGHUP does not change is named, until the daemon is started again.
@Suite struct RestartingTests {
    private static let file = """
        [server]
        socket = "/run/a.sock"
        [[cluster]]
        name = "reef"
        poll_seconds = 10
        [backstop]
        look_seconds = 60

        """

    private func waiting(_ change: (String) -> String) throws -> [String] {
        let started = try readSettings(text: Self.file, file: "a.toml")
        let now = try readSettings(text: change(Self.file), file: "a.toml")
        return now.countingAfterRestart(of: started).map { "\($0.key): \($0.running) \($0.file)" }
    }

    @Test(
        arguments: [
            (
                "socket = \"/run/a.sock\"", "socket = \"/b\"",
                "[server] socket: \"/run/a.sock\" \"/b\""
            ),
            ("poll_seconds = 10", "poll_seconds = 30", "[[cluster]] reef: poll_seconds: 10 30"),
            ("look_seconds = 60", "look_seconds = 90", "[backstop] look_seconds: 60 90"),
            ("poll_seconds = 10", "reservations = \"all\"", nil),
            ("poll_seconds = 10", "backstop = \"off\"", nil),
            ("poll_seconds = 10", "cutover = 2026-01-01T00:00:00Z", nil),
            ("[backstop]", "[admission]\nmessage_on_admit = false\n[backstop]", nil),
            ("[backstop]", "[start]\nkill = true\n[backstop]", nil),
            ("[backstop]", "[reconcile]\nsettle_seconds = 600\n[backstop]", nil),
            ("[backstop]", "[log]\nlevel = \"debug\"\n[backstop]", nil),
            ("[backstop]", "[backstop]\nlimit = \"GrpSubmitJobs\"", nil),
        ] as [(String, String, String?)])
    func `only what counts after a restart is told`(
        row: (old: String, new: String, told: String?)
    ) throws {
        let told = try waiting { $0.replacing(row.old, with: row.new) }
        #expect(told == (row.told.map { [$0] } ?? []))
    }

    @Test func `a cluster that is new is told with all it has`() throws {
        let told = try waiting { $0 + "[[cluster]]\nname = \"lagoon\"\n" }
        #expect(told.contains("[[cluster]] lagoon: name: not there \"lagoon\""))
    }
}
