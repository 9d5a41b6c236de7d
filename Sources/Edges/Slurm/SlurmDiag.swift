internal import CSlurm

/// What slurmctld has still to tell slurmdbd.
package struct SlurmStatistics: Sendable {
    /// Messages that wait for slurmdbd (`dbd_agent_queue_size`).
    package let accountingQueue: Int64

    /// Asks slurmctld.
    package init() throws(SlurmError) {
        var stats = csl_stats()
        let code = csl_statistics(&stats)
        guard code == 0 else { throw .controller("slurmctld's statistics", code: code) }
        accountingQueue = max(stats.dbd_agent_queue, 0)
    }
}

extension SlurmAccounting {
    /// slurmdbd's settings, as `sacctmgr show configuration` prints them.
    package func settings() throws(SlurmError) -> [(key: String, value: String)] {
        var printed: UnsafeMutablePointer<CChar>?
        let code = csl_accounting_config(connection, &printed)
        guard code == 0, let printed else { throw .accounting("slurmdbd's settings", code: code) }
        defer { csl_text_free(printed) }
        return keysAndValues(String(cString: printed))
    }
}

/// `Key      = value`, a line each.
func keysAndValues(_ all: String) -> [(key: String, value: String)] {
    all.split(separator: "\n").compactMap { line in
        guard let equals = line.firstRange(of: " = ") ?? line.firstRange(of: " =") else {
            return nil
        }
        let key = line[..<equals.lowerBound].prefix { $0 != " " }
        let value = line[equals.upperBound...]
        return (String(key), value == "(null)" ? "" : String(value))
    }
}
