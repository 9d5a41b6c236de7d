import Foundation
import Rates
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// What is rated beside cores: nodes, billing, licences and GPUs by type; only the dearest of them;
    /// factors of partitions and of QOS.
    @Suite struct Rated {
        @Test func `each thing that is rated is held and charged by its count`() async throws {
            try await onEachKind { kind in
                try await withBed(kind, named: "rated", lines: OddBed.lines(kind)) { bed in
                    if kind.hasAccounting {
                        try bed.slurm("sacctmgr", "-i", "add", "qos", "half")
                        try bed.slurm(
                            "sacctmgr", "-i", "modify", "user", "atoll-ada", "set", "qos+=half")
                    }
                    try await play(on: bed, site: Self.summed()) { stage in
                        try await stage.play(Self.asked.map(\.life))
                    }
                    try await play(on: bed, site: Self.dearest()) { stage in
                        try await stage.play(Self.askedOfDearest.map(\.life))
                    }
                    try await play(on: bed, site: Self.multiplied()) { stage in
                        try await stage.play(Self.multipliedLives(kind))
                    }
                }
            }
        }

        private static let node = HourlyRate(36, per: 5)
        private static let billing = HourlyRate(9, per: 5)
        private static let matlab = HourlyRate(18)
        private static let abaqus = HourlyRate(54)

        private static func summed() throws -> Site {
            var site = try Stage.site(astro: "100000")
            try site.rate("node", "7.2")
            try site.rate("billing", "1.8")
            try site.rate("gres/gpu:h200", "1000/7")
            try site.rate("license/matlab", "18")
            try site.rate("license/abaqus", "54")
            return site
        }

        /// A node costs as much as two cores and a half: which is dearer depends on the job.
        private static func dearest() throws -> Site {
            var site = try Stage.site(astro: "100000")
            site.clusters[0].combine = .max
            try site.rate("node", "90")
            return site
        }

        private static func multiplied() throws -> Site {
            var site = try Stage.site(astro: "100000")
            let window = site.resources[0].rates[0].window
            site.factors = [
                SiteFactor(
                    subject: .partition("gpu"), cluster: nil, factor: try Rational(3, over: 1),
                    window: window),
                SiteFactor(
                    subject: .qos("half"), cluster: nil, factor: try Rational(1, over: 2),
                    window: window),
            ]
            return site
        }

        private struct Asked: Sendable {
            let options: String
            var matlab: Int64 = 0
            var abaqus: Int64 = 0
            /// Of type h200, told or not.
            var gpus: Int64 = 0
            /// Where only the dearest of cores and nodes counts.
            var isDearest = false

            var life: Life {
                Life(options) { stage in
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -t2 --mem=1000 \(options)", script: "sleep 2")
                    let job = try sent.admitted()
                    let run = try await stage.ended(job, "COMPLETED")
                    let held = price(run, stage) { $0.hold($1, for: 120) }
                    #expect(try sent.held() == held, "\(options): \(run)")
                    let charge = price(run, stage) { $0.charge($1, for: run.seconds) }
                    return Lived(job: job, charges: [charge])
                }
            }

            private func price(
                _ run: SlurmRun, _ stage: Stage, by cost: (HourlyRate, Int64) -> ServiceUnits
            ) -> ServiceUnits {
                let cores = cost(Rate.core, run.counts[.cpu])
                let nodes = run.counts[.node]
                if isDearest { return max(cores, cost(HourlyRate(90), nodes)) }
                // A licence that AccountingStorageTRES leaves out is in no record of slurmdbd's.
                let others = stage.isAccounting ? 0 : abaqus
                return cores + cost(Rated.node, nodes) + cost(Rate.h200, gpus)
                    + cost(Rated.billing, run.counts[.billing]) + cost(Rated.matlab, matlab)
                    + cost(Rated.abaqus, others)
            }
        }

        private static let asked = [
            Asked(options: "-n2 -L matlab:3", matlab: 3),
            Asked(options: "-n1 -L matlab,abaqus:2", matlab: 1, abaqus: 2),
            Asked(options: "-N2 --ntasks-per-node=2 -L matlab:1", matlab: 1),
            Asked(options: "-p gpu -n1 --gres=gpu:h200:2", gpus: 2),
            Asked(options: "-p gpu -n3 --gres=gpu:1 -L matlab:2", matlab: 2, gpus: 1),
        ]

        private static let askedOfDearest = [
            "-n1", "-n2", "-n3", "-N2 --ntasks-per-node=2", "-N2 --ntasks-per-node=3",
        ].map { Asked(options: $0, isDearest: true) }

        private static func multipliedLives(_ kind: BedKind) -> [Life] {
            var lives = [
                factored("-p cpu -n3", HourlyRate(36)), factored("-p gpu -n3", HourlyRate(108)),
            ]
            if kind.hasAccounting {
                lives += [
                    factored("-p cpu -n3 --qos=half", HourlyRate(18)),
                    factored("-p gpu -n3 --qos=half", HourlyRate(54)),
                ]
            }
            return lives
        }

        private static func factored(_ options: String, _ rate: HourlyRate) -> Life {
            Life("\(options) by its factors") { stage in
                let job = try stage.send("-t2 --mem=1000 \(options)", "sleep 2")
                #expect(try stage.books.holds().contains { $0.held == rate.hold(3, for: 120) })
                let run = try await stage.ended(job, "COMPLETED")
                return Lived(job: job, charges: [rate.charge(3, for: run.seconds)])
            }
        }
    }
}
