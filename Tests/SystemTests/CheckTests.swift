import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// What an administrator looks at first: `atolld --check`, `atoll status`, and the journal's file.
    @Suite struct Checks {
        @Test func `--check tells another cluster from a Slurm that is down`() async throws {
            try await play(.controllerOnly) { stage in
                let file = stage.atolld.folder + "/check.toml"
                let settings = try String(
                    contentsOfFile: stage.atolld.folder + "/atoll.toml", encoding: .utf8)
                func check(_ old: String = "", _ new: String = "") throws -> Finished {
                    let text = old.isEmpty ? settings : settings.replacing(old, with: new)
                    try text.write(toFile: file, atomically: true, encoding: .utf8)
                    return try attempt(
                        [stage.bed.folder + "/bin/atolld", "--config", file, "--check"],
                        as: "atoll", limit: 40)
                }
                let good = try check()
                #expect(good.code == 0 && !good.errors.contains("cluster[0]"), "\(good)")
                let other = try check(#"name = "reef""#, #"name = "lagoon""#)
                #expect(other.code == 1)
                #expect(
                    other.errors.contains(
                        "/check.toml:7:1: the cluster of this Slurm is reef, as slurmctld says"),
                    "\(other)")
                let gone = try check("slurm.conf", "gone.conf")
                #expect(gone.code == 1 && gone.errors.contains("gone.conf, which can't be read"))
                let tool = try check(#"scontrol = ""#, #"scontrol = "/nowhere"#)
                #expect(tool.code == 1 && tool.errors.contains("can't be run: No such file"))

                try stage.bed.slurmDaemon("stop", "slurmctld")
                let down = try check()
                let wrong = try check(#"name = "reef""#, #"name = "lagoon""#)
                try stage.bed.slurmDaemon("start", "slurmctld")
                #expect(down.code == 0, "\(down)")
                #expect(
                    down.errors.contains("warning: reef's queue can't be read now: slurmctld "),
                    "\(down)")
                #expect(wrong.code == 1 && wrong.errors.contains("this Slurm is reef, in /"))
            }
        }

        @Test func `an outage is told to everybody, and is over soon after slurmctld is back`()
            async throws
        {
            try await play(.controllerOnly, settings: .init(pollSeconds: 10)) { stage in
                func status(_ user: String?) throws -> String {
                    try must(
                        [
                            stage.bed.folder + "/bin/atoll", "status", "--socket",
                            stage.bed.socket, "-P", "-o", "problem",
                        ], as: user)
                }
                #expect(try status("atoll-ada") == "Problem\n\n")
                try stage.bed.slurmDaemon("stop", "slurmctld")
                try stage.books.nudge()
                try await awaited("the outage is seen", within: 60) {
                    try status("atoll-ada") == "Problem\nslurmctld can't be reached\n"
                }
                #expect(try status(nil).contains("slurmctld can't be reached: "))
                // Long enough for pauses to have grown.
                try await Task.sleep(for: .seconds(50))
                try stage.bed.slurmDaemon("start", "slurmctld")
                let back = ContinuousClock.now
                try await awaited("the cluster is read again", within: 60) {
                    try status("atoll-ada") == "Problem\n\n"
                }
                #expect(ContinuousClock.now - back < .seconds(25))
            }
        }

        @Test func `after a clean stop the journal's file alone is whole`() async throws {
            try await play(.controllerOnly) { stage in
                let job = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1", sleeping: 1)
                    .admitted()
                try await stage.settled(job)
                let journal = stage.atolld.folder + "/state/journal.db"
                let entries = try stage.books.status().entries
                _ = try await stage.atolld.stop()
                let left = try? FileManager.default.attributesOfItem(atPath: journal + "-wal")
                #expect((left?[.size] as? Int ?? 0) == 0)
                let copy = stage.atolld.folder + "/copy.db"
                try FileManager.default.copyItem(atPath: journal, toPath: copy)
                let count = try must(["sqlite3", copy, "SELECT count(*) FROM entries"])
                #expect(Int64(count.trimmingCharacters(in: .newlines)) == entries)
                try await stage.atolld.start()
            }
        }
    }
}
