/// The fields of what is answered about moving credit.

import Wire

extension Reply.Part: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            lot: try fields.required("lot"), to: try fields.optional("to"),
            amount: try fields.required("usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("lot", lot)
        writer.field("to", to)
        writer.field("usu", amount)
    }
}

extension Reply.Withdraw: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            parts: try fields.required("parts"), available: try fields.required("available_usu"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("parts", parts)
        writer.field("available_usu", available)
        writer.field("message", message)
    }
}

extension Reply.Transfer: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            parts: try fields.required("parts"), available: try fields.required("available_usu"),
            targetAvailable: try fields.required("to_available_usu"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("parts", parts)
        writer.field("available_usu", available)
        writer.field("to_available_usu", targetAvailable)
        writer.field("message", message)
    }
}

extension Reply.Refund: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            run: try fields.required("run"), job: try fields.required("job"),
            cluster: try fields.required("cluster"), allocation: try fields.required("allocation"),
            amount: try fields.required("amount_usu"), charged: try fields.required("charged_usu"),
            refunded: try fields.required("refunded_usu"),
            isWaived: try fields.required("waived"), parts: try fields.required("parts"),
            available: try fields.required("available_usu"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("allocation", allocation)
        writer.field("amount_usu", amount)
        writer.field("charged_usu", charged)
        writer.field("refunded_usu", refunded)
        writer.field("waived", isWaived)
        writer.field("parts", parts)
        writer.field("available_usu", available)
        writer.field("message", message)
    }
}

extension Reply.Deadline: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            from: try fields.required("from"), until: try fields.optional("until"),
            reason: try fields.required("reason"),
            available: try fields.required("available_usu"),
            held: try fields.required("held_usu"), cost: try fields.required("cost_usu"),
            unused: try fields.required("unused_usu"), message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("from", from)
        writer.field("until", until)
        writer.field("reason", reason)
        writer.field("available_usu", available)
        writer.field("held_usu", held)
        writer.field("cost_usu", cost)
        writer.field("unused_usu", unused)
        writer.field("message", message)
    }
}
