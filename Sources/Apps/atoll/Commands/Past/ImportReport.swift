/// What an import came to, as it is shown.

import Reports
import Units
import Wire

extension ImportRecords {
    func report(_ delivery: ImportDelivery, _ surroundings: Surroundings) throws {
        let sums = delivery.sums.values.sorted {
            ($0.account, $0.allocation ?? "") < ($1.account, $1.allocation ?? "")
        }
        if output.isJSON { return try surroundings.out(json(delivery, sums).indented) }
        let placed = sums.filter { $0.allocation != nil }
        if !sums.isEmpty || output.isParsable {
            let total = ImportSum(
                account: "", allocation: nil, runs: placed.reduce(0) { $0 + $1.runs },
                amount: placed.reduce(.zero) { $0 + $1.amount })
            try surroundings.printTable(
                of: sums, ImportSum.columns, output, chosen,
                footer: chosen.list == nil ? [ImportSum.columns.all.map { $0.cell(total) }] : [])
        }
        let lines = notes(delivery).map { "\($0)\n" }.joined()
        if output.isParsable {
            surroundings.complain(lines)
        } else {
            try surroundings.out((sums.isEmpty ? "" : "\n") + lines)
        }
    }

    private func notes(_ delivery: ImportDelivery) -> [String] {
        let counts = delivery.counts
        let verb = isDryRun ? "would be recorded" : "recorded"
        var lines = [
            "\(delivery.rowCount.of("row")): \(counts.recorded.of("run")) \(verb)"
                + (counts.known > 0 ? ", \(counts.known.grouped) in the books already" : "") + "."
        ]
        func say(_ count: Int64, _ text: String) {
            if count > 0 { lines.append("\(count.grouped) \(text)") }
        }
        func passed(_ count: Int64, _ noun: String, _ text: String) {
            if count > 0 { lines.append("\(count.of(noun)) \(text)") }
        }
        say(counts.free, "of them free by their state.")
        say(counts.unrated, "of them unrated in part: no rate then; set one, then atoll rerate.")
        say(
            counts.unplaced,
            "of them unplaced: their account had no allocation then; nothing is charged.")
        say(counts.placed, "of them unplaced in the books until now.")
        passed(delivery.passedOver, "step", "passed over: a job's row has them.")
        passed(counts.open, "row", "passed over: not ended then.")
        passed(counts.neverRan, "row", "passed over: never ran.")
        passed(counts.exempt, "row", "passed over: exempt by atoll.toml.")
        passed(counts.live, "row", "passed over: atolld sees to them itself.")
        passed(
            delivery.rejectedCount, "row",
            "rejected: see \(delivery.rejectsPaths), with the reason before each.")
        passed(counts.setAside, "row", "of them set aside by the daemon.")
        if isDryRun {
            lines.append(
                "Dry run: nothing was recorded, nothing charged. Each row was tried on the books as they "
                    + "are: a run that stands twice in the files may count twice here, and counts once without "
                    + "--dry-run.")
        }
        return lines
    }

    private func json(_ delivery: ImportDelivery, _ sums: [ImportSum]) -> JSONText {
        let counts = delivery.counts
        let named: [(String, Int64)] = [
            ("rows", delivery.rowCount), ("recorded", counts.recorded),
            ("charged", counts.charged), ("free", counts.free), ("unrated", counts.unrated),
            ("unplaced", counts.unplaced), ("placed", counts.placed), ("known", counts.known),
            ("steps", delivery.passedOver), ("open", counts.open),
            ("never_ran", counts.neverRan), ("exempt", counts.exempt), ("live", counts.live),
            ("rejected", delivery.rejectedCount), ("set_aside", counts.setAside),
        ]
        return .object(
            [.init("sums", .array(sums.map { ImportSum.columns.json(of: $0) }))]
                + named.map { .init($0.0, .integer($0.1)) }
                + [
                    .init(
                        "rejects",
                        .string(delivery.rejectedCount > 0 ? delivery.rejectsPath : nil)),
                    .init("dry_run", .bool(isDryRun)),
                ])
    }
}

extension Int64 {
    /// `1 row`, `2 rows`.
    func of(_ noun: String) -> String { "\(grouped) \(noun)" + (self == 1 ? "" : "s") }
}

extension ImportSum {
    static let columns = Columns<ImportSum>([
        Column("Account") { .text($0.account) },
        Column("Allocation") {
            // The line of sums has no account.
            $0.allocation == nil && !$0.account.isEmpty ? .text("(unplaced)") : Cell($0.allocation)
        },
        Column("Runs") { .count($0.runs) },
        Column("SU") { .amount($0.amount) },
    ])
}
