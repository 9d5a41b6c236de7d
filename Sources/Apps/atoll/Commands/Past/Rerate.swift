/// `atoll rerate`

import ArgumentParser
import Reports
import Units
import Wire

struct Rerate: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerate", abstract: "Prices past usage anew, after a rate was back-dated.",
        discussion: """
            A charge is pinned to the rates as they were known when it was made. After a rate was \
            set or changed for a time that is over (atoll rate add --backdate), this prices the \
            runs anew that used the resource in the window, and records what they differ by; the \
            old lines stay. A run has one version of the rates, so it is priced as a whole, what \
            it used of other resources and outside of the window with it. So are reservations, by \
            what is idle in them or by all of it.

            Usage that had no rate is priced when there is one. What was waived or free stays so. \
            What was refunded stays refunded, but never more than what is charged then. Done a \
            second time it changes nothing. A run that can't be priced anew because that breaks a \
            rule of the books is named and stays as it was; the others are done, and the exit code \
            is 1.

            EXAMPLES
              atoll rerate --resource "GPU H200" --start 2026-01-01 --end 2026-02-01 --dry-run
              atoll rerate --resource CPU -S 2026-01-01 -E now --reason "rate of council 7"
            """)

    @Option(help: "The resource whose rate was changed.")
    var resource: String

    @Option(
        name: [.customShort("S"), .customLong("start")],
        help: ArgumentHelp("Runs that used it from here on.", valueName: "time"))
    var start: String

    @Option(
        name: [.customShort("E"), .customLong("end")],
        help: ArgumentHelp("Runs that used it before.", valueName: "time"))
    var end: String

    @Option(help: "Why; kept with the entries.")
    var reason: String?

    @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
    var isDryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        guard isDryRun || reason != nil else {
            throw Failure(
                "--reason is needed: why are these charges changed?", status: ExitStatus.usage)
        }
        let (from, to) = try surroundings.window(start: start, end: end, .past)
        guard let from, let to else { throw Failure.oddAnswer }
        let request = Request.Rerate(
            resource: resource, start: from, end: to, reason: reason ?? "dry run",
            dryRun: isDryRun)
        var rows: [Row.Rerated] = []
        var setAside: [Row.SetAside] = []
        let reply = try surroundings.ask(.rerate(request), connection) {
            switch $0 {
            case .rerated(let row): add(row, to: &rows)
            case .setAside(let it): setAside.append(it)
            default: break
            }
        }
        rows.sort { ($0.allocation, $0.resource) < ($1.allocation, $1.resource) }
        guard case .rerate(let it) = reply else { throw Failure.oddAnswer }
        let total = Row.Rerated(
            allocation: "", resource: "", runs: it.runs,
            before: rows.reduce(.zero) { $0 + $1.before },
            after: rows.reduce(.zero) { $0 + $1.after })
        let columns = Row.Rerated.columns
        try surroundings.report(
            rows, columns, output, chosen,
            footer: chosen.list == nil ? [columns.all.map { $0.cell(total) }] : [],
            otherwise: "",
            json: .object([
                .init("rows", .array(rows.map { columns.json(of: $0) })),
                .init("runs", .integer(it.runs)), .init("changed", .integer(it.changed)),
                .init("left", .integer(it.left)),
                .init("set_aside", .array(setAside.map(\.json))),
                .init("dry_run", .bool(isDryRun)),
            ]))
        if !output.isJSON {
            let text = it.message + (isDryRun ? " Dry run: nothing was recorded." : "")
            if output.isParsable {
                surroundings.say(text)
            } else {
                try surroundings.out((rows.isEmpty ? "" : "\n") + text + "\n")
            }
        }
        guard setAside.isEmpty else { throw Failure(tell(setAside)) }
    }

    private func tell(_ setAside: [Row.SetAside]) -> String {
        setAside.map { "job \($0.job) on \($0.cluster), run \($0.run): \($0.why)" }
            .joined(separator: "\n")
            + "\nThe books of these are damaged, or this is a fault of Atoll's: atoll verify; "
            + "report it."
    }
}

extension Row.SetAside {
    fileprivate var json: JSONText {
        .object([
            .init("cluster", .string(cluster)), .init("job", .string(job)),
            .init("run", .integer(run)), .init("why", .string(why)),
        ])
    }
}

/// They come page by page.
private func add(_ row: Row.Rerated, to rows: inout [Row.Rerated]) {
    let place = rows.firstIndex {
        $0.allocation == row.allocation && $0.resource == row.resource
    }
    guard let place else { return rows.append(row) }
    rows[place].runs += row.runs
    rows[place].before += row.before
    rows[place].after += row.after
}

extension Row.Rerated {
    static let columns = Columns<Row.Rerated>([
        Column("Allocation") { .text($0.allocation) },
        Column("Resource") { .text($0.resource) },
        Column("Runs") { .count($0.runs) },
        Column("Before") { .amount($0.before) },
        Column("After") { .amount($0.after) },
        Column("Change") { .amount($0.after - $0.before) },
    ])
}
