/// What a stream of records tells about; the word stands in its first line and names the gauge's
/// subcommand.
package enum RecordKind: String, Sendable, CaseIterable {
    /// slurmctld's present jobs (`job_info_t`).
    case jobs
    /// slurmdbd's runs (`slurmdb_job_rec_t`).
    case history
    case partitions
    case nodes
    case associations
    case config
    /// slurmctld's queue to slurmdbd, and slurmdbd's settings.
    case diag
    case reservations
    /// slurmdbd's past and present reservations (`slurmdb_reservation_rec_t`).
    case reservationHistory = "reservation-history"
    /// When nodes were down or drained, by slurmdbd (`slurmdb_event_rec_t`).
    case nodeEvents = "node-events"
}

/// The columns of one kind of record, in the order they are written.
///
/// The raw value is the column's place in that order; `name` is what the header line says.
package protocol RecordColumn: RawRepresentable<Int>, CaseIterable, Sendable {
    /// The kinds of stream that have these columns.
    static var kinds: [RecordKind] { get }
    /// As `sacct --parsable2` names it where sacct has it.
    var name: String { get }
}

extension RecordColumn {
    /// The case's name with a capital in front, where the type says nothing else.
    package var name: String {
        let word = String(describing: self)
        let short = ["qos": "QOS", "tres": "TRES", "cpus": "CPUs"]
        return short[word] ?? word.prefix(1).uppercased() + word.dropFirst()
    }
}
