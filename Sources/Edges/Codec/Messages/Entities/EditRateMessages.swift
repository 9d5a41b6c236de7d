/// Edits of resources, rates and allocations.

import Rates
import Registry
import Units
import Wire

extension ResourceFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(name: try fields.required("name"))
        type = try fields.optional("type")
        tres = try fields.optional("tres").map { TRESName($0) }
        let scope = ResourceScope(
            clusters: try fields.names("clusters"), partitions: try fields.names("partitions"),
            qos: try fields.names("qos"))
        self.scope = scope == .everywhere ? nil : scope
        units = try fields.edit("units")
        rate = try fields.optional("rate")
        try fields.refuseUnknownClears(["units"])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("type", type)
        writer.field("tres", tres?.description)
        writer.field("clusters", scope?.clusters?.sorted())
        writer.field("partitions", scope?.partitions?.sorted())
        writer.field("qos", scope?.qos?.sorted())
        writer.field("units", units.value)
        writer.field("rate", rate)
        writer.clear([("units", units == .clear)])
    }
}

extension RateSpan: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            suPerHour: try fields.required("su_per_hour"), start: try fields.optional("start"),
            end: try fields.optional("end"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("su_per_hour", suPerHour)
        writer.field("start", start)
        writer.field("end", end)
    }
}

extension RateFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            resource: try fields.required("resource"), span: try RateSpan(from: &fields),
            backdate: try fields.optional("backdate") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("resource", resource)
        span.writeFields(to: &writer)
        writer.field("backdate", backdate ? true : nil)
    }
}

extension AllocationFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(name: try fields.required("name"))
        project = try fields.optional("project")
        initial = try fields.optional("usu")
        clusters = try fields.optional("clusters")
        resources = try fields.edit("resources")
        start = try fields.optional("start")
        end = try fields.edit("end")
        overdraftLimit = try fields.optional("overdraft_limit_usu")
        holdPolicy = try fields.optional("hold")
        windowPolicy = try fields.optional("window")
        membersPolicy = try fields.optional("members_policy")
        pullbacks = try fields.optional("pullbacks") ?? []
        droppedPullbacks = try fields.optional("dropped_pullbacks") ?? []
        try fields.refuseUnknownClears(["resources", "end"])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("project", project)
        writer.field("usu", initial)
        writer.field("clusters", clusters)
        writer.field("resources", resources.value)
        writer.field("start", start)
        writer.field("end", end.value)
        writer.field("overdraft_limit_usu", overdraftLimit)
        writer.field("hold", holdPolicy)
        writer.field("window", windowPolicy)
        writer.field("members_policy", membersPolicy)
        writer.list("pullbacks", pullbacks)
        writer.list("dropped_pullbacks", droppedPullbacks)
        writer.clear([("resources", resources == .clear), ("end", end == .clear)])
    }
}
