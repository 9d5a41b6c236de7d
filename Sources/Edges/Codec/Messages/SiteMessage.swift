/// A site's clusters, resources, factors and organisations; its keys are those of the site file.

import Rates
import Registry
import Units

extension Site: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init()
        clusters = try fields.optional("cluster") ?? []
        resources = try fields.optional("resource") ?? []
        factors = try fields.optional("factor") ?? []
        organisations = try fields.optional("organisation") ?? []
        users = try fields.optional("user") ?? []
        projects = try fields.optional("project") ?? []
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.list("cluster", clusters)
        writer.list("resource", resources)
        writer.list("factor", factors)
        writer.list("organisation", organisations)
        writer.list("user", users)
        writer.list("project", projects)
    }
}

extension SiteCluster: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), title: try fields.optional("title"),
            combine: try fields.optional("combine") ?? .sum)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("title", title)
        writer.field("combine", combine)
    }
}

extension SiteResource: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), type: try fields.required("type"),
            tres: TRESName(try fields.required("tres")),
            scope: ResourceScope(
                clusters: try fields.names("clusters"), partitions: try fields.names("partitions"),
                qos: try fields.names("qos")),
            units: try fields.optional("units"),
            rates: try fields.optional("rates") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("type", type)
        writer.field("tres", tres.description)
        writer.field("clusters", scope.clusters?.sorted())
        writer.field("partitions", scope.partitions?.sorted())
        writer.field("qos", scope.qos?.sorted())
        writer.field("units", units)
        writer.list("rates", rates)
    }
}

extension Fields {
    mutating func names(_ key: StaticString) throws(FieldError) -> Set<String>? {
        guard let names: [String] = try optional(key) else { return nil }
        return Set(names)
    }
}

extension SiteRate: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(suPerHour: try fields.required("su_per_hour"), window: try fields.window())
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("su_per_hour", suPerHour)
        writer.window(window)
    }
}

extension SiteFactor: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let qos: String? = try fields.optional("qos")
        let partition: String? = try fields.optional("partition")
        let subject: FactorSubject
        switch (qos, partition) {
        case (let qos?, nil): subject = .qos(qos)
        case (nil, let partition?): subject = .partition(partition)
        default: throw fields.error("qos", "expected either this or partition")
        }
        self.init(
            subject: subject, cluster: try fields.optional("cluster"),
            factor: try fields.required("factor"), window: try fields.window())
    }

    func writeFields(to writer: inout JSONWriter) {
        switch subject {
        case .qos(let name): writer.field("qos", name)
        case .partition(let name): writer.field("partition", name)
        }
        writer.field("cluster", cluster)
        writer.field("factor", factor)
        writer.window(window)
    }
}

extension SiteOrganisation: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), originatedID: try fields.optional("originated_id"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("originated_id", originatedID)
    }
}
