import Foundation
import Rates
import Registry
import SiteFiles
import Testing
import Units
import Wire

extension SystemTests {
    /// `atoll bootstrap` beside a real Slurm: what it drafts is taken as it is.
    @Suite struct Bootstrapping {
        @Test(.timeLimit(.minutes(4)))
        func `what is drafted from Slurm is applied unchanged, and again changes nothing`()
            async throws
        {
            try await play(.accounting) { stage in
                func limit(_ cpu: String) throws {
                    try stage.bed.slurm(
                        "sacctmgr", "-i", "modify", "account", "where", "name=bio", "cluster=reef",
                        "set", "GrpTRESMins=cpu=\(cpu)")
                }
                try limit("6000")
                defer { try? limit("-1") }
                try stage.bed.slurm("sacctmgr", "-i", "add", "qos", "boots", "UsageFactor=2.5")
                defer { _ = try? stage.bed.slurm("sacctmgr", "-i", "delete", "qos", "boots") }
                let file = stage.atolld.folder + "/site.toml"
                func bootstrap(_ words: String...) throws -> String {
                    try must(
                        [
                            stage.bed.folder + "/bin/atoll", "bootstrap", "--config",
                            stage.atolld.folder + "/atoll.toml",
                        ] + words)
                }
                _ = try bootstrap("-o", file)
                let site = try readSite(path: file)
                #expect(
                    site.resources.map { "\($0.name) \($0.rates[0].suPerHour)" } == [
                        "CPU 1", "Memory in gpu 0.25", "GPU in gpu 16",
                    ])
                #expect(site.projects.map(\.name) == ["astro", "bio"])
                #expect(site.projects[1].allocations.map(\.initial) == [su("100")])
                #expect(site.factors.count == 1)

                // Into books that are empty: those of the stage have a site already.
                let empty = try AtolldProcess(on: stage.bed, in: stage.atolld.folder + "-new")
                _ = try await stage.atolld.stop()
                try await empty.start()
                func apply(_ words: String...) throws -> String {
                    try must(
                        [
                            stage.bed.folder + "/bin/atoll", "apply", file, "--socket",
                            stage.bed.socket,
                        ] + words)
                }
                #expect(try apply("--dry-run").contains("would be made"))
                #expect(try apply("--reason", "going live").contains("+ grant bio-"))
                let first = try String(contentsOfFile: file, encoding: .utf8)
                #expect(try bootstrap() == first)
                _ = try bootstrap("-o", file, "--force")
                let again = try apply("--reason", "again")
                #expect(!again.contains("+ ") && !again.contains("~ "), "\(again)")
                _ = try await empty.stop()
                try await stage.atolld.start()
            }
        }
    }
}
