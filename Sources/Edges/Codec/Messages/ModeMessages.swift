/// The fields of modes, and of what would have been refused.

import Registry
import Units
import Wire

extension Mode: WireChoice {}

extension Request.SetMode: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), account: try fields.optional("account"),
            mode: try fields.optional("mode"), reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("account", account)
        writer.field("mode", mode)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.Modes: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), account: try fields.optional("account"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("account", account)
    }
}

extension Request.WouldRefuse: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), account: try fields.optional("account"),
            user: try fields.optional("user"), start: try fields.optional("start"),
            end: try fields.optional("end"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("account", account)
        writer.field("user", user)
        writer.field("start", start)
        writer.field("end", end)
    }
}

extension Row.ModeSetting: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), account: try fields.optional("account"),
            mode: try fields.required("mode"), rule: try fields.required("rule"),
            since: try fields.optional("since"), by: try fields.optional("by"),
            reason: try fields.optional("reason"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("account", account)
        writer.field("mode", mode)
        writer.field("rule", rule)
        writer.field("since", since)
        writer.field("by", by)
        writer.field("reason", reason)
    }
}

extension Row.WouldRefuse: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            at: try fields.required("at"), cluster: try fields.required("cluster"),
            job: try fields.optional("job"), stage: try fields.required("stage"),
            cause: try fields.required("cause"), mode: try fields.required("mode"),
            times: try fields.optional("times") ?? 1, text: try fields.required("text"))
        user = try fields.optional("user")
        account = try fields.optional("account")
        allocation = try fields.optional("allocation")
        cost = try fields.optional("cost_usu")
        short = try fields.optional("short_usu")
        fitsMinutes = try fields.optional("fits_minutes")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("at", at)
        writer.field("cluster", cluster)
        writer.field("job", job)
        writer.field("user", user)
        writer.field("account", account)
        writer.field("allocation", allocation)
        writer.field("stage", stage)
        writer.field("cause", cause)
        writer.field("cost_usu", cost)
        writer.field("short_usu", short)
        writer.field("fits_minutes", fitsMinutes)
        writer.field("mode", mode)
        writer.field("times", times)
        writer.field("text", text)
    }
}

extension Reply.Modes: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("rows", rows) }
}

extension Reply.WouldRefuse: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            rows: try fields.required("rows"), keptSince: try fields.required("kept_since"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.field("kept_since", keptSince)
    }
}
