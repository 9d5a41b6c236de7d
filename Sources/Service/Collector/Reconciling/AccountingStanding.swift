/// How far slurmdbd's record can be trusted: what waits for it, and what it has purged.

import Records
import Units

struct AccountingStanding {
    /// Messages that slurmctld has still to hand over.
    var queue: Int64
    /// `PurgeJobAfter`; nil: never purged, or not told.
    var purgeAfter: PurgeSpan?

    /// Of what was submitted before this a missing row says nothing: it may be purged by now, or be
    /// while a pass goes on.
    func horizon(at now: Instant) -> Instant {
        guard let purgeAfter else { return Instant(epochSeconds: 0) }
        return now.advanced(bySeconds: purgeAfter.slackSeconds - purgeAfter.leastSeconds)
    }
}

/// `12 months`, `30 days*`, `24 hours` as slurmdbd prints them.
struct PurgeSpan: Equatable, CustomStringConvertible {
    let count: Int64
    let unit: Unit
    enum Unit: String { case hours, days, months }

    /// Nil for `NONE`, and for what is no span.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, let count = Int64(words[0]), count > 0,
            let unit = Unit(rawValue: String(words[1].prefix { $0 != "*" }))
        else { return nil }
        (self.count, self.unit) = (count, unit)
    }

    /// So long a row stands at least: a month may have 28 days.
    var leastSeconds: Int64 {
        switch unit {
        case .hours: count * 3_600
        case .days: count * 86_400
        case .months: count * 28 * 86_400
        }
    }

    /// A purge goes by the last full hour, or by local midnight; the change to summer time moves either.
    var slackSeconds: Int64 { unit == .hours ? 2 * 3_600 : 86_400 }

    var description: String { "\(count) \(unit)" }
}

extension ClusterWatch {
    func readStanding() throws -> AccountingStanding {
        let reading: Reading<ConfigRecord>
        do {
            reading = try gauge.read(PlainDecoder<ConfigRecord>.self, ["diag"])
        } catch let failure as GaugeFailure {
            throw ReconcileError.unavailable("\(failure)")
        }
        var values: [String: String] = [:]
        for record in reading.records { values[record.key] = record.value }
        guard let queue = values["DBDAgentQueueSize"].flatMap({ Int64($0) }) else {
            throw ReconcileError.unavailable("atoll-gauge diag tells no DBDAgentQueueSize")
        }
        return AccountingStanding(
            queue: queue, purgeAfter: values["PurgeJobAfter"].flatMap(PurgeSpan.init))
    }
}
