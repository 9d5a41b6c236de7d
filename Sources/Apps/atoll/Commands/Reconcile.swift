import ArgumentParser
import Reports
import Units
import Wire

/// `atoll reconcile`
struct Reconcile: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sets the books beside slurmdbd's record and corrects them. For operators.",
        discussion: """
            What has one right answer is corrected by an entry that gives the finding as its \
            reason; what takes a person is listed with the command that would settle it. A row \
            that is missing, open or of no length is never a reason to give credit back. Nothing \
            that ended within the settle time ([reconcile] in atoll.toml, 6 hours) is looked at. \
            A timer runs this nightly; a pass that was ended goes on where it was.

            EXIT CODES
              0   all agrees
              10  all that was found is corrected
              11  something takes a person
              1   an error, also where only one of several clusters could not be gone through
              2   a wrong command line

            EXAMPLES
              atoll reconcile
              atoll reconcile --start 2026-11-01 --end 2026-12-01 --dry-run
              atoll reconcile --last
              atoll reconcile -P -o Kind,Job,Remedy
            """)

    @Option(
        name: [.customShort("S"), .customLong("start")],
        help: "From here on. (default: where the last clean pass ended, at least a day back)")
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end")],
        help: "Up to here. (default: as far as slurmdbd's record has settled)")
    var end: String?

    @Option(name: [.customShort("M"), .long], help: "Only this cluster.")
    var cluster: String?

    @Flag(name: .customLong("dry-run"), help: "Says what would be corrected, and corrects nothing.")
    var isDryRun = false

    @Flag(help: "Tells the last pass again, and does nothing.")
    var last = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !last || (start == nil && end == nil && !isDryRun) else {
            throw ValidationError("--last goes with none of --start, --end, --dry-run.")
        }
    }

    func run(in surroundings: Surroundings) throws {
        let window = try surroundings.window(start: start, end: end, .past)
        var found = FoundRows(surroundings, output, chosen)
        var progress = ReconcileTelling(surroundings)
        // A window of slurmdbd's may take minutes in which nothing is said.
        var patient = connection
        patient.timeoutSeconds = max(connection.timeoutSeconds, 3_600)
        let request = Request.Reconcile(
            cluster: cluster, start: window.start, end: window.end, dryRun: isDryRun, last: last)
        let reply = try surroundings.ask(.reconcile(request), patient) { row in
            guard case .reconciled(let it) = row else { return }
            switch it {
            case .finding(let finding): found.take(finding)
            case .progress(let far): progress.tell(far)
            }
        }
        progress.clear()
        guard case .reconcile(let done) = reply else { throw Failure.oddAnswer }
        if output.isJSON {
            try surroundings.out(json(done, found).indented)
        } else {
            try found.print(ofSeveral: done.passes.count + done.failed.count > 1)
            let words = done.passes.map { $0.words(surroundings.clock) + "\n" }.joined()
            if output.isParsable {
                surroundings.say(words)
            } else {
                try surroundings.out(words)
            }
        }
        guard done.failed.isEmpty else {
            let each = done.failed.map { "\($0.cluster): not reconciled: \($0.error.message)" }
            throw Failure(each.joined(separator: "\n"))
        }
        if done.passes.contains(where: { $0.person > 0 || $0.endedAt == nil }) {
            throw Failure("", status: ExitStatus.takesPerson)
        }
        if done.passes.contains(where: { $0.corrected > 0 }) {
            throw Failure("", status: ExitStatus.corrected)
        }
    }

    private func json(_ done: Reply.Reconcile, _ found: FoundRows) -> JSONText {
        .object([
            .init("passes", .array(done.passes.map(\.json))),
            .init("findings", .array(found.kept.map { Row.Finding.columns.json(of: $0) })),
            .init("left_off", .integer(found.leftOff)),
            .init("failed", .array(done.failed.map(\.json))),
        ])
    }
}

/// Findings as they come: after slurmdbd was lost there may be a million. A table and JSON have the first
/// of them, as many as atolld keeps for --last; lines for programs are printed as they come.
private struct FoundRows {
    private static let mostKept = 10_000
    private static let linesAtOnce = 1_000

    private(set) var kept: [Row.Finding] = []
    private(set) var leftOff: Int64 = 0
    private let surroundings: Surroundings
    private var output: OutputOptions
    private let chosen: ColumnOptions
    private var hasPrinted = false
    private var problem: (any Error)?

    init(_ surroundings: Surroundings, _ output: OutputOptions, _ chosen: ColumnOptions) {
        (self.surroundings, self.output, self.chosen) = (surroundings, output, chosen)
    }

    mutating func take(_ finding: Row.Finding) {
        guard kept.count < Self.mostKept else {
            leftOff += 1
            return
        }
        kept.append(finding)
        guard output.isParsable, kept.count >= Self.linesAtOnce, problem == nil else { return }
        do { try printLines() } catch { problem = error }
    }

    /// What is not printed yet; throws as well what stood in the way of earlier lines.
    ///
    /// - Parameter ofSeveral: clusters gone through, or to be.
    mutating func print(ofSeveral: Bool) throws {
        if let problem { throw problem }
        if output.isParsable {
            if !kept.isEmpty || !hasPrinted { try printLines() }
        } else if !kept.isEmpty {
            try surroundings.printTable(
                of: kept, Row.Finding.columns(ofSeveral: ofSeveral), output, chosen)
            guard leftOff > 0 else { return }
            try surroundings.out("and \(leftOff.grouped) more; see them with -P\n")
        }
    }

    private mutating func printLines() throws {
        try surroundings.printTable(of: kept, Row.Finding.columns, output, chosen)
        (kept, hasPrinted, output.hasNoHeader) = ([], true, true)
    }
}

/// How far a pass has come, its rate, and how long it will take.
private struct ReconcileTelling {
    private var progress: Progress
    private var first: (at: Double, reached: Instant)?
    private let surroundings: Surroundings

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        progress = Progress(surroundings)
    }

    mutating func tell(_ far: Row.ReconcileProgress) {
        let now = surroundings.uptimeSeconds()
        if first == nil || far.reached < first?.reached ?? far.start {
            first = (now, far.reached)
        }
        let (began, reached) = (first?.at ?? now, first?.reached ?? far.start)
        let walked = (seconds: now - began, since: reached)
        progress.tell { seconds in far.words(after: seconds, walked) }
    }

    func clear() { progress.clear() }
}

extension Row.ReconcileProgress {
    /// How far it is, its rate, and how long the rest will take at the pace of what was seen.
    ///
    /// - Parameters:
    ///   - seconds: since the command began.
    ///   - walked: since when its pace is known, and from where: a pass that goes on began elsewhere.
    func words(
        after seconds: Double, _ walked: (seconds: Double, since: Instant)
    ) -> String {
        let whole = max(end.seconds(since: start), 1)
        let percent = reached.seconds(since: start) * 100 / whole
        let rate = Int64(Double(records) / max(seconds, 0.1))
        let far = Double(reached.seconds(since: walked.since))
        let left = Double(end.seconds(since: reached))
        let rest =
            far > 0 ? ", \(slurmDuration(seconds: Int64(left / far * walked.seconds))) left" : ""
        return "atoll: \(cluster): \(percent) %, \(records.grouped) records, "
            + "\(rate.grouped) a second\(rest)"
    }
}

extension ExitStatus {
    /// Of `reconcile`: all that was found is corrected; something takes a person.
    static let corrected: Int32 = 10
    static let takesPerson: Int32 = 11
}

extension Reply.Reconcile.Pass {
    fileprivate func words(_ clock: LocalClock) -> String {
        // Before the books began there is nothing.
        let from = start.epochSeconds <= 0 ? "the beginning" : clock.text(start)
        let isEmpty = start >= end
        var text =
            isEmpty
            ? "\(cluster): what ended since \(clock.text(end)) has not settled yet "
                + "([reconcile] settle_seconds in atoll.toml); "
            : "\(cluster): \(from) to \(clock.text(end)): \(records.grouped) rows of "
                + "slurmdbd, \(runs.grouped) runs of the books; "
        let would = dryRun ? "would be " : ""
        switch (corrected, person) {
        case (0, 0) where isEmpty: text += "nothing was compared"
        case (0, 0) where records == 0 && runs == 0:
            text +=
                start.epochSeconds <= 0
                ? "nothing has settled yet ([reconcile] settle_seconds leaves out what ended since), "
                    + "so nothing was compared"
                : "nothing ended then, so nothing was compared"
        case (0, 0): text += "all agree"
        case (_, 0): text += "\(corrected.grouped) \(would)corrected\(sums)"
        case (0, _): text += persons
        default:
            text += "\(corrected.grouped) \(would)corrected\(sums), " + persons
        }
        if endedAt == nil { text += "; ended before its end, the next goes on there" }
        return text + (head.map { ". Journal \($0)" } ?? ".")
    }

    private var persons: String { "\(person.grouped) \(person == 1 ? "takes" : "take") a person" }
    private var sums: String { " (charged \(more) SU more, \(less) SU less)" }

    fileprivate var json: JSONText {
        .object([
            .init("cluster", .string(cluster)), .init("start", Cell.time(start).json),
            .init("end", Cell.time(end).json), .init("begun_at", Cell.time(begunAt).json),
            .init("ended_at", Cell(endedAt).json), .init("dry_run", .bool(dryRun)),
            .init("records", Cell.count(records).json), .init("runs", Cell.count(runs).json),
            .init("corrected", Cell.count(corrected).json),
            .init("person", Cell.count(person).json), .init("more", Cell.amount(more).json),
            .init("less", Cell.amount(less).json), .init("head", Cell(head).json),
        ])
    }
}

extension Reply.Reconcile.Failed {
    fileprivate var json: JSONText {
        .object([
            .init("cluster", .string(cluster)), .init("code", .string(error.code.rawValue)),
            .init("message", .string(error.message)),
        ])
    }
}

extension Row.Finding {
    static let columns = columns(ofSeveral: false)

    /// - Parameter ofSeveral: clusters, whose jobs may have the same ids.
    static func columns(ofSeveral: Bool) -> Columns<Row.Finding> {
        Columns<Row.Finding>([
            Column("Cluster", ofSeveral ? .always : .onRequest) { .text($0.cluster) },
            Column("Kind") { .text($0.kind) },
            Column("Job") { .text($0.job) },
            Column("Run", .onRequest) { Cell($0.run) },
            Column("User", .whereFilled) { Cell($0.user) },
            Column("Account", .whereFilled) { Cell($0.account) },
            Column("Allocation", .whereFilled) { Cell($0.allocation) },
            Column("At") { Cell($0.at) },
            Column("Before", .whereFilled) { Cell($0.before) },
            Column("After", .whereFilled) { Cell($0.after) },
            Column("What") { .text($0.what) },
            Column("Remedy", .whereFilled) { Cell($0.remedy) },
        ])
    }
}
