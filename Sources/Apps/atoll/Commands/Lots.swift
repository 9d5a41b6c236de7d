import ArgumentParser
import Registry
import Reports
import Units
import Wire

/// `atoll lots`
struct Lots: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "The lots of an allocation: each grant with its window and what is left of it.",
        discussion: """
            Issued = Available + Held + Charged + Expired + Withdrawn, in each lot. Jobs draw on \
            the soonest-ending first. The overdraft's lot, issued nothing, is shown where anything \
            is held or charged beyond all others. Beneath stand pull-backs to come.

            EXAMPLES
              atoll lots astro-2026
              atoll lots astro-2026 -P -o Lot,Available,Ends
            """)

    @Argument(help: "The allocation's name.")
    var allocation: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var rows: [Row.Lot] = []
        let reply = try surroundings.ask(.lots(.init(allocation: allocation)), connection) { row in
            if case .lot(let lot) = row { rows.append(lot) }
        }
        guard case .lots(let end) = reply else { throw Failure.oddAnswer }
        let json = JSONText.object([
            .init("allocation", .string(allocation)), .init("lots", .array(rows.map(\.json))),
            .init("pullbacks", .array(end.pullbacks.map(\.json))),
        ])
        if !output.isParsable {
            rows.removeAll {
                $0.kind == "overdraft"
                    && [$0.available, $0.held, $0.charged] == [.zero, .zero, .zero]
            }
        }
        try surroundings.report(
            rows, Row.Lot.columns, output, chosen,
            otherwise: "nothing was granted to \(allocation) yet.", json: json)
        guard !output.isParsable, !output.isJSON, !end.pullbacks.isEmpty else { return }
        let rules = end.pullbacks.map { rule in
            "\(surroundings.clock.text(rule.at)): what is unused beyond "
                + "\(Pullback.text(ofKept: rule.keep)) is taken back\n"
        }
        try surroundings.out("\n" + rules.joined())
    }
}

extension Reply.Lots.Pullback {
    fileprivate var json: JSONText {
        .object([
            .init("at", Cell.time(at).json), .init("keep", .string(keep.description)),
        ])
    }
}

extension Row.Lot {
    fileprivate static let columns = Columns<Row.Lot>([
        Column("Lot") { .count($0.lot) },
        Column("Kind", .onRequest) { .text($0.kind) },
        Column("State") { .text($0.kind == "grant" ? $0.state : $0.kind) },
        Column("Issued") { .amount($0.issued) },
        Column("Charged") { .amount($0.charged) },
        Column("Expired", .whereFilled) { .amount($0.expired) },
        Column("Withdrawn", .whereFilled) { .amount($0.withdrawn) },
        Column("Held") { .amount($0.held) },
        Column("Available") { .amount($0.available) },
        Column("Starts") { .date($0.window.start) },
        Column("Ends") { $0.window.isOpenEnded ? .nothing : .date($0.window.end) },
    ])

    fileprivate var json: JSONText {
        .object([
            .init("lot", .integer(lot)), .init("kind", .string(kind)),
            .init("state", .string(state)),
            .init("start", Cell.time(window.start).json),
            .init("end", (window.isOpenEnded ? Cell.nothing : .time(window.end)).json),
            .init("issued", Cell.amount(issued).json),
            .init("charged", Cell.amount(charged).json),
            .init("expired", Cell.amount(expired).json),
            .init("withdrawn", Cell.amount(withdrawn).json),
            .init("held", Cell.amount(held).json),
            .init("available", Cell.amount(available).json),
        ])
    }
}
