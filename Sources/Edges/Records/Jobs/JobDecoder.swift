internal import Units

/// Reads jobs and runs, from the gauge or from a plain sacct dump.
package typealias JobReader = RecordReader<JobDecoder>

/// Rows of `JobColumn` → `JobRecord`.
package struct JobDecoder: RowDecoder {
    package typealias Column = JobColumn

    private let columns: ColumnMap<JobColumn>
    private let zone: ZoneTable
    private let defaultCluster: String?
    /// Whether there are columns that sacct's own dumps lack.
    let isOfGauge: Bool
    private var words = ByteCache<String>()
    private var tres = ByteCache<TRESCounts>()
    private var statuses = ByteCache<JobStatus>()

    package init(columns: ColumnMap<JobColumn>, settings: ReadSettings, preamble: Preamble?)
        throws(RecordError)
    {
        self.columns = columns
        zone = settings.zone
        defaultCluster = preamble?.cluster ?? settings.defaultCluster
        isOfGauge = Self.gaugeColumns.contains(where: columns.has)
        var needed: [[JobColumn]] = [
            [.jobIDRaw, .jobID], [.user], [.account], [.partition], [.submit], [.start],
            [.end, .elapsed, .elapsedRaw], [.state], [.allocTRES],
        ]
        if defaultCluster == nil { needed.append([.cluster]) }
        try columns.require(needed)
    }

    /// Asked for only where one of them is there: a dump is read a million rows at a time.
    private static let gaugeColumns: [JobColumn] = [
        .arrayJobID, .arrayTaskID, .arrayTaskString, .arrayThrottle, .hetJobID, .hetJobOffset,
        .suspendTime, .preSuspended, .resizeTime, .stateFlags, .nodes, .tasks, .reqTRES, .gresTotal,
        .tresPerJob, .tresPerNode, .tresPerTask, .licenses, .nodeList, .timeMinimum, .priority,
        .exclusive, .reservationID, .adminComment, .comment, .dbIndex, .restarts,
    ]

    package mutating func decode(_ row: Row) throws(RowProblem) -> JobRecord? {
        let values = RowValues(row: row, columns: columns, zone: zone)
        guard zone.isFixed else { return try decodeInZone(values) }
        return try decode(values)
    }

    /// The record as `values` has its times.
    mutating func decode(_ values: RowValues<JobColumn>) throws(RowProblem) -> JobRecord? {
        guard let (shown, raw) = try identity(values) else { return nil }
        guard let submit = try values.instant(.submit) else {
            throw values.problem(.submit, "is needed")
        }
        guard let cluster = word(.cluster, values) ?? defaultCluster else {
            throw values.problem(.cluster, "is needed")
        }
        let status = try status(values)
        var job = JobRecord(
            cluster: cluster, jobID: values.field(columns.has(.jobID) ? .jobID : .jobIDRaw).string,
            rawJobID: raw, partition: word(.partition, values) ?? "", submit: submit,
            status: status)
        try addIdentity(&job, shown, values)
        addPeople(&job, values)
        job.uid = try values.integer(.uid)
        try addTimes(&job, values)
        job.allocTRES = try counts(.allocTRES, values)
        job.timeLimit = try timeLimit(values)
        if isOfGauge {
            try addSizes(&job, values)
            try addRest(&job, values)
        }
        return job
    }

    /// Nil for a step.
    private func identity(
        _ values: RowValues<JobColumn>
    ) throws(RowProblem) -> (shown: JobIdentifier, raw: Int64)? {
        let shownColumn = columns.has(.jobID) ? JobColumn.jobID : .jobIDRaw
        guard let shown = JobIdentifier(values.field(shownColumn)) else {
            throw values.problem(shownColumn, "is not a job id")
        }
        if shown.isStep { return nil }
        guard columns.has(.jobIDRaw) else {
            // The task's own number is another one, and a guess could be another job's.
            guard shown.arrayTaskID == nil, shown.hetOffset == nil else {
                throw values.problem(.jobID, "needs the column JobIDRaw beside it")
            }
            return (shown, shown.base)
        }
        guard let raw = JobIdentifier(values.field(.jobIDRaw)) else {
            throw values.problem(.jobIDRaw, "is not a job id")
        }
        return raw.isStep ? nil : (shown, raw.base)
    }

    private func addIdentity(
        _ job: inout JobRecord, _ shown: JobIdentifier, _ values: RowValues<JobColumn>
    ) throws(RowProblem) {
        guard isOfGauge else {
            (job.arrayTaskID, job.arrayTaskString) = (shown.arrayTaskID, shown.arrayTaskString)
            if shown.isArray { job.arrayJobID = shown.base }
            job.hetOffset = shown.hetOffset
            if shown.hetOffset != nil { job.hetJobID = shown.base }
            return
        }
        job.arrayJobID = try values.integer(.arrayJobID) ?? (shown.isArray ? shown.base : nil)
        job.arrayTaskID = try values.integer(.arrayTaskID) ?? shown.arrayTaskID
        job.arrayTaskString = values.text(.arrayTaskString) ?? shown.arrayTaskString
        job.arrayThrottle = try values.integer(.arrayThrottle)
        job.hetJobID = try values.integer(.hetJobID) ?? (shown.hetOffset == nil ? nil : shown.base)
        job.hetOffset = try values.integer(.hetJobOffset) ?? shown.hetOffset
    }

    private mutating func addPeople(_ job: inout JobRecord, _ values: RowValues<JobColumn>) {
        job.user = word(.user, values)
        job.account = word(.account, values)
        job.qos = word(.qos, values)
        job.reservation = word(.reservation, values)
        job.jobName = values.text(.jobName)
    }

    private func addTimes(
        _ job: inout JobRecord, _ values: RowValues<JobColumn>
    ) throws(RowProblem) {
        job.eligible = try values.instant(.eligible)
        job.start = try values.instant(.start)
        job.end = try values.instant(.end)
        job.suspendedSeconds = try values.span(.suspended)
        job.elapsedSeconds = try values.span(columns.has(.elapsedRaw) ? .elapsedRaw : .elapsed)
        if isOfGauge {
            job.suspendTime = try values.instant(.suspendTime)
            job.preSuspendSeconds = try values.span(.preSuspended)
            job.resizeTime = try values.instant(.resizeTime)
        }
        guard job.state.isFinished, let start = job.start else { return }
        let suspended = job.suspendedSeconds ?? 0
        if !columns.has(.end), let elapsed = job.elapsedSeconds {
            job.end = start.advanced(bySeconds: elapsed + suspended)
        } else if job.elapsedSeconds == nil, let end = job.end {
            job.elapsedSeconds = max(0, end.seconds(since: start) - suspended)
        }
    }

    private mutating func addSizes(
        _ job: inout JobRecord, _ values: RowValues<JobColumn>
    ) throws(RowProblem) {
        job.nodeCount = try values.integer(.nodes)
        job.taskCount = try values.integer(.tasks)
        job.reqTRES = try counts(.reqTRES, values)
        if !job.allocTRES.isEmpty, let total = values.text(.gresTotal) {
            GenericResources.fill(&job.allocTRES, from: total, times: 1)
        }
        if let perJob = values.text(.tresPerJob) {
            GenericResources.fill(&job.reqTRES, from: perJob, times: 1)
        }
        if let perNode = values.text(.tresPerNode) {
            GenericResources.fill(&job.reqTRES, from: perNode, times: job.nodeCount ?? 1)
        }
        if let perTask = values.text(.tresPerTask) {
            GenericResources.fill(&job.reqTRES, from: perTask, times: job.taskCount ?? 1)
        }
        if let licences = values.text(.licenses) {
            if !job.allocTRES.isEmpty { Licences.fill(&job.allocTRES, from: licences) }
            Licences.fill(&job.reqTRES, from: licences)
        }
        // As sacct says it.
        job.nodeList = values.text(.nodeList).flatMap { $0 == "None assigned" ? nil : $0 }
        job.timeMinimumSeconds = try values.minutes(.timeMinimum)
    }

    private func addRest(
        _ job: inout JobRecord, _ values: RowValues<JobColumn>
    ) throws(RowProblem) {
        job.priority = try values.integer(.priority)
        job.isExclusive = try values.flag(.exclusive)
        job.reservationID = try values.integer(.reservationID)
        job.adminComment = values.text(.adminComment)
        job.comment = values.text(.comment)
        job.dbIndex = try values.identifier(.dbIndex)
        job.restarts = try values.integer(.restarts)
    }

    private func timeLimit(_ values: RowValues<JobColumn>) throws(RowProblem) -> TimeLimit? {
        let column = columns.has(.timeLimitRaw) ? JobColumn.timeLimitRaw : .timeLimit
        let field = values.field(column)
        if field.isEmpty { return nil }
        if field.equals("UNLIMITED") { return .unlimited }
        if field.equals("Partition_Limit") { return .partitionLimit }
        if column == .timeLimitRaw { return try values.minutes(column).map { .seconds($0) } }
        return try values.span(column).map { .seconds($0) }
    }

    private mutating func status(_ values: RowValues<JobColumn>) throws(RowProblem) -> JobStatus {
        let field = values.field(.state)
        let known = statuses.value(for: field) { JobStatus(parsing: $0.string) }
        guard var status = known else { throw values.problem(.state, "is not a job's state") }
        guard isOfGauge else { return status }
        for word in values.text(.stateFlags)?.split(separator: ",") ?? [] {
            if let flag = JobFlags.words.first(where: { $0.word == word })?.flag {
                status.flags.insert(flag)
            }
        }
        return status
    }

    private mutating func counts(
        _ column: JobColumn, _ values: RowValues<JobColumn>
    ) throws(RowProblem) -> TRESCounts {
        let field = values.field(column)
        if field.isEmpty { return TRESCounts() }
        guard let counts = tres.value(for: field, orMake: { try? TRESCounts(parsing: $0.string) })
        else { throw values.problem(column, "is not a list of TRES") }
        return counts
    }

    private mutating func word(_ column: JobColumn, _ values: RowValues<JobColumn>) -> String? {
        let field = values.field(column)
        return field.isEmpty ? nil : words.value(for: field) { $0.string }
    }
}
