/// Lists of standing things: a row is one object under the kind's name, with the site file's keys.

import Rates
import Registry
import Units
import Wire

extension Request.List: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            try fields.required("what"), name: try fields.optional("name"),
            project: try fields.optional("project"),
            allocation: try fields.optional("allocation"), user: try fields.optional("user"),
            all: try fields.optional("all") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("what", kind)
        writer.field("name", name)
        writer.field("project", project)
        writer.field("allocation", allocation)
        writer.field("user", user)
        writer.field("all", all ? true : nil)
    }
}

extension Reply.List: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("rows", rows) }
}

extension Row.Entity: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        if let it: SiteOrganisation = try fields.optional("organisation") {
            self = .organisation(it)
        } else if let it: Row.User = try fields.optional("user") {
            self = .user(it)
        } else if let it: SiteProject = try fields.optional("project") {
            self = .project(it)
        } else if let it: SiteCluster = try fields.optional("cluster") {
            self = .cluster(it)
        } else if let it: SiteResource = try fields.optional("resource") {
            self = .resource(it)
        } else if let it: Row.Rate = try fields.optional("rate") {
            self = .rate(it)
        } else if let it: Row.Allocation = try fields.optional("allocation") {
            self = .allocation(it)
        } else {
            self = .member(try fields.required("member"))
        }
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .organisation(let it): writer.field("organisation", it)
        case .user(let it): writer.field("user", it)
        case .project(let it): writer.field("project", it)
        case .cluster(let it): writer.field("cluster", it)
        case .resource(let it): writer.field("resource", it)
        case .rate(let it): writer.field("rate", it)
        case .allocation(let it): writer.field("allocation", it)
        case .member(let it): writer.field("member", it)
        }
    }
}

extension Row.Allocation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            project: try fields.required("project"), declared: try SiteAllocation(from: &fields),
            effective: try fields.required("effective"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("project", project)
        declared.writeFields(to: &writer)
        writer.field("effective", effective)
    }
}

extension Row.Use: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            project: try fields.required("project"),
            allocation: try fields.required("allocation"), user: try fields.required("user"),
            membership: try fields.optional("membership"),
            effective: try fields.required("effective"),
            used: try fields.required("used_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("project", project)
        writer.field("allocation", allocation)
        writer.field("user", user)
        writer.field("membership", membership)
        writer.field("effective", effective)
        writer.field("used_usu", used)
    }
}

extension SiteUser: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), fullName: try fields.optional("full_name"),
            mail: try fields.optional("mail"), organisation: try fields.optional("organisation"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("full_name", fullName)
        writer.field("mail", mail)
        writer.field("organisation", organisation)
    }
}

extension Row.User: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            known: try SiteUser(from: &fields), leads: try fields.optional("leads") ?? [],
            uses: try fields.optional("uses") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        known.writeFields(to: &writer)
        writer.list("leads", leads)
        writer.list("uses", uses)
    }
}

extension Row.Rate: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            resource: try fields.required("resource"),
            suPerHour: try fields.required("su_per_hour"), window: try fields.window(),
            recordedAt: try fields.required("recorded_at"),
            isSuperseded: try fields.optional("superseded") ?? false)
        changedBy = try fields.optional("changed_by")
        changedAt = try fields.optional("changed_at")
        reason = try fields.optional("reason")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("resource", resource)
        writer.field("su_per_hour", suPerHour)
        writer.window(window)
        writer.field("recorded_at", recordedAt)
        writer.field("superseded", isSuperseded ? true : nil)
        writer.field("changed_by", changedBy)
        writer.field("changed_at", changedAt)
        writer.field("reason", reason)
    }
}
