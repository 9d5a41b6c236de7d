import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// One atolld that watches two Slurms, whose job ids are their own.
    @Suite struct TwoClusters {
        @Test func `the same job id on two clusters is two jobs`() async throws {
            try await onEachKind { kind in
                let reef = try await Beds.all.bed(kind)
                let last = try reef.submit("atoll-ada", "-A astro -n1 -t1 -H", sleeping: 1)
                    .admitted()
                try reef.cancel(last)
                try await withBed(
                    .controllerOnly, named: "lagoon-\(kind.hasAccounting)",
                    lines: "FirstJobId=\(last + 1)\n", cluster: "lagoon", socket: reef.socket
                ) { lagoon in
                    var settings = AtolldSettings()
                    settings.others = [lagoon]
                    try await play(on: reef, site: Self.site(), settings: settings) { stage in
                        try await Self.live(stage, lagoon, job: last + 1)
                    }
                }
            }
        }

        private static func site() throws -> Site {
            var site = try Stage.site(astro: "1000")
            site.clusters.append(SiteCluster(name: "lagoon"))
            site.projects[0].allocations[0].clusters.append("lagoon")
            return site
        }

        private static func live(_ stage: Stage, _ lagoon: Testbed, job: Int64) async throws {
            try await awaited("both are read", seen: stage.atolld.log) {
                try stage.books.status().clusters.allSatisfy { $0.polledAt != nil }
            }
            #expect(try stage.send("-n2 -t5", "sleep 60") == job)
            let other = try lagoon.submit("atoll-ada", "-A astro -n3 -t5", sleeping: 3).admitted()
            #expect(other == job, "they have the same id")
            try await awaited("both are bound", seen: "\(try stage.books.holds())") {
                try Set(stage.books.holds().map(\.cluster)) == ["reef", "lagoon"]
                    && stage.books.holds().allSatisfy { $0.state == "bound" && $0.job == "\(job)" }
            }
            #expect(try stage.books.balance().held == Rate.core.hold(5, for: 300))
            let first = try await lagoon.onlyRun(of: job)
            let charge = stage.cores(3, first.seconds)
            // The one that ended takes nothing of the other along.
            try await awaited("one is charged", seen: "\(try stage.books.holds())") {
                try stage.books.holds().map(\.cluster) == ["reef"]
                    && stage.books.balance().charged == charge
            }
            #expect(try stage.books.balance().held == Rate.core.hold(2, for: 300))
            _ = try await stage.running(job)
            try stage.bed.cancel(job)
            try await stage.settled(job, runs: 2)
            let run = try await stage.bed.onlyRun(of: job)
            #expect(try stage.books.charge(of: job) == charge + stage.cores(2, run.seconds))
            try await lagoon.clear()
        }
    }
}
