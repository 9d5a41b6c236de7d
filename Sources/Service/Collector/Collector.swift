/// Watches the clusters: each on a thread of its own, so that one that hangs delays no other.

import Bank
import Books
import Estimate
import Ledger
import Logging
import Units

/// How one cluster is to be watched.
package struct WatchSettings: Sendable {
    package var cluster: String
    package var gauge: GaugeCommand
    /// Runs `scontrol`: by it jobs that were held back are let go, and reservations made.
    package var scontrol = GaugeCommand(program: "/usr/bin/scontrol")
    /// Runs `sacctmgr`: by it limits are kept in slurmdbd.
    package var sacctmgr = GaugeCommand(program: "/usr/bin/sacctmgr")
    package var backstopLookSeconds: Int = 60
    package var pollSeconds: Int = 10
    /// The most of all time that may be spent in slurmctld.
    package var share = 0.02
    /// nil: as the cluster's slurm.conf says.
    package var hasAccounting: Bool?
    /// How often partitions, nodes and associations are read again.
    package var shapeSeconds: Int = 60
    package var rules = WatchRules()

    package init(cluster: String, gauge: GaugeCommand) {
        (self.cluster, self.gauge) = (cluster, gauge)
    }
}

/// What a watch does with what it sees; may change while it goes on.
package struct WatchRules: Sendable {
    package var unclaimedAfterSeconds: Int = 60
    /// What ended so long ago is settled in slurmdbd.
    package var settleSeconds: Int64 = 6 * 3_600
    package var observing = ObservingPolicy()
    package var start = StartRules()
    package var backstop = BackstopRules()
    package var backstops: [String: BackstopKind?] = [:]
    /// What of reservations is charged, and on which clusters something else is.
    package var reservationCharge = ReservationCharge.idle
    package var reservationCharges: [String: ReservationCharge] = [:]

    package init() {}

    package func reservationCharge(on cluster: String) -> ReservationCharge {
        reservationCharges[cluster] ?? reservationCharge
    }

    /// As they are for one cluster.
    func rules(for cluster: String) -> WatchRules {
        var rules = self
        if let kind = backstops[cluster] { rules.backstop.kind = kind }
        return rules
    }
}

package final class Collector: Sendable {
    private let watches: [String: ClusterWatch]

    package init(
        _ settings: [WatchSettings], bank: Bank, books: any OpenBooks, logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) {
        watches = Dictionary(
            uniqueKeysWithValues: settings.map { settings in
                var logger = logger
                logger[metadataKey: "cluster"] = "\(settings.cluster)"
                let watch = ClusterWatch(
                    settings, bank: bank, books: books, logger: logger, clock: clock)
                return (settings.cluster, watch)
            })
    }

    package func start() { for watch in watches.values { watch.start() } }
    /// Ends the gauges that run; returns when there is none any more.
    package func stop() { for watch in watches.values { watch.stop() } }

    /// Other rules from the next poll on.
    package func follow(_ rules: WatchRules) { for watch in watches.values { watch.follow(rules) } }

    /// Asks for a poll soon; several within a second are one. False: no such cluster.
    package func nudge(_ cluster: String) -> Bool {
        guard let watch = watches[cluster] else { return false }
        watch.nudge()
        return true
    }

    /// Has partitions, nodes and associations read again at the next poll, which comes soon.
    ///
    /// - Parameter seconds: not where that was done so short a while ago: who has no right to it must
    ///   not slow the polls down.
    /// - Returns: whether it is read.
    @discardableResult
    package func refreshShape(of cluster: String, unlessReadWithin seconds: Int64 = 0) -> Bool {
        watches[cluster]?.refreshShape(unlessReadWithin: seconds) ?? false
    }

    /// When partitions, nodes and associations were last read; nil: not yet.
    package func shapeReadAt(of cluster: String) -> Instant? {
        watches[cluster]?.health.shapeReadAt
    }

    /// How many polls of it there were; nil: no such cluster.
    package func polls(of cluster: String) -> PollCount? { watches[cluster]?.polls }

    /// The cluster as last seen; nil: no such cluster.
    package func view(of cluster: String) -> ClusterView? { watches[cluster]?.view }

    /// The array's task of which the last poll showed that it has this job id; nil: none.
    package func arrayTask(_ job: Int64, on cluster: String) -> ArrayTask? {
        watches[cluster]?.arrayTask(job)
    }

    /// What makes and deletes reservations of a cluster; nil: no such cluster.
    package func reservationTool(of cluster: String) -> ReservationTool? {
        watches[cluster].map { ReservationTool($0.settings) }
    }

    /// What the settings say is charged of reservations there.
    package func reservationCharge(on cluster: String) -> ReservationCharge {
        watches[cluster]?.rules.reservationCharge(on: cluster) ?? ReservationCharge.none
    }

    /// Whose runs are free, and from when on; of a cluster that isn't watched as of the others.
    package func observingPolicy(on cluster: String) -> ObservingPolicy {
        (watches[cluster] ?? watches.values.first)?.rules.observing ?? ObservingPolicy()
    }

    /// The limits kept in slurmdbd as last looked at; nil: no such cluster.
    ///
    /// - Throws: where the journal can't be read.
    package func backstop(of cluster: String) throws -> BackstopPicture? {
        guard let watch = watches[cluster] else { return nil }
        var seen = watch.backstop.seen
        if !watch.rules.backstop.isKept { seen.rows = try watch.backstop.leftovers() }
        return seen
    }

    /// Takes away the limits that Atoll wrote in slurmdbd; asks Slurm, so it may take a while.
    package func clearBackstop(
        of cluster: String, account: String?, isDryRun: Bool
    ) throws -> [BackstopSight] {
        try watches[cluster]?.backstop.clear(account: account, isDryRun: isDryRun) ?? []
    }

    /// Which limits are kept there; nil: none.
    package func backstopKind(on cluster: String) -> BackstopKind? {
        watches[cluster]?.rules.backstop.kind
    }

    func watch(of cluster: String) -> ClusterWatch? { watches[cluster] }

    /// Whether it keeps a record in slurmdbd; nil: as its slurm.conf says, or no such cluster.
    package func hasAccounting(_ cluster: String) -> Bool? {
        watches[cluster]?.settings.hasAccounting
    }

    package var clusterNames: [String] { watches.keys.sorted() }
    package var health: [WatchHealth] {
        watches.values.map(\.health).sorted { $0.cluster < $1.cluster }
    }
}

/// A cluster's polls since the daemon began, by their numbers.
package struct PollCount: Hashable, Sendable {
    package var begun: Int64 = 0
    /// The last one of which everything is recorded.
    package var shown: Int64 = 0
}

/// How the watching of a cluster goes.
package struct WatchHealth: Sendable {
    package let cluster: String
    package var polledAt: Instant?
    /// When the next poll is due at the latest; nil: the first one is not over.
    package var nextPollAt: Instant?
    package let pollSeconds: Int
    /// When partitions, nodes and associations were last read.
    package var shapeReadAt: Instant?
    /// How long the readings of the last good poll took.
    package var readSeconds: Double?
    package var jobs: Int64?
    /// What is wrong now; nil when the last poll was good.
    package var problem: String?
    /// The same for everybody: that it is Slurm's or atolld's trouble, and nothing of anybody's jobs
    /// or of this machine.
    package var problemInShort: String?

    init(cluster: String, pollSeconds: Int) {
        (self.cluster, self.pollSeconds) = (cluster, pollSeconds)
    }
}
