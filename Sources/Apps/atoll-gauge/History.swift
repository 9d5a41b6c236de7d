import ArgumentParser
import Records
import Slurm
import Threads
import Units

/// `atoll-gauge history`
struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmdbd's runs that waited, ran or ended in a span of time.",
        discussion: """
            Every run of a requeued job is a record of its own, with its own DBIndex. Nothing is
            clipped to the span. Jobs that are held or not yet eligible are not among them.

            EXAMPLES
              atoll-gauge history --start 2026-11-01 --end 2026-11-02
              atoll-gauge history --start 2025-01-01 --page-days 7 --cluster reef > reef.records
              atoll-gauge history --start 2026-01-01 --jobs 4711,4712
              atoll-gauge history --start 2026-01-01 --columns JobIDRaw,User,Account,Start,End
            """)

    @OptionGroup var span: SpanOptions

    @Option(
        help: """
            Days asked for at a time, at most; less where there are many runs, for the memory. \
            (default: 1; with --expect 4)
            """)
    var pageDays: Int64?

    @Option(
        help: ArgumentHelp(
            "About how many runs that span has: so the first pages are as long as the others.",
            valueName: "runs"))
    var expect: Int64?

    @Option(
        help: ArgumentHelp(
            "Only these columns. (default: all that slurmdbd can fill)", valueName: "name,name,…"))
    var columns: ColumnNames?

    @Option(
        help: ArgumentHelp(
            "Only runs of these jobs, by their raw ids; at most \(JobIDs.limit) of them.",
            valueName: "id,id,…"))
    var jobs: JobIDs?

    @Flag(
        name: .customLong("ended"),
        help: """
            Only runs that ended in that span. slurmdbd finds them without a look at all those \
            before.
            """)
    var onlyEnded = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...366).contains(pageDays ?? 1) else {
            throw ValidationError("--page-days is 1 to 366.")
        }
        guard expect ?? 0 >= 0 else { throw ValidationError("--expect is 0 or more.") }
    }

    func run() throws {
        let bounds = try span.bounds()
        let cluster = try common.accountedCluster(span.cluster, privateData: "jobs")
        let accounting = try common.accounting { try SlurmAccounting() }
        var tres = NumberedTRES(names: accounting.tresNames)
        var output = Output<JobColumn>(
            .history, cluster: cluster,
            attributes: SpanOptions.attributes(of: bounds),
            columns: columns?.all ?? JobColumn.recorded)
        let asksRequested = columns?.all.contains(.reqTRES) ?? true
        let wanted = jobs.map { Set($0.ids.map(Int64.init)) }
        var pages = Pages(
            start: bounds.start, end: bounds.end,
            mostDays: pageDays ?? (expect == nil ? 1 : 4), expected: expect)
        // What is asked for by its id is little, however long the time.
        if wanted != nil { pages.takeWhole() }
        let qosNames = accounting.qosNames
        let ahead = RunsAhead(accounting) { [common, onlyEnded, jobs] accounting, page in
            try common.accounting {
                try accounting.runs(
                    cluster: cluster, from: page.start, to: page.end, onlyEnded: onlyEnded,
                    jobs: jobs?.ids ?? [])
            }
        }
        var asked = pages.next()
        if let asked { ahead.ask(asked) }
        while let page = asked {
            var runs = try ahead.answer()
            asked = pages.next()
            if let asked { ahead.ask(asked) }
            var count: Int64 = 0
            var courtesy = Courtesy()
            while let run = runs.next() {
                courtesy.pause()
                count += 1
                guard onlyEnded ? page.holdsEnd(of: run) : page.isFirst(toShow: run),
                    wanted?.contains(run.jobID) ?? true
                else { continue }
                let fields = JobFields(
                    job: run, cluster: cluster, user: nil,
                    qos: run.qosID.flatMap { qosNames[$0] },
                    allocatedTRES: tres.named(run.allocatedTRES),
                    requestedTRES: asksRequested ? tres.named(run.requestedTRES) : nil,
                    isRun: true)
                try output.write(fields.value)
            }
            pages.took(count, of: page)
        }
        try output.finish()
    }
}
