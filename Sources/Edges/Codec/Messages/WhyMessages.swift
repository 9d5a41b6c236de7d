/// The fields of what is asked and answered about one job.

import Units
import Wire

extension Request.Why: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(job: try fields.required("job"), cluster: try fields.optional("cluster"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("job", job)
        writer.field("cluster", cluster)
    }
}

extension Row.Notice: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            at: try fields.required("at"), kind: try fields.required("kind"),
            text: try fields.required("text"), times: try fields.optional("times") ?? 1,
            figures: try fields.optional("figures") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("at", at)
        writer.field("kind", kind)
        writer.field("text", text)
        writer.field("times", times)
        writer.list("figures", figures)
    }
}

extension Row.Notice.Figure: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let name: String = try fields.required("name")
        if let amount = try fields.optional("usu", as: Int64.self) {
            self.init(name, .amount(.init(microSU: amount)))
        } else if let number = try fields.optional("number", as: Int64.self) {
            self.init(name, .number(number))
        } else {
            self.init(name, .text(try fields.required("text")))
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        switch value {
        case .amount(let amount): writer.field("usu", amount)
        case .number(let number): writer.field("number", number)
        case .text(let text): writer.field("text", text)
        }
    }
}

extension Reply.Why: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            rows: try fields.required("rows"), job: try fields.required("job"),
            cluster: try fields.required("cluster"), account: try fields.optional("books"))
        components = try fields.optional("components") ?? []
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("rows", rows)
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("books", account)
        writer.list("components", components)
    }
}

extension Reply.Why.Account: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            user: try fields.required("user"), name: try fields.required("account"),
            allocation: try fields.required("allocation"), state: try fields.required("state"))
        waiting = try fields.required("waiting")
        running = try fields.required("running")
        ended = try fields.required("ended")
        timeLimitSeconds = try fields.required("time_limit_seconds")
        perTask = try fields.required("per_task_usu")
        held = try fields.required("held_usu")
        setAside = try fields.required("set_aside_usu")
        charged = try fields.required("charged_usu")
        refunded = try fields.required("refunded_usu")
        remark = try fields.optional("remark")
        mode = try fields.optional("mode")
        component = try fields.optional("component")
        heldBack = try fields.optional("held_back")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("user", user)
        writer.field("account", name)
        writer.field("allocation", allocation)
        writer.field("state", state)
        writer.field("waiting", waiting)
        writer.field("running", running)
        writer.field("ended", ended)
        writer.field("time_limit_seconds", timeLimitSeconds)
        writer.field("per_task_usu", perTask)
        writer.field("held_usu", held)
        writer.field("set_aside_usu", setAside)
        writer.field("charged_usu", charged)
        writer.field("refunded_usu", refunded)
        writer.field("remark", remark)
        writer.field("mode", mode)
        writer.field("component", component)
        writer.field("held_back", heldBack)
    }
}
