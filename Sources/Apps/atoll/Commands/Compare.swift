import ArgumentParser
import Reports
import Units
import Wire

/// `atoll compare`
struct Compare: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sets our raw use beside sreport's and explains each difference. For operators.",
        discussion: """
            Unit-hours by account, user and TRES: ours from the books, whatever was charged for \
            them, and those of sreport cluster AccountUtilizationByUser. Run it where sreport and \
            sacctmgr find slurmdbd, as root or as one whom slurmdbd shows everybody's usage.

            sreport knows whole hours, and only those that slurmdbd has rolled up (once an hour, \
            a while after it): the header of the answer says which. Where a time zone is off by part of \
            an hour, slurmdbd cuts its hours there: if its zone is not this machine's, say TZ=ZONE \
            atoll compare. Why the two differ:

              suspended         slurmdbd takes suspended seconds off cores alone
              resized           it counts a changed size from the job's start again
              reservation_idle  reserved and unused is divided among those a reservation names
              part_hours        the window's ends are no whole hours
              not_rolled_up     the hours that slurmdbd has still to add up
              open_row          a run without an end there: sacctmgr show runawayjobs
              zero_length_row, missing_row, changed, never_seen
                                atoll reconcile names the jobs
              before_books, cutover, exempt
                                not ours to charge
              untracked         a TRES that AccountingStorageTRES doesn't name
              rounding          up to one unit-second an hour

            What was changed in slurmdbd's tables after an hour was added up stays unexplained until \
            sacctmgr rollup START END adds it up again.

            EXIT CODES
              0   nothing remains unexplained
              10  something does; the last line says how much
              1, 2  an error, a wrong command line

            EXAMPLES
              atoll compare
              atoll compare --start 2026-11-01 --end 2026-12-01
              atoll compare -P -o Account,User,TRES,Ours,Sreport,Unexplained
            """)

    @Option(
        name: [.customShort("S"), .customLong("start")],
        help: "From here on. (default: a day before the end)")
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end")],
        help: "Up to here. (default: the last full hour)")
    var end: String?

    @Option(name: [.customShort("M"), .long], help: "This cluster, where there are several.")
    var cluster: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let (window, isCut) = try window(in: surroundings)
        let rolled = lastRollup(in: surroundings)
        var rows: [Row.Compared] = []
        var patient = connection
        patient.timeoutSeconds = max(connection.timeoutSeconds, 3_600)
        let reply = try surroundings.ask(
            .compare(
                .init(
                    cluster: cluster, start: window.start, end: window.end, rolledUpTo: rolled,
                    hourOffsetSeconds: surroundings.clock.hourOffsetSeconds(at: window.end))),
            patient
        ) { if case .compared(let row) = $0 { rows.append(row) } }
        guard case .compare(let done) = reply else { throw Failure.oddAnswer }
        let theirs = try sreport(done, rows, in: surroundings)
        let report = CompareReport(rows, theirs, done)
        var notes = report.words(surroundings.clock, asked: window)
        if isCut, let end {
            notes.insert("--end \(end) has not come yet: compared is what was up to now.", at: 0)
        }
        if rolled == nil {
            notes.insert(
                "When slurmdbd rolled up last is not known: sacctmgr show stats does not say.",
                at: 0)
        }
        if output.isJSON {
            try surroundings.out(report.json(rolled).indented)
        } else {
            if !report.lines.isEmpty || output.isParsable {
                try surroundings.printTable(
                    of: report.lines, CompareReport.columns, output, chosen)
            }
            let text = notes.map { $0 + "\n" }.joined()
            if output.isParsable { surroundings.say(text) } else { try surroundings.out(text) }
        }
        guard report.isExplained else { throw Failure("", status: ExitStatus.unexplained) }
    }

    /// Whether its end is now and not what was asked for.
    private func window(
        in surroundings: Surroundings
    ) throws -> (window: Interval, isCut: Bool) {
        let told = try surroundings.window(start: start, end: end, .past)
        let now = surroundings.clock.now
        if let start = told.start, start >= now {
            throw Failure(
                "--start \(self.start ?? "") has not come yet: there is nothing to compare.",
                status: ExitStatus.usage)
        }
        let asked = told.end ?? surroundings.clock.lastFullHour(before: now)
        let end = min(asked, now)
        let start = told.start ?? end.advanced(bySeconds: -86_400)
        guard let window = Interval(start: start, end: end), !window.isEmpty else {
            throw Failure("--end has to be later than --start.", status: ExitStatus.usage)
        }
        return (window, asked > now)
    }

    // MARK: Slurm's commands

    /// `Internal DBD rollup last ran Sat Nov 21 23:25:34 2026 (1795303534)`
    private func lastRollup(in surroundings: Surroundings) -> Instant? {
        let ran = try? surroundings.run(["/usr/bin/env", "sacctmgr", "show", "stats"], 60)
        guard let ran, ran.isGood else { return nil }
        let line = ran.output.split(separator: "\n").first { $0.contains("rollup last ran") }
        let number = line?.split(separator: "(").last?.prefix { $0.isNumber }
        return number.flatMap { Int64($0) }.map(Instant.init(epochSeconds:))
    }

    private func sreport(
        _ done: Reply.Compare, _ rows: [Row.Compared], in surroundings: Surroundings
    ) throws -> SreportUse {
        guard done.end > done.start else { return SreportUse() }
        let names = Set(rows.map(\.tres)).union(["cpu", "mem", "node", "billing"]).sorted()
        // sreport cuts both ends to whole hours of its own zone: they have to be slurmdbd's.
        let offset = surroundings.clock.hourOffsetSeconds(at: done.end)
        let minutes = offset / 60
        let zone = offset == 0 ? "UTC" : "LOC-00:" + (minutes < 10 ? "0" : "") + "\(minutes)"
        let command = [
            "/usr/bin/env", "TZ=\(zone)", "sreport", "-nP", "-t", "Seconds", "-T",
            names.joined(separator: ","), "cluster", "AccountUtilizationByUser", "tree",
            "cluster=\(done.cluster)", "start=\(plain(done.start, offset))",
            "end=\(plain(done.end, offset))",
            "format=Account,Login,TRESName,Used",
        ]
        let ran = try surroundings.run(command, 600)
        guard ran.isGood else { throw Failure("sreport: \(ran.complaint)") }
        guard ran.output.utf8.count < 1 << 20 else {
            throw Failure("sreport printed more than 1 MiB: compare fewer users at once.")
        }
        return try SreportUse(parsing: ran.output)
    }

    /// So far from UTC, without the `Z` that sreport does not read.
    private func plain(_ instant: Instant, _ offsetSeconds: Int64) -> String {
        String(instant.advanced(bySeconds: offsetSeconds).description.dropLast())
    }
}

extension LocalClock {
    /// How far its hours are off those of UTC: 1,800 in India, 0 nearly everywhere.
    func hourOffsetSeconds(at instant: Instant) -> Int64 {
        let rest = offsetSeconds(instant) % 3_600
        return rest < 0 ? rest + 3_600 : rest
    }

    func lastFullHour(before instant: Instant) -> Instant {
        let offset = hourOffsetSeconds(at: instant)
        return instant.advanced(bySeconds: -((instant.epochSeconds + offset) % 3_600))
    }
}

extension ExitStatus {
    /// Of `compare`: a difference remains that nothing explains.
    static let unexplained: Int32 = 10
}
