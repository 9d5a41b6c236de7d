/// `atoll refund --every-run`: a whole job at once.

import Reports
import Units
import Wire

extension Refund {
    func refundJob(in surroundings: Surroundings) throws {
        let request = Request.JobRefund(
            job: job, cluster: cluster, into: into, reason: why.reason, dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.refundJob(request), id: making.id, connection)
        guard case .refundJob(let done) = reply else { throw Failure.oddAnswer }
        if making.isJSON { return try surroundings.out(json(done).indented) }
        let (verb, be) = making.isDryRun ? ("would be refunded", "would be") : ("refunded", "are")
        let total = done.parts.reduce(ServiceUnits.zero) { $0 + $1.amount }
        let count = done.parts.reduce(Int64(0)) { $0 + $1.runs }
        var text = "\(total) SU of \(runs(count)) of job \(done.job) \(verb)" + making.ending
        for part in done.parts {
            text +=
                "  \(part.amount) SU of \(runs(part.runs)) to \(part.allocation), "
                + "\(part.available) SU \(be) available\n"
        }
        if done.settledRuns > 0 {
            text += "  \(runs(done.settledRuns)) refunded before or charged nothing\n"
        }
        if done.runningRuns > 0 {
            text += "  \(runs(done.runningRuns)) still running: charged at the end, so ask then\n"
        }
        try surroundings.out(text)
    }

    private func runs(_ count: Int64) -> String { count == 1 ? "1 run" : "\(count.grouped) runs" }

    private func json(_ done: Reply.JobRefund) -> JSONText {
        .object([
            .init("job", .string(done.job)), .init("cluster", .string(done.cluster)),
            .init(
                "allocations",
                .array(
                    done.parts.map { part in
                        .object([
                            .init("allocation", .string(part.allocation)),
                            .init("runs", .integer(part.runs)),
                            .init("amount", Cell.amount(part.amount).json),
                            .init("available", Cell.amount(part.available).json),
                        ])
                    })),
            .init("settled_runs", .integer(done.settledRuns)),
            .init("running_runs", .integer(done.runningRuns)),
            .init("dry_run", .bool(making.isDryRun)),
        ])
    }
}
