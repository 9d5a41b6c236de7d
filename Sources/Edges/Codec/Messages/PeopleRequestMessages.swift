/// The fields of what people ask.

import Wire

extension Request.Balance: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            account: try fields.optional("account"), project: try fields.optional("project"),
            allocation: try fields.optional("allocation"), user: try fields.optional("user"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("account", account)
        writer.field("project", project)
        writer.field("allocation", allocation)
        writer.field("user", user)
    }
}

extension Request.Statement: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"), start: try fields.optional("start"),
            end: try fields.optional("end"), user: try fields.optional("user"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("user", user)
    }
}

extension Request.Holds: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.optional("allocation"), account: try fields.optional("account"),
            user: try fields.optional("user"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("account", account)
        writer.field("user", user)
    }
}

extension Request.Grant: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"),
            amount: try fields.required("amount_usu"),
            start: try fields.optional("start"), end: try fields.optional("end"),
            reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("amount_usu", amount)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.Apply: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            site: try fields.required("site"), reason: try fields.optional("reason"),
            dryRun: try fields.optional("dry_run") ?? false,
            backdate: try fields.optional("backdate") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("site", site)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
        writer.field("backdate", backdate ? true : nil)
    }
}

extension Request.Verify: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(expect: try fields.optional("expect"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("expect", expect) }
}
