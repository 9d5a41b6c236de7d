/// Ours and sreport's side by side: what differs, why, and what nothing explains.

import Reports
import Units
import Wire

struct CompareReport {
    struct Line {
        let account, user, tres: String
        /// Unit-seconds.
        var ours: Int64
        var sreport: Int64
        var causes: [NamedUse]

        var difference: Int64 { sreport - ours }
        var unexplained: Int64 { difference - causes.reduce(0) { $0 + $1.unitSeconds } }

        mutating func add(_ cause: String, _ amount: Int64) {
            guard amount != 0 else { return }
            if let place = causes.firstIndex(where: { $0.name == cause }) {
                causes[place].unitSeconds += amount
            } else {
                causes.append(NamedUse(cause, amount))
            }
            causes.removeAll { $0.unitSeconds == 0 }
        }
    }

    private(set) var lines: [Line] = []
    private let done: Reply.Compare
    private let sreportIsEmpty: Bool

    init(_ rows: [Row.Compared], _ theirs: SreportUse, _ done: Reply.Compare) {
        self.done = done
        sreportIsEmpty = theirs.own.isEmpty
        let hours = done.end.seconds(since: done.start) / 3_600
        /// The last that may explain a rest, within bounds.
        func explain(_ line: Line, uncertain: Int64) -> Line {
            var line = line
            if line.unexplained.magnitude <= uncertain.magnitude {
                line.add("suspended", line.unexplained)
            }
            if line.unexplained.magnitude <= hours { line.add("rounding", line.unexplained) }
            return line
        }
        var others = theirs.own
        for row in rows {
            let key = SreportUse.Key(account: row.account, user: row.user, tres: row.tres)
            let line = Line(
                account: row.account, user: row.user, tres: row.tres, ours: row.ours,
                sreport: others.removeValue(forKey: key) ?? 0, causes: row.causes)
            lines.append(explain(line, uncertain: row.uncertain))
        }
        for (key, amount) in others.sorted(by: { $0.key < $1.key }) where amount != 0 {
            let line = Line(
                account: key.account, user: key.user, tres: key.tres, ours: 0, sreport: amount,
                causes: [])
            lines.append(explain(line, uncertain: 0))
        }
        lines.sort { ($0.account, $0.user, $0.tres) < ($1.account, $1.user, $1.tres) }
    }

    var isExplained: Bool { lines.allSatisfy { $0.unexplained == 0 } }

    // MARK: Words

    /// Which hours were compared; and last what remains.
    func words(_ clock: LocalClock, asked: Interval) -> [String] {
        var words: [String] = []
        if done.end <= done.start {
            words.append("sreport knows no whole hour of that time yet.")
        } else {
            words.append(
                "\(done.cluster): sreport counts \(clock.text(done.start)) to "
                    + "\(clock.text(done.end)); ours are \(clock.text(asked.start)) to "
                    + "\(clock.text(asked.end)). Unit-hours, memory in GiB.")
        }
        if sreportIsEmpty, done.end > done.start, !lines.isEmpty {
            words.append(
                "sreport shows no use at all: slurmdbd may not show it to you, or is to add it up "
                    + "anew, as after a mended runaway job.")
        }
        let behind =
            clock.lastFullHour(before: asked.end).seconds(since: max(done.end, done.start))
        if behind > 0 {
            words.append(
                "slurmdbd's rollup is behind: \(slurmDuration(seconds: behind)) are not added up "
                    + "yet. It adds up once an hour.")
        }
        if done.purgedRuns > 0 {
            words.append(
                "slurmdbd has purged the rows of \(done.purgedRuns.grouped) runs (PurgeJobAfter), and "
                    + "keeps what it added up: what it had of them is taken to be what the books have."
            )
        }
        let rest = Dictionary(grouping: lines.filter { $0.unexplained != 0 }, by: \.tres)
        words.append(
            rest.isEmpty
                ? "Unexplained: nothing."
                : "Unexplained: "
                    + rest.sorted { $0.key < $1.key }.map { tres, lines in
                        let sum = lines.reduce(0) { $0 + Int64($1.unexplained.magnitude) }
                        return "\(tres) \(Self.amount(sum, tres)) in \(lines.count) "
                            + (lines.count == 1 ? "line" : "lines")
                    }.joined(separator: ", ") + ".")
        // Where all of it is missing that is no one row; and purged rows would be left out.
        if !rest.isEmpty, !sreportIsEmpty, done.purgedRuns == 0 {
            words.insert(addUpAgain(clock), at: words.count - 1)
        }
        return words
    }

    /// A row that was changed by hand after its hour was added up leaves a rest, and slurmdbd can mend it.
    private func addUpAgain(_ clock: LocalClock) -> String {
        "What was changed in slurmdbd's tables after its hour was added up is not in sreport. If that may "
            + "be, as an administrator: sacctmgr rollup \(clock.text(done.start)) "
            + "\(clock.text(done.end)), and compare again. It adds up the rows that are there: what it "
            + "had of deleted or purged ones may be lost."
    }

    /// Unit-hours have six decimals, as SU have.
    private static func amount(_ unitSeconds: Int64, _ tres: String) -> ServiceUnits {
        ServiceUnits(
            microSU: Int64(microUnitHours(raw: Int128(unitSeconds), of: TRESName(tres))))
    }

    static let columns = Columns<Line>([
        Column("Account") { .text($0.account) },
        Column("User") { .text($0.user) },
        Column("TRES") { .text($0.tres) },
        Column("Ours") { .amount(amount($0.ours, $0.tres)) },
        Column("Sreport") { .amount(amount($0.sreport, $0.tres)) },
        Column("Difference", .whereFilled) { .amount(amount($0.difference, $0.tres)) },
        Column("Because", .whereFilled) { line in
            .list(line.causes.map { "\($0.name) \(amount($0.unitSeconds, line.tres))" })
        },
        Column("Unexplained", .whereFilled) { .amount(amount($0.unexplained, $0.tres)) },
    ])

    // MARK: JSON

    func json(_ rolled: Instant?) -> JSONText {
        .object([
            .init("cluster", .string(done.cluster)), .init("start", Cell.time(done.start).json),
            .init("end", Cell.time(done.end).json), .init("rolled_up_to", Cell(rolled).json),
            .init("lines", .array(lines.map(json))), .init("explained", .bool(isExplained)),
        ])
    }

    private func json(_ line: Line) -> JSONText {
        .object([
            .init("account", .string(line.account)), .init("user", .string(line.user)),
            .init("tres", .string(line.tres)), .init("ours", .integer(line.ours)),
            .init("sreport", .integer(line.sreport)),
            .init("causes", .object(line.causes.map { .init($0.name, .integer($0.unitSeconds)) })),
            .init("unexplained", .integer(line.unexplained)),
        ])
    }
}
