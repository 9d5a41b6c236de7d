import ArgumentParser
import Reports
import Units
import Wire

/// `atoll refund`
struct Refund: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Gives back what a job was charged, whole or in part. For operators.",
        discussion: """
            JOB is written as Slurm has it: 123, an array task 123_4, a het component 123+1. Where \
            it has several runs (an array, a job that was requeued), they are listed and --run \
            names one; --every-run refunds them all at once, each once, or none. Credit returns to the lots it was charged to, the last drawn first; what \
            was charged to a lot that has ended goes to --into. A run that is refunded in whole \
            is waived: later corrections charge nothing for it either.

            EXAMPLES
              atoll refund 1234 --all --reason "node n7 lost its scratch disk"
              atoll refund 1234_7 --amount 12.50 --reason "half an hour of it was ours"
              atoll refund 1234 --run 88 --all --reason "requeued by us"
              atoll refund 1234 --every-run --reason "the file system was down" --dry-run
              atoll refund 1234 --all --into 12 --reason "last year's, into this year"
            """)

    @Argument(help: "The job.")
    var job: String

    @Flag(help: "All that is not refunded yet.")
    var all = false

    @Option(
        help: ArgumentHelp(
            "So much of it: SU, at most six decimals.", valueName: "su"))
    var amount: ServiceUnitsArgument?

    @Flag(help: "All of every run the job has: of an array, of a requeued or het job.")
    var everyRun = false

    @Option(help: ArgumentHelp("Which run, where it has several.", valueName: "number"))
    var run: Int64?

    @Option(
        name: [.customShort("M"), .customLong("cluster"), .customLong("clusters")],
        help: "Where it ran, where several clusters have that job.")
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            "An open lot, for what was charged to lots that have ended.", valueName: "lot"))
    var into: Int64?

    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if everyRun {
            guard amount == nil, run == nil else {
                throw ValidationError("--every-run is for all of each run: no --amount, no --run.")
            }
            return
        }
        guard all != (amount != nil) else {
            throw ValidationError("either --all or --amount SU; --every-run for a whole array.")
        }
        try amount?.checkPositive()
    }

    func run(in surroundings: Surroundings) throws {
        if everyRun { return try refundJob(in: surroundings) }
        let request = Request.Refund(
            job: job, cluster: cluster, run: run, amount: amount?.value, into: into,
            reason: why.reason, dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.refund(request), id: making.id, connection)
        guard case .refund(let done) = reply else { throw Failure.oddAnswer }
        if making.isJSON { return try surroundings.out(json(done).indented) }
        let (verb, be) = making.isDryRun ? ("would be refunded", "would be") : ("refunded", "are")
        let before = done.refunded - done.amount
        let earlier = before == .zero ? "" : " (\(before) SU before)"
        try surroundings.out(
            "\(done.amount) of \(done.charged) SU of job \(done.job) \(verb)\(earlier), "
                + "\(done.available) SU \(be) available in \(done.allocation)" + making.ending
                + done.parts.lines { "to lot \($0.lot)" }
                + (done.isWaived ? "  the run \(making.isDryRun ? "would be" : "is") waived\n" : "")
        )
    }

    private func json(_ done: Reply.Refund) -> JSONText {
        .object([
            .init("job", .string(done.job)), .init("run", .integer(done.run)),
            .init("cluster", .string(done.cluster)),
            .init("allocation", .string(done.allocation)),
            .init("amount", Cell.amount(done.amount).json),
            .init("charged", Cell.amount(done.charged).json),
            .init("refunded", Cell.amount(done.refunded).json),
            .init("waived", .bool(done.isWaived)),
            .init("lots", .array(done.parts.map(\.json))),
            .init("available", Cell.amount(done.available).json),
            .init("dry_run", .bool(making.isDryRun)),
        ])
    }
}
