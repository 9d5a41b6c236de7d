/// The fields of what hooks ask, and of a quote.

import Estimate
import Wire

extension Request.Admit: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), job: try fields.required("job"),
            cut: try fields.optional("cut") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("job", job)
        writer.list("cut", cut)
    }
}

extension Request.Release: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(cluster: try fields.required("cluster"), token: try fields.required("token"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("token", token)
    }
}

extension Request.Modify: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let callerUID: UInt32 = try fields.required("caller_uid")
        var job = try fields.object("job")
        self.init(
            cluster: try fields.required("cluster"), jobID: try fields.required("job_id"),
            jobName: try fields.optional("job_id_str"), callerUID: callerUID,
            change: try JobRequest(from: &job, elseUserID: callerUID),
            cut: try fields.optional("cut") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("job_id", jobID)
        writer.field("job_id_str", jobName)
        writer.field("caller_uid", callerUID)
        writer.field("job", change)
        writer.list("cut", cut)
    }
}

extension Request.Nudge: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(cluster: try fields.required("cluster"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("cluster", cluster) }
}

extension Request.Quote: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), job: try fields.required("job"),
            cut: try fields.optional("cut") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("job", job)
        writer.list("cut", cut)
    }
}
