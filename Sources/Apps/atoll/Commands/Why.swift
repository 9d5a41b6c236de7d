import ArgumentParser
import Reports
import Units
import Wire

/// `atoll why`
struct Why: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "What happened to a job's credit, and why.",
        discussion: """
            How the job stands now, then what happened to it: how its estimate came about, changes \
            that were refused and what would fit, credit set aside until Slurm shows a change, why \
            it is held back. Of an array's task (71_4) its own figures; of a het job (80) each \
            component. \
            Asked by the job's owner, the project's PI and operators.

            EXAMPLES
              atoll why 71
              atoll why 71_4 --json
              atoll why 71 -P -o Time,Kind,What
            """)

    @Argument(help: "A job id as squeue prints it: 71, 71_4, 80+1.")
    var job: String

    @Option(help: "On this cluster. (default: whichever has it)")
    var cluster: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var rows: [Row.Notice] = []
        let request = Request.Why(job: job, cluster: cluster)
        let reply = try surroundings.ask(.why(request), connection) { row in
            if case .notice(let notice) = row { rows.append(notice) }
        }
        guard case .why(let end) = reply else { throw Failure.oddAnswer }
        if !output.isParsable, !output.isJSON {
            try surroundings.out(end.words.map { "\($0.printable)\n" }.joined() + "\n")
        }
        let lines = output.isParsable || output.isJSON ? rows : rows.flatMap(\.lines)
        try surroundings.report(
            lines, Row.Notice.columns, output, chosen,
            otherwise: "nothing else is on record of it.",
            json: end.json(rows))
    }
}

extension Reply.Why {
    /// How the job stands, a fact a line.
    fileprivate var words: [String] {
        guard let account else {
            return ["Job \(job) on \(cluster): the books have no hold of it."]
        }
        return ([account] + components).flatMap { lines(of: $0) }
    }

    private func lines(of it: Account) -> [String] {
        let name = components.isEmpty ? job : it.component ?? job
        var lines = [
            "Job \(name) of \(it.user) on \(cluster), account \(it.name), charged to \(it.allocation)"
        ]
        let limit = slurmDuration(seconds: it.timeLimitSeconds)
        let state =
            switch it.state {
            case "unclaimed": "submitted, not seen in Slurm yet"
            case "closed": "over"
            default:
                "\(it.waiting) waiting, \(it.running) running, \(it.ended) ended, \(limit) each"
            }
        lines.append("  state      \(state)")
        lines.append("  held       \(it.held) SU")
        if it.setAside > .zero {
            lines.append(
                "  set aside  \(it.setAside) SU more, until Slurm shows the change asked for"
            )
        }
        lines.append("  charged    \(it.charged) SU")
        if it.refunded > .zero { lines.append("  refunded   \(it.refunded) SU") }
        if let mode = it.mode, mode != "enforce" {
            lines.append("  mode       \(mode): nothing is refused")
        }
        if let remark = it.remark { lines.append("  note       \(remark)") }
        if let heldBack = it.heldBack { lines.append("  held back  \(heldBack)") }
        return lines
    }

    fileprivate func json(_ rows: [Row.Notice]) -> JSONText {
        return .object([
            .init("job", .string(job)), .init("cluster", .string(cluster)),
            .init("books", account?.json ?? .null),
            .init("components", .array(components.map(\.json))),
            .init("notices", .array(rows.map(\.json))),
        ])
    }
}

extension Reply.Why.Account {
    fileprivate var json: JSONText {
        .object([
            .init("component", Cell(component).json),
            .init("user", .string(user)), .init("account", .string(name)),
            .init("allocation", .string(allocation)),
            .init("state", .string(state)), .init("waiting", .integer(waiting)),
            .init("running", .integer(running)), .init("ended", .integer(ended)),
            .init("time_limit_seconds", .integer(timeLimitSeconds)),
            .init("per_task", Cell.amount(perTask).json),
            .init("held", Cell.amount(held).json),
            .init("set_aside", Cell.amount(setAside).json),
            .init("charged", Cell.amount(charged).json),
            .init("refunded", Cell.amount(refunded).json),
            .init("remark", Cell(remark).json),
            .init("mode", Cell(mode).json),
            .init("held_back", Cell(heldBack).json),
        ])
    }
}

extension Row.Notice {
    fileprivate static let columns = Columns<Row.Notice>([
        Column("Time") { $0.kind.isEmpty ? .nothing : .time($0.at) },
        Column("Kind") { .text($0.kind) },
        Column("Times", .whereFilled) { $0.times > 1 ? .count($0.times) : .nothing },
        Column("What") { .text($0.text) },
        Column("Figures", .onRequest) { .list($0.figures.map(\.words)) },
    ])

    /// For people: the notes of an estimate beneath what they explain.
    fileprivate var lines: [Row.Notice] {
        let notes = figures.compactMap { figure -> Row.Notice? in
            guard figure.name == "note", case .text(let text) = figure.value else { return nil }
            return Row.Notice(at: at, kind: "", text: "  " + text)
        }
        return [self] + notes
    }

    fileprivate var json: JSONText {
        .object([
            .init("time", Cell.time(at).json), .init("kind", .string(kind)),
            .init("times", .integer(times)), .init("what", .string(text)),
            .init(
                "figures",
                .array(
                    figures.map {
                        JSONText.object([.init("name", .string($0.name)), .init("value", $0.json)])
                    })),
        ])
    }
}

extension Row.Notice.Figure {
    fileprivate var words: String {
        switch value {
        case .amount(let amount): "\(name)=\(amount)"
        case .number(let number): "\(name)=\(number)"
        case .text(let text): "\(name)=\(text)"
        }
    }

    fileprivate var json: JSONText {
        switch value {
        case .amount(let amount): Cell.amount(amount).json
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        }
    }
}
