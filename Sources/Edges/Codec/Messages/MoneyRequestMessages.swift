/// The fields of what is asked about moving credit.

import Wire

extension Request.Withdraw: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"),
            amount: try fields.required("amount_usu"), lot: try fields.optional("lot"),
            reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("amount_usu", amount)
        writer.field("lot", lot)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.Transfer: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            from: try fields.required("from"), to: try fields.required("to"),
            amount: try fields.required("amount_usu"), lot: try fields.optional("lot"),
            reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("from", from)
        writer.field("to", to)
        writer.field("amount_usu", amount)
        writer.field("lot", lot)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.Refund: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            job: try fields.required("job"), cluster: try fields.optional("cluster"),
            run: try fields.optional("run"), amount: try fields.optional("amount_usu"),
            into: try fields.optional("into"), reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("run", run)
        writer.field("amount_usu", amount)
        writer.field("into", into)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.Deadline: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"), cluster: try fields.optional("cluster"),
            tres: try fields.required("tres"), partition: try fields.optional("partition"),
            qos: try fields.optional("qos"), from: try fields.optional("from"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("cluster", cluster)
        writer.field("tres", tres)
        writer.field("partition", partition)
        writer.field("qos", qos)
        writer.field("from", from)
    }
}
