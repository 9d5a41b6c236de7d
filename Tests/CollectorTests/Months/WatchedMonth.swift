/// A collector over a played Slurm, its view taken as read.

import Estimate
import Logging
import TestKit
import Units

@testable import Collector

extension MonthSlurm {
    func watched(as cluster: String, from bornAt: Instant, by books: TestBank) -> Collector {
        var gauge = GaugeCommand(program: "/nonexistent")
        gauge.standIn = { try self.answer($0) }
        var settings = WatchSettings(cluster: cluster, gauge: gauge)
        settings.rules.observing.bornAt = bornAt
        let clock = books.clock
        let collector = Collector(
            [settings], bank: books.bank, books: books.store, logger: silent,
            clock: { clock.now })
        collector.watch(of: cluster)?.take(
            ClusterView(
                cluster: cluster,
                config: ClusterConfig(selection: .init(unit: .core, consumesMemory: true)),
                partitions: [], nodes: [], associations: Associations()))
        return collector
    }
}

let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
