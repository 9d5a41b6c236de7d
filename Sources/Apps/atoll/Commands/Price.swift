import ArgumentParser
import Rates
import Records
import Registry
import Reports
import SiteFiles
import Units

/// `atoll price`: what finished runs come to at the rates of a file. It needs no daemon and no books.
struct Price: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prices job records at the rates of a file.",
        discussion: """
            RECORDS are sacct's own, with a header and | between the values, or what atoll-gauge \
            history prints. For instance, -D so that every run of a requeued job is there:

              F=Cluster,JobIDRaw,JobID,User,Account,Partition,QOS
              F=$F,Submit,Start,End,Suspended,State,AllocTRES
              TZ=UTC sacct -aDXP -S 2026-11-01 -E 2026-12-01 -o $F

            Such a dump is priced with --time-zone UTC; times without a zone are otherwise this \
            machine's, as sacct without TZ writes them.

            Each run that has ended is priced, second by second, at the rates in force; every line \
            is rounded once, half to even, to 0.000001 SU. With --start or --end only the part of \
            a run that lies in the window is priced, as if the run had begun or ended there. A \
            run counts to the month (UTC) of its last second in it.

            A row is passed over, and counted below the table, when its run has never started, \
            has not ended, is free by its state, or stood in an earlier row already. Rows that \
            can't be read are told on stderr and the rest goes on. What has no rate in force is \
            listed as unrated; where no resource of the file is for the records' cluster, that is \
            an error.

            EXAMPLES
              atoll price --rates site.toml --time-zone UTC november.psv
              atoll price --rates site.toml --by user,resource -P *.psv
              atoll-gauge history --start 2026-11-01 > new.psv
              atoll price --rates site.toml --by month old.psv new.psv
            """)

    @Option(
        name: .customLong("rates"),
        help: ArgumentHelp("A TOML file with resources and their rates.", valueName: "file"))
    var rateFile: String

    @Option(
        name: [.customShort("S"), .customLong("start")],
        help: ArgumentHelp("Price only what lies from here on.", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .customLong("end")],
        help: ArgumentHelp("Price only what lies before.", valueName: "time"))
    var end: String?

    @Option(
        help: """
            What rows are made by, one or several joined by commas: account, user, partition, \
            resource, month; or total.
            """)
    var by: Grouping = Grouping(dimensions: [.account])

    @Option(
        name: .customLong("free"),
        help: "States whose runs are free, joined by commas; none prices them all.")
    var freeStates: StateList = StateList(states: [.nodeFail, .bootFail])

    @OptionGroup var zone: ZoneOption

    @Option(
        name: [.customShort("M"), .customLong("cluster")],
        help: "The cluster of records that name none.")
    var cluster: String?

    @OptionGroup var output: OutputOptions

    @Argument(help: "Files of records; - reads standard input.")
    var records: [String]

    func run(in surroundings: Surroundings) throws {
        let answer = try answer(in: surroundings)
        surroundings.say(answer.stderr)
        try surroundings.out(answer.stdout)
    }

    /// All that is shown, so that a test sees what a person sees.
    func answer(
        in surroundings: Surroundings = .ofProcess
    ) throws -> (stdout: String, stderr: String) {
        let table = try zone.table(in: surroundings)
        let window = try window(
            in: surroundings,
            LocalClock(now: surroundings.clock.now, offsetSeconds: table.offset))
        var sum = PriceSum(
            try readCard(), by: by.dimensions, window: window, freeStates: freeStates.states)
        let files = RecordFiles(
            paths: records,
            settings: ReadSettings(
                zone: table, defaultCluster: cluster, maxProblemsKept: 10))
        let outcomes = try files.read(in: surroundings) { sum.add($0) }
        let clusterNotes = sum.clusterNotes(rateFile)
        let unreadable = outcomes.reduce(0) { $0 + $1.problemCount }
        // Sums of 0 for all would look like usage that is free.
        guard clusterNotes.isEmpty || sum.hasRatedCluster else {
            throw Failure(clusterNotes.joined(separator: "\n"))
        }
        let notes = clusterNotes + sum.report.notes + sum.rowNotes(unreadable: unreadable)
        let shown = output.render(
            sum.report.table, notes: notes, json: json(sum, window: window, unreadable))
        let problems = outcomes.flatMap(problemLines)
        return (
            shown.stdout, (problems + [shown.stderr]).filter { !$0.isEmpty }.joined(separator: "\n")
        )
    }

    /// Times without a zone are those of the records.
    private func window(
        in surroundings: Surroundings, _ clock: LocalClock
    ) throws -> Interval? {
        let (from, to) = try surroundings.window(start: start, end: end, .past, clock: clock)
        guard from != nil || to != nil else { return nil }
        return Interval(start: from ?? Instant(epochSeconds: .min / 4), end: to)
    }

    private func readCard() throws -> RateCard {
        do {
            let site = try readSite(path: rateFile)
            guard !site.resources.isEmpty else {
                throw Failure("\(rateFile): declares no resource; add a [[resource]] with a rate")
            }
            return try RateCard(declaredBy: site)
        } catch let error as RateCardError {
            throw Failure("\(rateFile): \(error)")
        }
    }

    private func problemLines(_ outcome: RecordFiles.Outcome) -> [String] {
        let more = outcome.problemCount - outcome.problems.count
        return outcome.problems.map { "\(outcome.path): skipped \($0)" }
            + (more > 0 ? ["\(outcome.path): skipped \(more) more rows that can't be read"] : [])
    }

    private func json(
        _ sum: PriceSum, window: Interval?, _ unreadable: Int
    ) -> JSONText {
        .object(
            [
                .init("start", .string(start == nil ? nil : window?.start.description)),
                .init("end", .string(end == nil ? nil : window?.end.description)),
            ] + sum.report.json + [
                .init(
                    "unrated_clusters",
                    .array(
                        sum.unratedClusters.sorted { $0.key < $1.key }.map {
                            .object([
                                .init("cluster", .string($0.key)),
                                .init("runs", .integer($0.value)),
                            ])
                        })),
                .init("not_priced", sum.skipped.json(unreadable: unreadable)),
            ])
    }
}

/// `account,month`, or `total` for no rows but the sum of all.
struct Grouping: ExpressibleByArgument {
    let dimensions: [PriceReport.Dimension]

    init(dimensions: [PriceReport.Dimension]) { self.dimensions = dimensions }

    init?(argument: String) {
        if argument == "total" {
            self.init(dimensions: [])
            return
        }
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let dimensions = words.compactMap { PriceReport.Dimension(rawValue: String($0)) }
        guard dimensions.count == words.count, Set(dimensions).count == words.count else {
            return nil
        }
        self.init(dimensions: dimensions)
    }

    var defaultValueDescription: String {
        dimensions.map(\.rawValue).joined(separator: ",")
    }
}

/// `NODE_FAIL,BOOT_FAIL`, or `none`.
struct StateList: ExpressibleByArgument {
    let states: Set<JobState>

    init(states: Set<JobState>) { self.states = states }

    init?(argument: String) {
        let words = argument == "none" ? [] : argument.split(separator: ",")
        let states = words.compactMap { JobState(rawValue: $0.uppercased()) }
        guard states.count == words.count else { return nil }
        self.init(states: Set(states))
    }

    var defaultValueDescription: String { states.map(\.rawValue).sorted().joined(separator: ",") }
}
