import ArgumentParser
import Records
import Slurm
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
            """)

    @OptionGroup var span: SpanOptions

    @Option(
        help: "Days asked for at a time, at most; less where there are many runs, for the memory.")
    var pageDays: Int64 = 1

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
        guard pageDays >= 1, pageDays <= 366 else {
            throw ValidationError("--page-days is 1 to 366.")
        }
    }

    func run() throws {
        let bounds = try span.bounds()
        let cluster = try common.accountedCluster(span.cluster, privateData: "jobs")
        let accounting = try common.accounting { try SlurmAccounting() }
        var tres = NumberedTRES(names: accounting.tresNames)
        var output = Output<JobColumn>(
            .history, cluster: cluster,
            attributes: SpanOptions.attributes(of: bounds),
            columns: JobColumn.written)
        let wanted = jobs.map { Set($0.ids.map(Int64.init)) }
        var pages = Pages(start: bounds.start, end: bounds.end, mostDays: pageDays)
        // What is asked for by its id is little, however long the time.
        if wanted != nil { pages.takeWhole() }
        while let page = pages.next() {
            var runs = try common.accounting {
                try accounting.runs(
                    cluster: cluster, from: page.start, to: page.end, onlyEnded: onlyEnded,
                    jobs: jobs?.ids ?? [])
            }
            var count: Int64 = 0
            defer { pages.took(count) }
            while let run = runs.next() {
                count += 1
                guard onlyEnded ? page.holdsEnd(of: run) : page.isFirst(toShow: run),
                    wanted?.contains(run.jobID) ?? true
                else { continue }
                let fields = JobFields(
                    job: run, cluster: cluster, user: nil,
                    qos: run.qosID.flatMap { accounting.qosNames[$0] },
                    allocatedTRES: tres.named(run.allocatedTRES),
                    requestedTRES: tres.named(run.requestedTRES), isRun: true)
                try output.write(fields.value)
            }
        }
        try output.finish()
    }
}
