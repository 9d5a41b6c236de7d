import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// Who may not submit, and is told which level says no; and jobs of accounts that no project has.
    @Suite struct Standing {
        @Test func `disabled at any level: refused by its name, and admitted when enabled again`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let levels: [(Edit.Thing, String)] = [
                        (.project(.init(name: "astro")), "project astro is INACTIVE."),
                        (
                            .allocation(.init(name: "astro-2026")),
                            "allocation astro-2026 is INACTIVE."
                        ),
                        (
                            .member(.init(allocation: "astro-2026", user: "atoll-ben")),
                            "your membership in astro-2026 is INACTIVE."
                        ),
                    ]
                    for (thing, reason) in levels {
                        try stage.books.ask(.edit(.init(Edit(.disable, thing))))
                        let sent = try stage.bed.submit(
                            "atoll-ben", "-A astro -n1 -t5 -H", sleeping: 1)
                        #expect(sent.job == nil && sent.said.contains(reason), "\(sent.said)")
                        #expect(try stage.books.holds().isEmpty)
                        try stage.books.ask(.edit(.init(Edit(.enable, thing))))
                        let job = try stage.bed.submit(
                            "atoll-ben", "-A astro -n1 -t5 -H", sleeping: 1
                        ).admitted()
                        try await stage.bound(job)
                        try stage.bed.cancel(job)
                        try await stage.settled(job, runs: 0)
                    }
                    // A membership that is off is one user's alone.
                    try stage.books.ask(.edit(.init(Edit(.disable, levels[2].0))))
                    _ = try stage.send("-n1 -t5 -H", "sleep 1")
                }
            }
        }

        @Test func `members are Slurm's, or those that are listed`() async throws {
            try await onEachKind { kind in
                // By Slurm's associations cleo is none of astro's; without slurmdbd all are.
                try await play(kind) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-cleo", "-A astro -n1 -t5 -H", sleeping: 1)
                    #expect((sent.job == nil) == kind.hasAccounting, "\(sent.said)")
                    #expect(try stage.books.holds().isEmpty == kind.hasAccounting)
                }
                var site = try Stage.site()
                site.projects[0].allocations[0].membersPolicy = .listed
                site.projects[0].allocations[0].members.removeAll { $0.user == "atoll-ben" }
                try await play(kind, site: site) { stage in
                    let refused = try stage.bed.submit(
                        "atoll-ben", "-A astro -n1 -t5 -H", sleeping: 1)
                    #expect(refused.job == nil)
                    #expect(
                        refused.said.contains("you are not a member of allocation astro-2026."),
                        "\(refused.said)")
                    let job = try stage.send("-n1 -t5", "sleep 2")
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    #expect(try stage.books.balance().charged == stage.cores(1, run.seconds))
                }
            }
        }

        @Test func `an account that no project has: admitted without charge, or refused`()
            async throws
        {
            try await onEachKind { kind in
                let bed = try await Beds.all.bed(kind)
                if kind.hasAccounting {
                    try bed.slurm("sacctmgr", "-i", "add", "account", "geo")
                    try bed.slurm("sacctmgr", "-i", "add", "user", "atoll-ada", "account=geo")
                }
                try await play(kind) { stage in
                    let job = try stage.bed.submit("atoll-ada", "-A geo -n1 -t5", sleeping: 2)
                        .admitted()
                    let beside = try stage.send("-n1 -t5", "sleep 2")
                    try await stage.settled(beside)
                    _ = try await stage.bed.onlyRun(of: job)
                    let run = try await stage.bed.onlyRun(of: beside)
                    // It belongs to nobody: held and charged is the other one alone.
                    #expect(try stage.books.holds().isEmpty)
                    #expect(try stage.books.balance().charged == stage.cores(1, run.seconds))
                }
                var settings = AtolldSettings()
                settings.admission = ["unknown_account = \"refuse\""]
                try await play(kind, settings: settings) { stage in
                    let sent = try stage.bed.submit("atoll-ada", "-A geo -n1 -t5", sleeping: 1)
                    #expect(sent.job == nil)
                    #expect(
                        sent.said.contains("no project has the Slurm account geo."), "\(sent.said)")
                }
            }
        }
    }
}
