/// The fields of what hooks ask at a job's start, and of the answers.

import Units
import Wire

extension Request.Start: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), jobID: try fields.required("job_id"),
            jobName: try fields.required("job"), baseJobID: try fields.optional("base_job_id"),
            userID: try fields.required("user_id"), account: try fields.optional("account"),
            partition: try fields.required("partition"), qos: try fields.optional("qos"),
            tres: try fields.required("tres"),
            timeLimitSeconds: try fields.optional("time_limit_seconds"),
            submit: try fields.required("submit"), start: try fields.required("start"),
            token: try fields.optional("token"),
            reservation: try fields.optional("reservation"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("job_id", jobID)
        writer.field("job", jobName)
        writer.field("base_job_id", baseJobID)
        writer.field("user_id", userID)
        writer.field("account", account)
        writer.field("partition", partition)
        writer.field("qos", qos)
        writer.field("tres", tres)
        writer.field("time_limit_seconds", timeLimitSeconds)
        writer.field("submit", submit)
        writer.field("start", start)
        writer.field("token", token)
        writer.field("reservation", reservation)
    }
}

extension Request.HeldBack: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), jobID: try fields.required("job_id"),
            isHeld: try fields.required("held"), problem: try fields.optional("problem"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("job_id", jobID)
        writer.field("held", isHeld)
        writer.field("problem", problem)
    }
}

extension Reply.Start: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.optional("allocation"), held: try fields.required("held_usu"),
            left: try fields.optional("left_usu"), notes: try fields.optional("notes") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("held_usu", held)
        writer.field("left_usu", left)
        writer.list("notes", notes)
    }
}

extension Reply.HeldBack: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(kill: try fields.required("kill"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("kill", kill) }
}
