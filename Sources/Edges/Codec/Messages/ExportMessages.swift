/// The fields of `export`: entries with their postings, and the lots they leave.

import Units
import Wire

extension Request.Export: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(allocation: try fields.optional("allocation"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("allocation", allocation) }
}

extension Row.Entry: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            seq: try fields.required("seq"), recordedAt: try fields.required("recorded_at"),
            effectiveAt: try fields.required("effective_at"), kind: try fields.required("kind"),
            actor: try fields.required("actor"), reason: try fields.optional("reason"),
            postings: try fields.required("postings"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("seq", seq)
        writer.field("recorded_at", recordedAt)
        writer.field("effective_at", effectiveAt)
        writer.field("kind", kind)
        writer.field("actor", actor)
        writer.field("reason", reason)
        writer.field("postings", postings)
    }
}

extension ExportedPosting: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let fromLot: Int64? = try fields.optional("from_lot")
        let fromBucket: String? = try fields.optional("from")
        var from: LedgerAccount?
        if let fromLot, let fromBucket { from = .init(lot: fromLot, bucket: fromBucket) }
        self.init(
            allocation: try fields.required("allocation"), from: from,
            to: .init(lot: try fields.required("to_lot"), bucket: try fields.required("to")),
            amount: try fields.required("amount_usu"))
        user = try fields.optional("user")
        job = try fields.optional("job")
        resource = try fields.optional("resource")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("from_lot", from?.lot)
        writer.field("from", from?.bucket)
        writer.field("to_lot", to.lot)
        writer.field("to", to.bucket)
        writer.field("amount_usu", amount)
        writer.field("user", user)
        writer.field("job", job)
        writer.field("resource", resource)
    }
}

extension ExportedLot: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            lot: try fields.required("lot"), allocation: try fields.required("allocation"),
            kind: try fields.required("kind"), available: try fields.required("available_usu"),
            held: try fields.required("held_usu"), charged: try fields.required("charged_usu"),
            expired: try fields.required("expired_usu"),
            withdrawn: try fields.required("withdrawn_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("lot", lot)
        writer.field("allocation", allocation)
        writer.field("kind", kind)
        writer.field("available_usu", available)
        writer.field("held_usu", held)
        writer.field("charged_usu", charged)
        writer.field("expired_usu", expired)
        writer.field("withdrawn_usu", withdrawn)
    }
}

extension Reply.Export: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            entries: try fields.required("entries"), head: try fields.required("head"),
            lots: try fields.required("lots"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("entries", entries)
        writer.field("head", head)
        writer.field("lots", lots)
    }
}
