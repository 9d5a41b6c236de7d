/// The fields of the refund of a whole job.

import Units
import Wire

extension Request.JobRefund: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            job: try fields.required("job"), cluster: try fields.optional("cluster"),
            into: try fields.optional("into"), reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("into", into)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Reply.JobRefund: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            job: try fields.required("job"), cluster: try fields.required("cluster"),
            parts: try fields.required("allocations"),
            settledRuns: try fields.required("settled_runs"),
            runningRuns: try fields.required("running_runs"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("allocations", parts)
        writer.field("settled_runs", settledRuns)
        writer.field("running_runs", runningRuns)
        writer.field("message", message)
    }
}

extension Reply.JobRefund.Part: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"), runs: try fields.required("runs"),
            amount: try fields.required("amount_usu"),
            available: try fields.required("available_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("runs", runs)
        writer.field("amount_usu", amount)
        writer.field("available_usu", available)
    }
}
