/// The fields of change requests.

import Registry
import Units
import Wire

extension WishMessage: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let kind: String = try fields.required("kind")
        switch kind {
        case "more": self = .more(try fields.required("amount_usu"))
        case "less": self = .less(try fields.required("amount_usu"))
        case "status": self = .status(try fields.required("status"))
        case "end": self = .end(try fields.required("end"))
        case "cap":
            self = .cap(
                user: try fields.required("user"), try fields.optional("amount_usu"))
        default: throw fields.error("kind", "expected more, less, status, end or cap")
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .more(let amount):
            writer.field("kind", "more")
            writer.field("amount_usu", amount)
        case .less(let amount):
            writer.field("kind", "less")
            writer.field("amount_usu", amount)
        case .status(let status):
            writer.field("kind", "status")
            writer.field("status", status)
        case .end(let end):
            writer.field("kind", "end")
            writer.field("end", end)
        case .cap(let user, let cap):
            writer.field("kind", "cap")
            writer.field("user", user)
            writer.field("amount_usu", cap)
        }
    }
}

extension Request.ChangeRequest: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let action: String = try fields.required("action")
        let taken: Action
        switch action {
        case "open":
            taken = .open(
                allocation: try fields.required("allocation"), try fields.required("wish"))
        case "approve":
            taken = .approve(
                id: try fields.required("request"), amount: try fields.optional("amount_usu"))
        case "reject": taken = .reject(id: try fields.required("request"))
        case "withdraw": taken = .withdraw(id: try fields.required("request"))
        default: throw fields.error("action", "expected open, approve, reject or withdraw")
        }
        self.init(
            taken, reason: try fields.optional("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        switch action {
        case .open(let allocation, let wish):
            writer.field("action", "open")
            writer.field("allocation", allocation)
            writer.field("wish", wish)
        case .approve(let id, let amount):
            writer.field("action", "approve")
            writer.field("request", id)
            writer.field("amount_usu", amount)
        case .reject(let id):
            writer.field("action", "reject")
            writer.field("request", id)
        case .withdraw(let id):
            writer.field("action", "withdraw")
            writer.field("request", id)
        }
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.ChangeRequests: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            id: try fields.optional("request"), allocation: try fields.optional("allocation"),
            state: try fields.optional("state"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("request", id)
        writer.field("allocation", allocation)
        writer.field("state", state)
    }
}

extension Row.ChangeRequest: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            id: try fields.required("request"), allocation: try fields.required("allocation"),
            user: try fields.required("user"), wish: try fields.required("wish"),
            state: try fields.required("state"), createdAt: try fields.required("created_at"),
            events: try fields.optional("events") ?? [])
        approvedAmount = try fields.optional("approved_usu")
        decidedAt = try fields.optional("decided_at")
        reason = try fields.optional("reason")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("request", id)
        writer.field("allocation", allocation)
        writer.field("user", user)
        writer.field("wish", wish)
        writer.field("state", state)
        writer.field("approved_usu", approvedAmount)
        writer.field("created_at", createdAt)
        writer.field("decided_at", decidedAt)
        writer.field("reason", reason)
        writer.field("events", events.isEmpty ? nil : events)
    }
}

extension RequestEventMessage: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            number: try fields.required("number"), state: try fields.required("state"),
            at: try fields.required("at"), user: try fields.required("user"),
            amount: try fields.optional("amount_usu"), reason: try fields.optional("reason"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("number", number)
        writer.field("state", state)
        writer.field("at", at)
        writer.field("user", user)
        writer.field("amount_usu", amount)
        writer.field("reason", reason)
    }
}

extension Reply.ChangeRequest: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            id: try fields.required("request"), allocation: try fields.required("allocation"),
            state: try fields.required("state"), effect: try fields.optional("effect"),
            message: try fields.required("message"))
        warnings = try fields.optional("warnings") ?? []
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("request", id)
        writer.field("allocation", allocation)
        writer.field("state", state)
        writer.field("effect", effect)
        writer.field("message", message)
        writer.list("warnings", warnings)
    }
}

extension Reply.ChangeRequests: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("rows", rows) }
}
