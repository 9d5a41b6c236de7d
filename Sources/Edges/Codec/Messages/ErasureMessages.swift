/// The fields of an erasure.

import Wire

extension Request.Erase: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            user: try fields.required("user"), reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("user", user)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Reply.Erase: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            user: try fields.required("user"), memberships: try fields.required("memberships"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("user", user)
        writer.field("memberships", memberships)
        writer.field("message", message)
    }
}
