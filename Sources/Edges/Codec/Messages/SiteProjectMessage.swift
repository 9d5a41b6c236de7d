/// A site's projects with their allocations and members.

import Registry
import Units

extension SiteProject: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), accounts: try fields.optional("accounts") ?? [],
            allocations: try fields.optional("allocations") ?? [])
        title = try fields.optional("title")
        organisation = try fields.optional("organisation")
        pi = try fields.optional("pi")
        origination = try fields.optional("origination")
        originatedID = try fields.optional("originated_id")
        externalGroup = try fields.optional("external_group")
        status = try fields.optional("status") ?? status
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.list("accounts", accounts)
        writer.list("allocations", allocations)
        writer.field("title", title)
        writer.field("organisation", organisation)
        writer.field("pi", pi)
        writer.field("origination", origination)
        writer.field("originated_id", originatedID)
        writer.field("external_group", externalGroup)
        writer.field("status", status)
    }
}

extension SiteAllocation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), clusters: try fields.optional("clusters") ?? [],
            initial: try fields.required("usu"), window: try fields.window(),
            members: try fields.optional("members") ?? [])
        resources = try fields.optional("resources")
        status = try fields.optional("status") ?? status
        overdraftLimit = try fields.optional("overdraft_limit_usu") ?? overdraftLimit
        holdPolicy = try fields.optional("hold") ?? holdPolicy
        windowPolicy = try fields.optional("window") ?? windowPolicy
        membersPolicy = try fields.optional("members_policy") ?? membersPolicy
        pullbacks = try fields.optional("pullbacks") ?? []
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.list("clusters", clusters)
        writer.field("usu", initial)
        writer.window(window)
        writer.list("members", members)
        writer.field("resources", resources)
        writer.field("status", status)
        writer.field("overdraft_limit_usu", overdraftLimit)
        writer.field("hold", holdPolicy)
        writer.field("window", windowPolicy)
        writer.field("members_policy", membersPolicy)
        writer.list("pullbacks", pullbacks)
    }
}

extension SitePullback: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(at: try fields.required("at"), keep: try fields.required("keep"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("at", at)
        writer.field("keep", keep)
    }
}

extension SiteMember: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let user: String = try fields.required("user")
        let cap: ServiceUnits? = try fields.optional("cap_usu")
        let start: Instant? = try fields.optional("start")
        let end: Instant? = try fields.optional("end")
        guard start != nil || end == nil else { throw fields.error("start", "missing") }
        self.init(
            user: user, cap: cap, window: start == nil ? nil : try fields.window(),
            status: try fields.optional("status") ?? .active)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("user", user)
        writer.field("cap_usu", cap)
        if let window { writer.window(window) }
        writer.field("status", status)
    }
}
