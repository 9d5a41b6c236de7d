import ArgumentParser
import Client
import Estimate
import Reports
import Wire

/// `atoll quote`
struct Quote: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "What a job may cost and whether its credit is there, without submitting it.",
        usage: "atoll quote [--json] [sbatch's options] [script [arguments]]",
        discussion: """
            Takes the command line of sbatch: write atoll quote where sbatch stands. The #SBATCH \
            lines of the script and sbatch's environment variables (SBATCH_ACCOUNT …) count too. \
            Options that cost nothing are read over. Those that matter:

              -A --account        -p --partition     -q --qos
              -N --nodes          -n --ntasks        -c --cpus-per-task
              -t --time           -a --array         -b --begin
              --mem               --mem-per-cpu      --mem-per-gpu
              -G --gpus           --gpus-per-node    --gpus-per-task
              --gres              --cpus-per-gpu     --ntasks-per-gpu
              --ntasks-per-node   --exclusive        -O --overcommit
              -L --licenses       -C --constraint    -w --nodelist
              -M --clusters       --reservation      -x --exclude
              --uid USER: another's job, for operators

            and of its own, before the script:

              --json   -P --parsable2   --noheader   --format COLUMNS
              --socket PATH   --timeout SECONDS   -h --help

            Exit code 0: it fits; 3: there is too little credit for it.

            EXAMPLES
              atoll quote -A astro -n64 -t 2:00:00
              atoll quote -p gpu --gres=gpu:h200:2 -t 1-0 job.sh
              atoll quote --json job.sh | jq .cost
            """)

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var line: [String] = []

    /// What is the quote's own; `-n` and `-o` are sbatch's here.
    private static let ownOptions = [
        SbatchOption("json", nil, .none), SbatchOption("parsable2", "P", .none),
        SbatchOption("noheader", nil, .none), SbatchOption("format"), SbatchOption("socket"),
        SbatchOption("timeout"),
    ]

    func run(in surroundings: Surroundings) throws {
        let command = try Self.reading("") { () throws(SbatchError) in
            try SbatchLine(line, others: Self.ownOptions)
        }
        if command.has("help") || command.has("usage") { throw CleanExit.helpRequest(self) }
        let own = try ownOptions(of: command)
        let request = try request(command, surroundings)
        let reply: Reply
        do {
            reply = try surroundings.ask(.quote(request), own.connection)
        } catch ClientError.answered(let error)
            where surroundings.userID == 0 && request.job.userID == 0
            && Self.codesOfUsers.contains(error.code)
        {
            throw Failure(
                "\(error.message)\nThis was asked for root; --uid USER asks for another's job.")
        }
        guard case .quote(let quote) = reply else { throw Failure.oddAnswer }
        try surroundings.report(
            QuoteLine.lines(of: quote), QuoteLine.columns, own.output, own.chosen,
            footer: QuoteLine.footer(of: quote), json: quote.json)
        if !own.output.isJSON, !own.output.isParsable {
            try surroundings.out(quote.words.map { "\n\($0)" }.joined() + "\n")
        }
        if !quote.fits { throw Failure("", status: ExitStatus.tooLittleCredit) }
    }

    /// Refusals that another user might not get.
    private static let codesOfUsers: Set<ErrorCode> = [
        .unknownAccount, .noAllocation, .notAMember, .notFound, .cannotEstimate, .invalid,
    ]

    private func ownOptions(of command: SbatchLine) throws -> OwnOptions {
        var words: [String] = []
        for option in command.options
        where Self.ownOptions.contains(where: { $0.name == option.name }) {
            words += ["--\(option.name)"] + (option.value.map { [$0] } ?? [])
        }
        return try OwnOptions.parse(words)
    }

    private func request(
        _ command: SbatchLine, _ surroundings: Surroundings
    ) throws -> Request.Quote {
        var script: SbatchLine?
        if let path = command.operands.first {
            let text = try surroundings.read(path)
            script = try Self.reading("\(path): ") { () throws(SbatchError) in
                try SbatchLine(script: text)
            }
        }
        var userID = surroundings.userID
        if let name = command.value(of: "uid") {
            guard let found = surroundings.lookUpUser(name) else {
                throw Failure("--uid \(name): there is no such user.")
            }
            userID = found
        }
        var asked = try Self.reading("") { () throws(SbatchError) in
            try SbatchRequest(
                userID: userID, script: script, environment: surroundings.environment,
                command: command, clock: surroundings.clock)
        }
        if userID == surroundings.userID { asked.job.groupID = surroundings.groupID }
        return Request.Quote(cluster: asked.clusters, job: asked.job)
    }

    /// A wrong sbatch line is wrong usage of ours.
    private static func reading<Value>(
        _ place: String, _ body: () throws(SbatchError) -> Value
    ) throws -> Value {
        do { return try body() } catch {
            throw Failure("\(place)\(error).\nSee: atoll quote --help", status: ExitStatus.usage)
        }
    }
}

private struct OwnOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions
}
