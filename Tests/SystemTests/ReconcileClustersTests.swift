import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// Two clusters that tell one slurmdbd, whose job ids are their own, and one atolld.
    @Suite struct ReconcilingTwoClusters {
        @Test(.timeLimit(.minutes(5)))
        func `each is reconciled on its own, and one that is away hides nothing of the other`()
            async throws
        {
            try await withBed(.accounting, named: "two") { reef in
                try await withLagoon(beside: reef) { lagoon in
                    var settings = AtolldSettings(settleSeconds: 0)
                    settings.others = [lagoon]
                    let site = try Self.site()
                    try await play(on: reef, site: site, settings: settings) { stage in
                        try await Self.live(stage, lagoon)
                    }
                }
            }
        }

        private static func site() throws -> Site {
            var site = try Stage.site(astro: "10000")
            site.clusters.append(SiteCluster(name: "lagoon"))
            site.projects[0].allocations[0].clusters.append("lagoon")
            return site
        }

        /// A slurmctld of its own, and the other's slurmdbd and MUNGE.
        private func withLagoon(
            beside reef: Testbed, _ body: (Testbed) async throws -> Void
        ) async throws {
            let munge = reef.slurm + "/munge/sock"
            let conf = try String(contentsOfFile: reef.slurm + "/etc/slurm.conf", encoding: .utf8)
            let port = try #require(
                conf.split(separator: "\n").first { $0.hasPrefix("AccountingStoragePort=") })
            let lines = """
                AuthInfo=socket=\(munge)
                AccountingStorageType=accounting_storage/slurmdbd
                AccountingStorageHost=127.0.0.1
                \(port)
                AccountingStoragePass=\(munge)

                """
            try reef.slurm("sacctmgr", "-i", "add", "cluster", "lagoon")
            try reef.slurm("sacctmgr", "-i", "add", "account", "astro", "cluster=lagoon")
            try reef.slurm(
                "sacctmgr", "-i", "add", "user", "atoll-ada", "account=astro", "cluster=lagoon")
            try await withBed(
                .controllerOnly, named: "lagoon-two", lines: lines, cluster: "lagoon",
                socket: reef.socket, body)
        }

        private static func live(_ stage: Stage, _ lagoon: Testbed) async throws {
            try await awaited("both are read", seen: stage.atolld.log) {
                try stage.books.status().clusters.allSatisfy { $0.polledAt != nil }
            }
            let ours = SlurmdbdRecord(bed: stage.bed)
            let theirs = SlurmdbdRecord(bed: stage.bed, cluster: "lagoon")
            // The same job ids, and more of them here than there.
            let job = try await stage.charged("-n2 -t5")
            let gone = try await stage.charged("-n1 -t5")
            let other = try lagoon.submit("atoll-ada", "-A astro -n3 -t5", sleeping: 1).admitted()
            #expect(other == job)
            _ = try await lagoon.onlyRun(of: other)
            try await theirs.isShown(other)
            try await awaited("both are charged", seen: "\(try stage.books.charges())") {
                try stage.books.charges().filter { $0.job == "\(job)" }.count == 2
            }
            #expect(try await stage.reconciled(0).counts == ["lagoon 1 1", "reef 2 2"])

            // One of each is harmed: what is corrected on one does not touch the other of that id.
            let before = try stage.books.balance().charged
            try theirs.set("time_end = time_end + 3", of: other)
            let longer = try await stage.reconciled(10)
            #expect(longer.told == ["lagoon charged_too_little \(job)"], "\(longer.text)")
            #expect(try stage.books.balance().charged == before + Rate.core.charge(3, for: 3))
            try ours.drop(gone)
            try theirs.set("time_end = time_end + 3", of: other)
            let worst = try await stage.reconciled(11)
            #expect(
                worst.told == ["lagoon charged_too_little \(job)", "reef missing_row \(gone)"],
                "\(worst.text)")
            #expect(worst.failed.isEmpty)
            // sreport is asked about one: which, if there are several, has to be said.
            let compare = [
                stage.bed.folder + "/bin/atoll", "compare", "--socket", stage.bed.socket,
            ]
            let which = try attempt(compare, environment: stage.bed.environment)
            #expect(which.code == 1 && which.errors.contains("say --cluster: lagoon, reef"))
            for cluster in ["lagoon", "reef"] {
                let one = try attempt(
                    compare + ["--cluster", cluster], environment: stage.bed.environment)
                #expect(one.code == 0, "\(one.output) \(one.errors)")
            }
            try await goAway(stage, lagoon, job: job, gone: gone)
            try stage.atoll("settle", "\(gone)", "--cluster", "reef", "--reason", "it ran")
            #expect(try await stage.reconciled(0).findings.isEmpty)
        }

        /// What the other cluster comes to is told all the same, and the exit code is the worst: 1.
        private static func goAway(
            _ stage: Stage, _ lagoon: Testbed, job: Int64, gone: Int64
        ) async throws {
            let theirs = SlurmdbdRecord(bed: stage.bed, cluster: "lagoon")
            try lagoon.slurmDaemon("stop", "slurmctld")
            let away = try await stage.reconciled(1)
            #expect(away.told == ["reef missing_row \(gone)"], "\(away.text)")
            #expect(away.failed.map(\.cluster) == ["lagoon"])
            #expect(away.failed.first?.code == "unavailable", "\(away.failed)")
            #expect(away.counts.map { $0.prefix(4) } == ["reef"])
            try lagoon.slurmDaemon("start", "slurmctld")
            try await readAgain("lagoon", stage)

            // The one that comes first by name is gone through, too, where the second is away.
            try theirs.set("time_end = time_start + 20", of: job)
            try stage.bed.slurmDaemon("stop", "slurmctld")
            let first = try await stage.reconciled(1)
            #expect(first.told == ["lagoon charged_too_little \(job)"], "\(first.text)")
            #expect(first.failed.map(\.cluster) == ["reef"])
            try stage.bed.slurmDaemon("start", "slurmctld")
            try await readAgain("reef", stage)

            // With no slurmdbd nothing is concluded of either.
            let charged = try stage.books.balance().charged
            try stage.bed.slurmDaemon("stop", "slurmdbd")
            let none = try await stage.reconciled(1)
            #expect(none.told.isEmpty && none.failed.count == 2, "\(none.failed)")
            #expect(try stage.books.balance().charged == charged)
            try stage.bed.slurmDaemon("start", "slurmdbd")
            for cluster in ["lagoon", "reef"] {
                try await awaited("\(cluster) tells slurmdbd again", within: 60) {
                    let shown = try? stage.bed.slurm(
                        "sacctmgr", "-nP", "show", "cluster", "format=cluster,controlhost")
                    return shown?.contains("\(cluster)|127.0.0.1") == true
                }
            }
        }

        private static func readAgain(_ cluster: String, _ stage: Stage) async throws {
            let now = Instant(epochSeconds: Int64(Date().timeIntervalSince1970))
            // A slurmctld that starts tells slurmdbd anew of the jobs that it remembers.
            try await Task.sleep(for: .seconds(2))
            try await awaited("\(cluster) is read again", within: 60, seen: stage.atolld.log) {
                let all = try stage.books.status().clusters
                guard let it = all.first(where: { $0.name == cluster }) else { return false }
                return it.problem == nil && (it.polledAt ?? now) > now
            }
        }
    }
}
