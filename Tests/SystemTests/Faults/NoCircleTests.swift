import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// slurmctld holds its lock while it asks atolld, and atolld's own commands wait for that lock.
    @Suite struct NoCircle {
        private static let count = 500

        @Test(.timeLimit(.minutes(5)))
        func `500 updates by atolld itself during 500 submissions: no deadline is missed`()
            async throws
        {
            try await play(.accounting, astro: "100000") { stage in
                let bed = stage.bed
                let unreachables = bed.unreachables
                let own = try stage.send("-n1 -t5 -H", "sleep 1")
                try await stage.bound(own)

                // As the keeper of starts gives them: as atolld's user, one after another.
                let updates = try bed.startShell(
                    """
                    set -e
                    for i in $(seq \(Self.count)); do
                        scontrol update jobid=\(own) TimeLimit=$((5 + i % 49))
                    done
                    """, as: "atoll")
                let submissions = try (1...2).map { half in
                    try bed.startShell(
                        """
                        set -e
                        for i in $(seq \(Self.count / 2)); do
                            sbatch -A astro -n1 -t1 -H $script
                        done >\(bed.slurm)/out/sent-\(half) 2>&1
                        """, as: "atoll-ada")
                }
                for process in submissions + [updates] {
                    let code = try await awaited("it is done", within: 200) { process.exit }
                    #expect(code == 0)
                }
                #expect(bed.unreachables == unreachables)
                let said = try (1...2).map {
                    try String(contentsOfFile: "\(bed.slurm)/out/sent-\($0)", encoding: .utf8)
                }.joined()
                let answers = said.split(separator: "\n")
                #expect(answers.count { $0.contains("0.60 SU held") } == Self.count)
                #expect(answers.count { $0.contains("Submitted batch job") } == Self.count)
                // Each by its own token: none was let pass and adopted.
                try await awaited("all are bound", within: 60, seen: "\(try stage.books.status())")
                {
                    let holds = try stage.books.holds()
                    return holds.count == Self.count + 1 && holds.allSatisfy { $0.state == "bound" }
                }
                // What atolld's user changed is believed when it is shown.
                let limit = 5 + Int64(Self.count % 49)
                try await awaited("the last update is priced", seen: "\(try stage.books.holds())") {
                    try stage.books.hold(of: own)?.held == Rate.core.hold(1, for: limit * 60)
                }
            }
        }
    }
}
