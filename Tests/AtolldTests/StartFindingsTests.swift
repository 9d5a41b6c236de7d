import Foundation
import SiteFiles
import Testing

@testable import atolld

/// What would keep atolld from starting is found beforehand, with what mends it.
@Suite struct StartFindingsTests {
    private struct Place {
        let root = FileManager.default.temporaryDirectory.path + "/start-\(UUID().uuidString)"
        var settings = Settings()

        init() throws {
            settings.server.state = root + "/lib/state"
            settings.server.socket = root + "/run/own/atoll.sock"
            settings.clusters = [Settings.Cluster(name: "reef")]
            settings.clusters[0].gauge = root + "/gauge"
            for folder in ["/lib/state", "/run/own"] {
                try FileManager.default.createDirectory(
                    atPath: root + folder, withIntermediateDirectories: true)
            }
            (settings.clusters[0].scontrol, settings.clusters[0].sacctmgr) = (
                root + "/scontrol", root + "/sacctmgr"
            )
            for program in ["/gauge", "/scontrol", "/sacctmgr"] {
                _ = FileManager.default.createFile(
                    atPath: root + program, contents: nil, attributes: [.posixPermissions: 0o755])
            }
        }

        func findings() -> [StartFinding] { startFindings(settings, inheritsSocket: false) }
        func remove() { try? FileManager.default.removeItem(atPath: root) }
    }

    @Test func `where all is there nothing is found`() throws {
        let place = try Place()
        defer { place.remove() }
        #expect(place.findings() == [])
    }

    @Test func `a gauge that is not there, is no program or is a folder is named`() throws {
        var place = try Place()
        defer { place.remove() }
        let gauge = place.root + "/gauge"
        let rest =
            " As root: install -m 755 .build/release/atoll-gauge PATH, or say under [[cluster]] where "
            + "it is: gauge = \"PATH\""
        func expect(_ path: String, _ why: String) {
            place.settings.clusters[0].gauge = path
            let found = place.findings()
            #expect(found.map(\.kind) == [.gauge])
            #expect(
                found.first?.text
                    == "\(path) can't be run, so nothing is read of reef: \(why)."
                    + rest.replacing("PATH", with: path, maxReplacements: 1))
        }
        expect(gauge + "s", "No such file or directory")
        expect(place.root, "it is no program")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: gauge)
        expect(gauge, "Permission denied")
    }

    @Test func `a folder that nobody has made yet is systemd's to make, or the administrator's`()
        throws
    {
        var place = try Place()
        defer { place.remove() }
        // Where it may, atolld makes the folder of the books itself.
        place.settings.server.state = place.root + "/lib/other/state"
        #expect(place.findings() == [])
        place.settings.server.socket = place.root + "/run/other/atoll.sock"
        let found = place.findings()
        #expect(found.map(\.kind) == [.missing])
        // Where there is no systemd, nobody will.
        for isBooted in [true, false] {
            #expect(found.map { $0.isWarning(withSystemd: isBooted) } == [isBooted])
        }
        #expect(
            found.first?.text.hasPrefix(
                "[server] socket: the folder \(place.root)/run/other is not there. systemd makes it "
                    + "(RuntimeDirectory=); without systemd, as root: install -d -o ") == true)
        #expect(startFindings(place.settings, inheritsSocket: true) == [])
    }

    @Test func `a file in the folder's place is no folder`() throws {
        var place = try Place()
        defer { place.remove() }
        place.settings.server.state = place.root + "/gauge"
        let found = place.findings()
        #expect(found.map(\.kind) == [.closed])
        #expect(found.map { $0.isWarning(withSystemd: true) } == [false])
        #expect(found.map(\.path) == ["server.state"])
        #expect(
            found.first?.text
                == "[server] state: \(place.root)/gauge is no folder: it is a file. Name the folder of "
                + "the books, not a file in it: state = \"/var/lib/atoll\"")
        place.settings.server.state = place.root + "/gauge/books"
        #expect(place.findings().first?.text.contains("a part of it is a file. Name the") == true)
        place.settings.server.socket = place.root + "/gauge/atoll.sock"
        #expect(
            place.findings().last?.text
                == "[server] socket: \(place.root)/gauge is no folder: it is a file. Name a file in a "
                + "folder of its own: socket = \"/run/atoll/atoll.sock\"")
    }

    /// As another user, in a process of its own.
    @Test(.enabled(if: geteuid() == 0)) func `what belongs to root is named, with the chown`()
        async throws
    {
        await #expect(processExitsWith: .success) {
            let place = try Place()
            let root = place.root
            for file in ["/lib/state/atolld.lock", "/run/own/atoll.sock.lock"] {
                _ = FileManager.default.createFile(
                    atPath: root + file, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            // The folders are root's.
            guard seteuid(4_000_001) == 0 else { exit(2) }
            let closed = place.findings()
            guard seteuid(0) == 0 else { exit(3) }
            // The folders are its own, the locks are not.
            for folder in ["/lib/state", "/run/own"] { chown(root + folder, 4_000_001, 0) }
            guard seteuid(4_000_001) == 0 else { exit(4) }
            let locked = place.findings()
            guard seteuid(0) == 0 else { exit(5) }
            func text(_ key: String, _ what: String, _ remedy: String) -> StartFinding {
                StartFinding(
                    kind: .closed, path: "server.\(key)",
                    text: "[server] \(key): \(root)\(what) can't be written by 4000001: "
                        + "Permission denied. As root: chown \(remedy)")
            }
            let expectedClosed = [
                text("state", "/lib/state", "-R 4000001: \(root)/lib/state"),
                text("socket", "/run/own", "4000001: \(root)/run/own"),
            ]
            let expectedLocked = [
                text("state", "/lib/state/atolld.lock", "-R 4000001: \(root)/lib/state"),
                text(
                    "socket", "/run/own/atoll.sock.lock",
                    "4000001: \(root)/run/own/atoll.sock.lock"),
            ]
            place.remove()
            exit(closed != expectedClosed ? 6 : locked != expectedLocked ? 7 : 0)
        }
    }
}
