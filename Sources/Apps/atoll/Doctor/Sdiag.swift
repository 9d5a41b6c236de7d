/// What `sdiag` prints of the time that was spent in slurmctld.

import Units

struct Sdiag: Equatable, Sendable {
    struct Calls: Equatable, Sendable {
        var count: Int64
        var totalMicroseconds: Int64
        var averageMicroseconds: Int64 { count > 0 ? totalMicroseconds / count : 0 }
    }

    /// slurmctld's clock when it answered.
    var at: Instant?
    /// Since when it counts.
    var since: Instant?
    var byKind: [String: Calls] = [:]
    var byUser: [String: Calls] = [:]

    init(_ text: String) {
        var isByUser = false
        for line in text.split(separator: "\n") {
            let line = line.drop { $0.isWhitespace }
            if line.hasPrefix("sdiag output at") { at = Self.moment(line) }
            if line.hasPrefix("Data since") { since = Self.moment(line) }
            if line.hasPrefix("Remote Procedure Call statistics by") {
                isByUser = line.contains("by user")
            }
            if line.hasPrefix("Pending RPC statistics") { return }
            guard let calls = Self.calls(line), let name = line.split(separator: " ").first else {
                continue
            }
            let key = String(name.prefix { $0 != "(" })
            if isByUser { byUser[key] = calls } else { byKind[key] = calls }
        }
    }

    /// All of what sbatch, srun and salloc came to.
    var submissions: Calls {
        let kinds = [
            "REQUEST_SUBMIT_BATCH_JOB", "REQUEST_RESOURCE_ALLOCATION",
            "REQUEST_JOB_PACK_ALLOCATION", "REQUEST_HET_JOB_ALLOCATION",
            "REQUEST_SUBMIT_BATCH_HET_JOB",
        ]
        return kinds.compactMap { byKind[$0] }.reduce(Calls(count: 0, totalMicroseconds: 0)) {
            Calls(
                count: $0.count + $1.count,
                totalMicroseconds: $0.totalMicroseconds + $1.totalMicroseconds)
        }
    }

    /// `… (1795388237)` at a line's end.
    private static func moment(_ line: Substring) -> Instant? {
        guard let open = line.lastIndex(of: "("), let close = line.lastIndex(of: ")"),
            open < close
        else { return nil }
        return Int64(line[line.index(after: open)..<close]).map(Instant.init(epochSeconds:))
    }

    /// `REQUEST_PING ( 1008) count:2 ave_time:150 total_time:300`
    private static func calls(_ line: Substring) -> Calls? {
        func figure(_ key: String) -> Int64? {
            line.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix(key + ":") }
                .flatMap { Int64($0.dropFirst(key.count + 1)) }
        }
        guard let count = figure("count"), let total = figure("total_time") else { return nil }
        return Calls(count: count, totalMicroseconds: total)
    }
}
