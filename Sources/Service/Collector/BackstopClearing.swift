/// Takes away what Atoll wrote to slurmdbd, and nothing else.

import Books
import Records
import Synchronization
import Units

extension BackstopKeeper {
    /// - Parameter account: nil: of all accounts.
    /// - Throws: where slurmdbd could not be asked or told; what was done until then is done.
    func clear(account: String?, isDryRun: Bool) throws -> [BackstopSight] {
        try desk.withLock { desk in
            let records = try books.backstopRecords(on: cluster).filter {
                account == nil || $0.account == account
            }
            guard !records.isEmpty else { return [] }
            let standing = try tool.standing()
            var rows: [BackstopSight] = []
            for (account, records) in Dictionary(grouping: records, by: \.account)
                .sorted(by: { $0.key < $1.key })
            {
                let ours = records.filter { record in
                    let now = standing[account]?[record.limit]
                    return now != nil && record.isOurs(now)
                }
                if !isDryRun {
                    for record in ours {
                        var record = record
                        record.value = standing[account]?[record.limit]
                        record.intended = .clear
                        try books.note(record, on: cluster)
                    }
                    if !ours.isEmpty {
                        let changes = ours.map { ($0.limit, Int64?.none) }
                        try tool.set(
                            Dictionary(uniqueKeysWithValues: changes), of: account)
                    }
                    for record in records {
                        try books.forgetBackstop(record.limit, of: account, on: cluster)
                    }
                    desk.emptyLooks[account] = nil
                }
                rows += records.map { record in
                    row(record, standing[account]?[record.limit], ours, isDryRun)
                }
            }
            return rows
        }
    }

    private func row(
        _ record: BackstopRecord, _ standing: Int64?, _ ours: [BackstopRecord], _ isDryRun: Bool
    ) -> BackstopSight {
        let isOurs = ours.contains(record)
        var row = BackstopSight(
            cluster, record.account, record.limit,
            isOurs ? (isDryRun ? .wouldClear : .cleared) : standing == nil ? .open : .foreign)
        (row.standing, row.written, row.writtenAt) = (standing, record.value, record.at)
        if isOurs, !isDryRun { row.standing = nil }
        if !isOurs {
            row.why =
                standing == nil
                ? "it was gone already." : "somebody else has set it since: it stays."
        }
        return row
    }

    /// What was written before and stands, as far as it is recorded: for show, where nothing is kept
    /// now.
    func leftovers() throws -> [BackstopSight] {
        try books.backstopRecords(on: cluster).map { record in
            var row = BackstopSight(cluster, record.account, record.limit, .leftover)
            (row.written, row.writtenAt) = (record.value, record.at)
            row.why = "nothing is kept now; atoll backstop clear takes it away."
            return row
        }
    }
}
