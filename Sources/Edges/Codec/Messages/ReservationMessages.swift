/// The fields of reservations.

import Units
import Wire

extension Request.Reservations: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), name: try fields.optional("name"),
            allocation: try fields.optional("allocation"),
            all: try fields.optional("all") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("name", name)
        writer.field("allocation", allocation)
        writer.field("all", all ? true : nil)
    }
}

extension NewReservation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"), start: try fields.required("start"),
            end: try fields.required("end"))
        nodes = try fields.optional("nodes")
        nodeCount = try fields.optional("node_count")
        partition = try fields.optional("partition")
        accounts = try fields.optional("accounts") ?? []
        users = try fields.optional("users") ?? []
        flags = try fields.optional("flags") ?? []
        charge = try fields.optional("charge")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("nodes", nodes)
        writer.field("node_count", nodeCount)
        writer.field("partition", partition)
        writer.field("accounts", accounts.isEmpty ? nil : accounts)
        writer.field("users", users.isEmpty ? nil : users)
        writer.field("flags", flags.isEmpty ? nil : flags)
        writer.field("charge", charge)
    }
}

extension Request.Reservation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let action: String = try fields.required("action")
        let taken: Action
        switch action {
        case "assign":
            taken = .assign(
                allocation: try fields.optional("allocation"),
                charge: try fields.optional("charge"),
                next: try fields.optional("next") ?? false)
        case "create": taken = .create(try fields.required("reservation"))
        case "delete": taken = .delete
        default: throw fields.error("action", "expected assign, create or delete")
        }
        self.init(
            taken, name: try fields.required("name"), cluster: try fields.optional("cluster"),
            reason: try fields.optional("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        switch action {
        case .assign(let allocation, let charge, let next):
            writer.field("action", "assign")
            writer.field("allocation", allocation)
            writer.field("charge", charge)
            writer.field("next", next ? true : nil)
        case .create(let reservation):
            writer.field("action", "create")
            writer.field("reservation", reservation)
        case .delete: writer.field("action", "delete")
        }
        writer.field("name", name)
        writer.field("cluster", cluster)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Row.Reservation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), name: try fields.required("name"),
            state: try fields.required("state"), start: try fields.required("start"),
            end: try fields.required("end"), nodes: try fields.required("nodes"),
            tres: try fields.required("tres"), charge: try fields.required("charge"))
        flags = try fields.optional("flags") ?? []
        accounts = try fields.optional("accounts") ?? []
        users = try fields.optional("users") ?? []
        allocation = try fields.optional("allocation")
        freeBecause = try fields.optional("free_because")
        jobs = try fields.required("jobs")
        held = try fields.required("held_usu")
        charged = try fields.required("charged_usu")
        refunded = try fields.required("refunded_usu")
        run = try fields.optional("run")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("name", name)
        writer.field("state", state)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("nodes", nodes)
        writer.field("tres", tres)
        writer.field("flags", flags.isEmpty ? nil : flags)
        writer.field("accounts", accounts.isEmpty ? nil : accounts)
        writer.field("users", users.isEmpty ? nil : users)
        writer.field("allocation", allocation)
        writer.field("charge", charge)
        writer.field("free_because", freeBecause)
        writer.field("jobs", jobs)
        writer.field("held_usu", held)
        writer.field("charged_usu", charged)
        writer.field("refunded_usu", refunded)
        writer.field("run", run)
    }
}

extension Reply.Reservations: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("rows", rows) }
}

extension Reply.Reservation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), allocation: try fields.optional("allocation"),
            charge: try fields.optional("charge"), held: try fields.required("held_usu"),
            available: try fields.optional("available_usu"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("allocation", allocation)
        writer.field("charge", charge)
        writer.field("held_usu", held)
        writer.field("available_usu", available)
        writer.field("message", message)
    }
}
