import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Limits in slurmdbd: with atolld gone Slurm itself stops who has nothing left.
    @Suite struct Backstops {
        @Test func `no minutes left, atolld gone: Slurm lets it wait; credit returns: it runs`()
            async throws
        {
            let settings = AtolldSettings(backstop: [#"limit = "GrpTRESMins""#])
            try await play(.accounting, astro: "0", settings: settings) { stage in
                defer { try? stage.takeLimitsAway() }
                try stage.bed.slurm(
                    "sacctmgr", "-i", "modify", "account", "where", "name=bio", "cluster=reef",
                    "set", "GrpTRESMins=cpu=12345")
                let limit = try await stage.limit("GrpTRESMins=cpu", is: "right")
                #expect(limit.left == .zero && limit.standing == limit.used)
                #expect(try stage.standing("astro").contains("cpu=\(limit.used ?? -1)"))
                _ = try await stage.limit("GrpTRESMins=cpu", of: "bio", is: "foreign")

                _ = try await stage.atolld.stop()
                let job = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1", sleeping: 1)
                    .admitted()
                try await awaited("Slurm keeps it waiting", seen: try stage.reason(job)) {
                    try stage.reason(job) == "AssocGrpCPUMinutesLimit"
                }

                try await stage.atolld.start(settings)
                try stage.books.grant("20")
                try await stage.settled(job)
                let raised = try await stage.limit("GrpTRESMins=cpu", is: "waits", "right")
                #expect((raised.standing ?? 0) > (limit.standing ?? 0))

                // Off, it stays until it is cleared: what Atoll wrote, and no other.
                _ = try await stage.atolld.stop()
                try await stage.atolld.start()
                let left = try stage.books.backstop()
                #expect(Set(left.map(\.state)) == ["leftover"] && !left.isEmpty)
                #expect(Set(left.map(\.account)) == ["astro", "bio"], "the GPUs of bio are ours")
                let cleared = try stage.books.backstop(.init(clear: true))
                // Of bio Atoll may have written a limit before it was changed by hand.
                let ours = cleared.filter { $0.account == "astro" || $0.limit.contains("gpu") }
                #expect(ours.count == 3 && ours.allSatisfy { $0.state == "cleared" }, "\(cleared)")
                #expect(try stage.standing("astro") == "|")
                #expect(try stage.standing("bio") == "|cpu=12345")
                #expect(try stage.books.backstop().isEmpty)
            }
        }

        @Test func `nothing left, atolld gone: sbatch is refused; credit returns: it is sent`()
            async throws
        {
            let settings = AtolldSettings(backstop: [#"limit = "GrpSubmitJobs""#])
            try await play(.accounting, astro: "0", settings: settings) { stage in
                defer { try? stage.takeLimitsAway() }
                _ = try await stage.limit("GrpSubmitJobs", is: "right")
                #expect(try stage.standing("astro") == "0|")
                #expect(try stage.standing("bio") == "|")
                _ = try await stage.atolld.stop()
                let refused = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1", sleeping: 1)
                #expect(refused.said.contains("AssocGrpSubmitJobsLimit"), "\(refused.said)")

                try await stage.atolld.start(settings)
                try stage.books.grant("20")
                _ = try await stage.limit("GrpSubmitJobs", is: "open", "cleared")
                try await awaited("the limit is gone", seen: try stage.standing("astro")) {
                    try stage.standing("astro") == "|"
                }
                let job = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1", sleeping: 1)
                    .admitted()
                try await stage.settled(job)
                #expect(try stage.books.backstop(.init(clear: true)).isEmpty)
            }
        }
    }
}

extension Books {
    fileprivate func backstop(_ request: Request.Backstop = .init()) throws -> [Row.Backstop] {
        var rows: [Row.Backstop] = []
        try ask(.backstop(request)) { if case .backstop(let row) = $0 { rows.append(row) } }
        return rows
    }
}

extension Stage {
    /// Waits until the limit of an account is in one of these states.
    fileprivate func limit(
        _ limit: String, of account: String = "astro", is states: String...
    ) async throws -> Row.Backstop {
        try await awaited(
            "\(limit) of \(account) is \(states)", within: 30,
            seen: "\(try books.backstop()) \(try books.problem() ?? "")"
        ) {
            try books.backstop().first {
                $0.account == account && $0.limit == limit && states.contains($0.state)
            }
        }
    }

    /// GrpSubmitJobs|GrpTRESMins of the account, as sacctmgr shows them.
    fileprivate func standing(_ account: String) throws -> String {
        let text = try bed.slurm(
            "sacctmgr", "-nP", "show", "assoc", "where", "cluster=reef", "account=\(account)",
            "format=User,GrpSubmitJobs,GrpTRESMins", "WOPLimits")
        let line = text.split(separator: "\n").first { $0.hasPrefix("|") }
        return line.map { String($0.dropFirst()) } ?? text
    }

    fileprivate func reason(_ job: Int64) throws -> String {
        try bed.slurm("squeue", "-h", "-j", "\(job)", "-o", "%r")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Other tests share the testbed.
    fileprivate func takeLimitsAway() throws {
        try bed.slurm(
            "sacctmgr", "-i", "modify", "account", "where", "name=astro,bio", "cluster=reef",
            "set", "GrpTRESMins=cpu=-1,gres/gpu=-1", "GrpSubmitJobs=-1")
    }
}
