/// Holds as a table and as JSON.

import Reports
import Units
import Wire

extension Row.Hold {
    static let columns = Columns<Row.Hold>([
        // Nothing while unclaimed: no job has been seen for the token yet.
        Column("Job") { Cell($0.job) },
        Column("User") { .text($0.user) },
        Column("Allocation") { .text($0.allocation) },
        Column("Cluster", .onRequest) { .text($0.cluster) },
        Column("State") { .text($0.state) },
        Column("Tasks") { .count($0.tasks) },
        Column("Running") { .count($0.running) },
        Column("PerTask") { $0.isUnpriced ? .nothing : .amount($0.perTask) },
        Column("Held") { .amount($0.held) },
        Column("Since") { .time($0.since) },
        Column("Token", .onRequest) { .text($0.token) },
        Column("HeldBack", .whereFilled) { Cell($0.heldBack) },
        Column("Shortage", .whereFilled) { Cell($0.shortage) },
    ])

    /// Let pass without credit: it is not free, though nothing is held a task.
    private var isUnpriced: Bool { shortage != nil && perTask == .zero }

    /// The sum beneath the column Held.
    static func footer(held: ServiceUnits, of rows: [Row.Hold]) -> [[Cell]] {
        guard rows.count > 1 else { return [] }
        let names = columns.usual(for: rows).all.map(\.name)
        return [names.map { $0 == "Held" ? .amount(held) : $0 == "Job" ? .text("all") : .nothing }]
    }

    static func json(_ rows: [Row.Hold], held: ServiceUnits) -> JSONText {
        .object([
            .init("holds", .array(rows.map(\.json))),
            .init("held", Cell.amount(held).json),
        ])
    }

    private var json: JSONText {
        .object([
            .init("job", Cell(job).json),
            .init("user", .string(user)),
            .init("allocation", .string(allocation)),
            .init("cluster", .string(cluster)),
            .init("state", .string(state)),
            .init("tasks", Cell.count(tasks).json),
            .init("running", Cell.count(running).json),
            .init("per_task", isUnpriced ? .null : Cell.amount(perTask).json),
            .init("held", Cell.amount(held).json),
            .init("since", Cell.time(since).json),
            .init("token", .string(token)),
            .init("held_back", Cell(heldBack).json),
            .init("shortage", Cell(shortage).json),
        ])
    }
}
