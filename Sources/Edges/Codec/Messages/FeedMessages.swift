/// The fields of feeds' records on the wire, in the wire's units; how they stand in a file is
/// `FeedLine`.

import Requests
import Units
import Wire

extension FeedKind: WireChoice {}
extension FeedLevel: WireChoice {}

extension FeedRecord: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let kind: FeedKind = try fields.required("type")
        let change: FeedChange
        switch kind {
        case .supplement:
            change = .supplement(
                try fields.required("amount_usu"), start: try fields.optional("start"),
                end: try fields.optional("end"))
        case .extension: change = .extension(end: try fields.required("end"))
        case .transfer: change = try .transfer(from: &fields)
        case .adjustment: change = .adjustment(try fields.required("amount_usu"))
        case .inactivation:
            change = .inactivation(try fields.optional("level") ?? .allocation)
        case .reactivation:
            change = .reactivation(try fields.optional("level") ?? .allocation)
        }
        self.init(
            source: try fields.required("source"), id: try fields.required("record"),
            project: try fields.required("project"),
            origination: try fields.optional("origination"),
            allocation: try fields.optional("allocation"), change)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("source", source)
        writer.field("record", id)
        writer.field("type", change.kind)
        writer.field("project", project)
        writer.field("origination", origination)
        writer.field("allocation", allocation)
        switch change {
        case .supplement(let amount, let start, let end):
            writer.field("amount_usu", amount)
            writer.field("start", start)
            writer.field("end", end)
        case .extension(let end): writer.field("end", end)
        case .transfer(let amount, let direction, let project, let allocation):
            writer.field("amount_usu", amount)
            writer.field(direction == .to ? "to_project" : "from_project", project)
            writer.field(direction == .to ? "to_allocation" : "from_allocation", allocation)
        case .adjustment(let amount): writer.field("amount_usu", amount)
        case .inactivation(let level), .reactivation(let level): writer.field("level", level)
        }
    }
}

extension FeedChange {
    fileprivate static func transfer(from fields: inout Fields) throws(FieldError) -> FeedChange {
        let amount: ServiceUnits = try fields.required("amount_usu")
        let (to, from) = try fields.otherProject()
        if let to {
            return .transfer(
                amount, .to, project: to, allocation: try fields.optional("to_allocation"))
        }
        return .transfer(
            amount, .from, project: from ?? "", allocation: try fields.optional("from_allocation"))
    }
}

extension Fields {
    /// Where a transfer goes, or where it comes from: one of them.
    mutating func otherProject() throws(FieldError) -> (to: String?, from: String?) {
        let to: String? = try optional("to_project")
        let from: String? = try optional("from_project")
        guard (to == nil) != (from == nil) else {
            throw error("to_project", "a transfer has to_project or from_project, one of them")
        }
        return (to, from)
    }
}

extension Request.Feed: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            record: try FeedRecord(from: &fields), comment: try fields.optional("comment"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        record.writeFields(to: &writer)
        writer.field("comment", comment)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Request.FeedRecords: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            source: try fields.optional("source"), start: try fields.optional("start"),
            end: try fields.optional("end"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("source", source)
        writer.field("start", start)
        writer.field("end", end)
    }
}

extension Reply.Feed: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            project: try fields.required("project"),
            allocation: try fields.optional("allocation"), effect: try fields.required("effect"),
            at: try fields.required("at"), isRepeat: try fields.optional("repeated") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("project", project)
        writer.field("allocation", allocation)
        writer.field("effect", effect)
        writer.field("at", at)
        writer.field("repeated", isRepeat ? true : nil)
    }
}

extension Reply.FeedRecords: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(rows: try fields.required("rows"))
    }

    func writeFields(to writer: inout JSONWriter) { writer.field("rows", rows) }
}

extension Row.FeedRecord: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            source: try fields.required("source"), record: try fields.required("record"),
            kind: try fields.required("type"), project: try fields.required("project"),
            allocation: try fields.optional("allocation"),
            recordedAt: try fields.required("recorded_at"), entry: try fields.required("entry"),
            user: try fields.required("user"))
        other = try fields.optional("other")
        amount = try fields.optional("amount_usu")
        start = try fields.optional("start")
        end = try fields.optional("end")
        reason = try fields.optional("reason")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("source", source)
        writer.field("record", record)
        writer.field("type", kind)
        writer.field("project", project)
        writer.field("allocation", allocation)
        writer.field("other", other)
        writer.field("amount_usu", amount)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("recorded_at", recordedAt)
        writer.field("entry", entry)
        writer.field("user", user)
        writer.field("reason", reason)
    }
}
