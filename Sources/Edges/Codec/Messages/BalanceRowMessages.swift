/// The fields of rows that say where credit is.

import Registry
import Units
import Wire

extension Row.Balance: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            project: try fields.required("project"), allocation: try fields.required("allocation"),
            status: try fields.required("status"), window: try fields.window())
        granted = try fields.required("granted_usu")
        available = try fields.required("available_usu")
        held = try fields.required("held_usu")
        inFlight = try fields.required("inflight_usu")
        charged = try fields.required("charged_usu")
        expired = try fields.required("expired_usu")
        withdrawn = try fields.required("withdrawn_usu")
        later = try fields.optional("later_usu") ?? .zero
        overdraft = try fields.required("overdraft_usu")
        overdraftLimit = try fields.required("overdraft_limit_usu")
        members = try fields.optional("members") ?? []
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("project", project)
        writer.field("allocation", allocation)
        writer.field("status", status)
        writer.window(window)
        writer.field("granted_usu", granted)
        writer.field("available_usu", available)
        writer.field("held_usu", held)
        writer.field("inflight_usu", inFlight)
        writer.field("charged_usu", charged)
        writer.field("expired_usu", expired)
        writer.field("withdrawn_usu", withdrawn)
        writer.field("later_usu", later)
        writer.field("overdraft_usu", overdraft)
        writer.field("overdraft_limit_usu", overdraftLimit)
        writer.field("members", members)
    }
}

extension Row.Member: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            user: try fields.required("user"), status: try fields.required("status"),
            cap: try fields.optional("cap_usu"), used: try fields.required("used_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("user", user)
        writer.field("status", status)
        writer.field("cap_usu", cap)
        writer.field("used_usu", used)
    }
}

extension Row.Hold: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), job: try fields.optional("job"),
            token: try fields.required("token"), user: try fields.required("user"),
            allocation: try fields.required("allocation"), state: try fields.required("state"),
            tasks: try fields.required("tasks"), running: try fields.required("running"),
            perTask: try fields.required("per_task_usu"), held: try fields.required("held_usu"),
            since: try fields.required("since"))
        heldBack = try fields.optional("held_back")
        shortage = try fields.optional("shortage")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("job", job)
        writer.field("token", token)
        writer.field("user", user)
        writer.field("allocation", allocation)
        writer.field("state", state)
        writer.field("tasks", tasks)
        writer.field("running", running)
        writer.field("per_task_usu", perTask)
        writer.field("held_usu", held)
        writer.field("since", since)
        writer.field("held_back", heldBack)
        writer.field("shortage", shortage)
    }
}
