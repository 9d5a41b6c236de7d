/// The fields of `doctor`.

import Units
import Wire

extension Reply.Doctor: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            version: try fields.required("version"), userID: try fields.required("user_id"),
            user: try fields.required("user"), processID: try fields.required("process_id"),
            journal: try fields.required("journal"),
            lateAfterMilliseconds: try fields.required("late_after_milliseconds"))
        settings = try fields.optional("settings")
        admissions = try fields.required("admissions")
        lateAdmissions = try fields.required("late_admissions")
        slowestMilliseconds = try fields.optional("slowest_milliseconds")
        lastLateAt = try fields.optional("last_late_at")
        checkedEntries = try fields.required("checked_entries")
        finding = try fields.optional("finding")
        warnings = try fields.optional("warnings") ?? []
        precedence = try fields.optional("precedence")
        precedenceRefusal = try fields.optional("precedence_refusal")
        unknownMembers = try fields.optional("unknown_members") ?? []
        unknownMemberCount = try fields.optional("unknown_member_count") ?? 0
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("version", version)
        writer.field("user_id", userID)
        writer.field("user", user)
        writer.field("process_id", processID)
        writer.field("settings", settings)
        writer.field("journal", journal)
        writer.field("admissions", admissions)
        writer.field("late_admissions", lateAdmissions)
        writer.field("late_after_milliseconds", lateAfterMilliseconds)
        writer.field("slowest_milliseconds", slowestMilliseconds)
        writer.field("last_late_at", lastLateAt)
        writer.field("checked_entries", checkedEntries)
        writer.field("finding", finding)
        writer.field("warnings", warnings.isEmpty ? nil : warnings)
        writer.field("precedence", precedence)
        writer.field("precedence_refusal", precedenceRefusal)
        writer.list("unknown_members", unknownMembers)
        if unknownMemberCount > 0 { writer.field("unknown_member_count", unknownMemberCount) }
    }
}
