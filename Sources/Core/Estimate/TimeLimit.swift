/// What a task may run in one partition. Source: sbatch(1) `--time`; slurm.conf(5) DefaultTime, MaxTime.

import Units

struct TimeLimit {
    let minutes: Int64
    let note: EstimateNote?

    /// The time asked for, else DefaultTime, else MaxTime.
    ///
    /// With several partitions the DefaultTime of the first one holds in all of them: slurmctld
    /// writes it into the job. A limit above MaxTime stays: such a job waits. `--time-min` lets
    /// Slurm shorten the limit at start; until then the longer one counts.
    init(
        _ request: borrowing JobRequest, in partition: Partition, first: Partition
    ) throws(EstimateRefusal) {
        let most = partition.record.maxTimeMinutes
        if let asked = request.timeLimitMinutes {
            if asked < JobRequest.unlimitedMinutes {
                minutes = asked
                note = most.flatMap {
                    asked > $0 ? .timeLimitAboveMax(minutes: asked, maxMinutes: $0) : nil
                }
                return
            }
        } else if let usual = first.record.defaultTimeMinutes
            ?? partition.record.defaultTimeMinutes
        {
            minutes = usual
            note = .defaultTime(minutes: usual)
            return
        }
        guard let most else { throw .needsTimeLimit(partition: partition.name) }
        minutes = most
        note =
            request.timeLimitMinutes == nil
            ? .partitionMaxTime(minutes: most) : .unlimitedTime(maxMinutes: most)
    }
}
