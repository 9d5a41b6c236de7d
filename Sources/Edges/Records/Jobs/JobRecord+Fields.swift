internal import Units

extension JobRecord {
    /// The record's value in a column, so that what is written reads back as the same record.
    ///
    ///     writer.write(job.value)
    package func value(_ column: JobColumn) -> FieldValue {
        switch column {
        case .jobID: .text(jobID)
        case .jobIDRaw: .integer(rawJobID)
        case .cluster: .text(cluster)
        case .arrayJobID: FieldValue(arrayJobID)
        case .arrayTaskID: FieldValue(arrayTaskID)
        case .arrayTaskString: FieldValue(arrayTaskString)
        case .arrayThrottle: FieldValue(arrayThrottle)
        case .hetJobID: FieldValue(hetJobID)
        case .hetJobOffset: FieldValue(hetOffset)
        case .user: FieldValue(user)
        case .uid: FieldValue(uid)
        case .account: FieldValue(account)
        case .partition: .text(partition)
        case .qos: FieldValue(qos)
        case .submit: .instant(submit)
        case .eligible: FieldValue(eligible)
        case .start: FieldValue(start)
        case .end: FieldValue(end)
        case .elapsed: FieldValue(elapsedSeconds.map { slurmDuration(seconds: $0) })
        case .elapsedRaw: FieldValue(elapsedSeconds)
        case .suspended: FieldValue(suspendedSeconds)
        case .suspendTime: FieldValue(suspendTime)
        case .preSuspended: FieldValue(preSuspendSeconds)
        case .resizeTime: FieldValue(resizeTime)
        case .state: .text(status.text)
        case .stateFlags: FieldValue(flagWords)
        case .nodes: FieldValue(nodeCount)
        case .tasks: FieldValue(taskCount)
        case .allocTRES: .text(allocTRES.description)
        case .reqTRES: .text(reqTRES.description)
        // Already part of the two above.
        case .gresTotal, .tresPerJob, .tresPerNode, .tresPerTask, .licenses: .nothing
        case .nodeList: FieldValue(nodeList)
        case .timeLimit, .timeLimitRaw: timeLimitValue(inMinutes: column == .timeLimitRaw)
        case .timeMinimum: FieldValue(timeMinimumSeconds.map { $0 / 60 })
        case .priority: FieldValue(priority)
        case .exclusive: FieldValue(isExclusive)
        case .reservation: FieldValue(reservation)
        case .reservationID: FieldValue(reservationID)
        case .adminComment: FieldValue(adminComment)
        case .comment: FieldValue(comment)
        case .dbIndex: FieldValue(dbIndex.map { String($0) })
        case .restarts: FieldValue(restarts)
        case .jobName: FieldValue(jobName)
        }
    }

    private var flagWords: String? {
        let words = JobFlags.words.filter { flags.contains($0.flag) }.map(\.word)
        return words.isEmpty ? nil : words.joined(separator: ",")
    }

    /// Slurm's limits are whole minutes; other seconds are rounded up, as sbatch does.
    private func timeLimitValue(inMinutes: Bool) -> FieldValue {
        switch timeLimit {
        case nil: .nothing
        case .unlimited: .text("UNLIMITED")
        case .partitionLimit: .text("Partition_Limit")
        case .seconds(let seconds):
            inMinutes
                ? .integer((seconds + 59) / 60) : .text(slurmDuration(seconds: seconds))
        }
    }
}
