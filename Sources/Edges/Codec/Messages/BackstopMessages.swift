/// The fields of limits in slurmdbd.

import Units
import Wire

extension Request.Backstop: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), account: try fields.optional("account"),
            clear: try fields.optional("clear") ?? false,
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("account", account)
        writer.field("clear", clear ? true : nil)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Row.Backstop: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), account: try fields.required("account"),
            limit: try fields.required("limit"), state: try fields.required("state"))
        project = try fields.optional("project")
        standing = try fields.optional("standing")
        written = try fields.optional("written")
        wanted = try fields.optional("wanted")
        used = try fields.optional("used")
        left = try fields.optional("left_usu")
        writtenAt = try fields.optional("written_at")
        dueAt = try fields.optional("due_at")
        why = try fields.optional("why")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("account", account)
        writer.field("project", project)
        writer.field("limit", limit)
        writer.field("state", state)
        writer.field("standing", standing)
        writer.field("written", written)
        writer.field("wanted", wanted)
        writer.field("used", used)
        writer.field("left_usu", left)
        writer.field("written_at", writtenAt)
        writer.field("due_at", dueAt)
        writer.field("why", why)
    }
}

extension Reply.Backstop: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            rows: try fields.required("rows"), limit: try fields.optional("limit"),
            lookedAt: try fields.optional("looked_at"),
            notes: try fields.optional("notes") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.field("limit", limit)
        writer.field("looked_at", lookedAt)
        writer.field("notes", notes.isEmpty ? nil : notes)
    }
}
