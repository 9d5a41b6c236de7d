/// What a change came to, thing by thing: the same for a site file and for a single edit.

import Reports
import Wire

extension Reply {
    /// Of changes of standing things.
    var changeWarnings: [String] {
        switch self {
        case .apply(let it), .edit(let it): it.warnings
        default: []
        }
    }
}

extension Surroundings {
    /// - Parameter warnings: what may not be what was meant; told on stderr, and no error.
    func report(
        changes rows: [Row], warnings: [String] = [], _ making: ChangeOptions
    ) throws {
        let changes = rows.compactMap { row -> Row.Change? in
            if case .change(let change) = row { change } else { nil }
        }
        for warning in warnings { complain("atoll: warning: \(warning.printable)\n") }
        if making.isJSON { return try out(json(changes, warnings, making).indented) }
        let lines = changes.map { "\($0.line)\n" }.joined()
        try out(lines + summary(changes.count, making) + "\n")
    }

    private func summary(_ count: Int, _ making: ChangeOptions) -> String {
        guard count > 0 else { return "nothing to change" }
        let changes = count == 1 ? "1 change" : "\(Int64(count).grouped) changes"
        return making.isDryRun ? "\(changes) would be made (dry run)" : changes
    }

    private func json(
        _ changes: [Row.Change], _ warnings: [String], _ making: ChangeOptions
    ) -> JSONText {
        let rows = changes.map { change in
            JSONText.object([
                .init("action", .string(change.action)), .init("what", .string(change.what)),
                .init("name", .string(change.name)), .init("detail", .string(change.detail)),
            ])
        }
        return .object([
            .init("changes", .array(rows)),
            .init("warnings", .array(warnings.map { .string($0) })),
            .init("dry_run", .bool(making.isDryRun)),
        ])
    }
}

extension Row.Change {
    /// `+ project astro: status ACTIVE, PI ada`
    fileprivate var line: String {
        let sign =
            switch action {
            case "add", "create": "+"
            case "change": "~"
            case "remove", "delete", "end": "-"
            default: action
            }
        return "\(sign) \(what) \(name)\(detail.isEmpty ? "" : ": \(detail)")".printable
    }
}
