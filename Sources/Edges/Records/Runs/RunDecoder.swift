internal import Units

/// Reads runs for their price, from the gauge or from a plain sacct dump.
package typealias RunReader = RecordReader<RunDecoder>

/// Rows of `JobColumn` → `RunRecord`, in less than half of the time that a `JobRecord` takes.
///
/// A row of a plain dump that is as sacct writes it is read here. Any other row is `JobDecoder`'s, which
/// alone says what can't be read: both read the same of every row, or refuse it in the same words.
package struct RunDecoder: RowDecoder {
    package typealias Column = JobColumn

    private var whole: JobDecoder
    private let places: Places
    private let defaultCluster: String?
    /// Nil where no row is read here.
    private var clock: WallClock?
    private var words = ByteCache<String>()
    private var tres = ByteCache<TRESCounts>()
    private var states = ByteCache<JobState>()

    package init(columns: ColumnMap<JobColumn>, settings: ReadSettings, preamble: Preamble?)
        throws(RecordError)
    {
        whole = try JobDecoder(columns: columns, settings: settings, preamble: preamble)
        places = Places(columns)
        defaultCluster = preamble?.cluster ?? settings.defaultCluster
        let isPlain =
            !whole.isOfGauge && settings.zone.isFixed && columns.has(.jobIDRaw)
            && columns.has(.end)
        clock = isPlain ? WallClock(settings.zone) : nil
    }

    package mutating func decode(_ row: Row) throws(RowProblem) -> RunRecord? {
        if clock != nil, let run = plain(row) { return run }
        return try whole.decode(row).map { RunRecord($0) }
    }

    /// The run of a row that is as sacct writes it; nil for steps, too, and wherever there is a doubt.
    private mutating func plain(_ row: Row) -> RunRecord? {
        guard let id = row.field(at: places.rawID).unsigned, namesAJob(row),
            let submit = clock?.instant(row.field(at: places.submit)),
            let start = moment(row.field(at: places.start)),
            let end = moment(row.field(at: places.end)),
            let suspended = span(row.field(at: places.suspended)),
            let state = state(row.field(at: places.state)),
            let counts = counts(row.field(at: places.allocTRES)),
            let cluster = word(row.field(at: places.cluster)) ?? defaultCluster,
            isReadable(row)
        else { return nil }
        return RunRecord(
            cluster: cluster, rawJobID: id, user: word(row.field(at: places.user)),
            account: word(row.field(at: places.account)),
            partition: word(row.field(at: places.partition)) ?? "",
            qos: word(row.field(at: places.qos)), submit: submit, start: start.at, end: end.at,
            suspendedSeconds: suspended, state: state, allocTRES: counts)
    }

    private func namesAJob(_ row: Row) -> Bool {
        guard places.shownID >= 0 else { return true }
        let shown = row.field(at: places.shownID)
        return shown.unsigned != nil || JobIdentifier(shown).map { !$0.isStep } ?? false
    }

    /// Whether the columns that price nothing can be read, too: a row is taken as a whole or not at all.
    private mutating func isReadable(_ row: Row) -> Bool {
        moment(row.field(at: places.eligible)) != nil && span(row.field(at: places.elapsed)) != nil
            && row.field(at: places.uid).isNumberOrNothing
            && isLimit(row.field(at: places.timeLimit), isRaw: places.limitIsRaw)
    }

    // MARK: Values

    private struct Moment {
        let at: Instant?
    }

    private mutating func moment(_ field: Field) -> Moment? {
        if let instant = clock?.instant(field) { return Moment(at: instant) }
        return field.saysNothing ? Moment(at: nil) : nil
    }

    private func span(_ field: Field) -> Int64? {
        if field.count == 8, let clock = Clock(field.start) { return clock.seconds }
        switch field.span {
        case .value(let seconds): return seconds
        case .nothing: return 0
        case .malformed: return nil
        }
    }

    private func isLimit(_ field: Field, isRaw: Bool) -> Bool {
        if isRaw, let minutes = field.unsigned { return minutes <= 1_000_000_000 }
        return field.isEmpty || field.equals("UNLIMITED") || field.equals("Partition_Limit")
            || !isRaw && span(field) != nil
    }

    /// Who cancelled it is left out: `CANCELLED by 423120`.
    private mutating func state(_ field: Field) -> JobState? {
        let word = field.slice(0..<(field.firstPlace(of: UInt8(ascii: " ")) ?? field.count))
        return states.value(for: word) { JobStatus(parsing: $0.string)?.state }
    }

    private mutating func counts(_ field: Field) -> TRESCounts? {
        if field.isEmpty { return TRESCounts() }
        return tres.value(for: field) { try? TRESCounts(parsing: $0.string) }
    }

    private mutating func word(_ field: Field) -> String? {
        field.isEmpty ? nil : words.value(for: field) { $0.string }
    }
}

/// Where the columns stand that are looked at; −1 where the file lacks one.
private struct Places {
    let shownID, rawID, cluster, user, account, partition, qos, state, allocTRES: Int
    let submit, eligible, start, end, elapsed, suspended, uid, timeLimit: Int
    let limitIsRaw: Bool

    init(_ columns: ColumnMap<JobColumn>) {
        (shownID, rawID, cluster) = (columns[.jobID], columns[.jobIDRaw], columns[.cluster])
        (user, account, partition) = (columns[.user], columns[.account], columns[.partition])
        (qos, state, allocTRES) = (columns[.qos], columns[.state], columns[.allocTRES])
        (submit, eligible) = (columns[.submit], columns[.eligible])
        (start, end, suspended) = (columns[.start], columns[.end], columns[.suspended])
        elapsed = columns[columns.has(.elapsedRaw) ? .elapsedRaw : .elapsed]
        uid = columns[.uid]
        limitIsRaw = columns.has(.timeLimitRaw)
        timeLimit = columns[limitIsRaw ? .timeLimitRaw : .timeLimit]
    }
}

extension Field {
    fileprivate var isNumberOrNothing: Bool { saysNothing || unsigned != nil }
}
