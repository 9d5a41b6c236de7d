/// An edit on the wire: `verb` and one object under the kind's name, with the fields it sets and, in
/// `clear`, the names of those it takes away.

import Rates
import Registry
import Units
import Wire

extension ThingKind: WireChoice {}
extension Edit.Verb: WireChoice {}

extension Request.Change: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let thing: Edit.Thing
        switch try fields.required("what", as: ThingKind.self) {
        case .organisation: thing = .organisation(try fields.required("organisation"))
        case .user: thing = .user(try fields.required("user"))
        case .project: thing = .project(try fields.required("project"))
        case .cluster: thing = .cluster(try fields.required("cluster"))
        case .resource: thing = .resource(try fields.required("resource"))
        case .rate: thing = .rate(try fields.required("rate"))
        case .allocation: thing = .allocation(try fields.required("allocation"))
        case .member: thing = .member(try fields.required("member"))
        }
        self.init(
            Edit(try fields.required("verb"), thing),
            reason: try fields.optional("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("verb", edit.verb)
        writer.field("what", edit.thing.kind)
        switch edit.thing {
        case .organisation(let it): writer.field("organisation", it)
        case .user(let it): writer.field("user", it)
        case .project(let it): writer.field("project", it)
        case .cluster(let it): writer.field("cluster", it)
        case .resource(let it): writer.field("resource", it)
        case .rate(let it): writer.field("rate", it)
        case .allocation(let it): writer.field("allocation", it)
        case .member(let it): writer.field("member", it)
        }
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension OrganisationFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(name: try fields.required("name"))
        originatedID = try fields.edit("originated_id")
        try fields.refuseUnknownClears(["originated_id"])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("originated_id", originatedID.value)
        writer.clear([("originated_id", originatedID == .clear)])
    }
}

extension UserFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(name: try fields.required("name"))
        fullName = try fields.edit("full_name")
        mail = try fields.edit("mail")
        organisation = try fields.edit("organisation")
        try fields.refuseUnknownClears(["full_name", "mail", "organisation"])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("full_name", fullName.value)
        writer.field("mail", mail.value)
        writer.field("organisation", organisation.value)
        writer.clear([
            ("full_name", fullName == .clear), ("mail", mail == .clear),
            ("organisation", organisation == .clear),
        ])
    }
}

extension ClusterFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(name: try fields.required("name"))
        title = try fields.edit("title")
        combine = try fields.optional("combine")
        try fields.refuseUnknownClears(["title"])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("title", title.value)
        writer.field("combine", combine)
        writer.clear([("title", title == .clear)])
    }
}

extension ProjectFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(name: try fields.required("name"))
        accounts = try fields.optional("accounts") ?? []
        droppedAccounts = try fields.optional("dropped_accounts") ?? []
        title = try fields.edit("title")
        organisation = try fields.edit("organisation")
        pi = try fields.edit("pi")
        origination = try fields.edit("origination")
        originatedID = try fields.edit("originated_id")
        externalGroup = try fields.edit("external_group")
        try fields.refuseUnknownClears([
            "title", "organisation", "pi", "origination", "originated_id", "external_group",
        ])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.list("accounts", accounts)
        writer.list("dropped_accounts", droppedAccounts)
        writer.field("title", title.value)
        writer.field("organisation", organisation.value)
        writer.field("pi", pi.value)
        writer.field("origination", origination.value)
        writer.field("originated_id", originatedID.value)
        writer.field("external_group", externalGroup.value)
        writer.clear([
            ("title", title == .clear), ("organisation", organisation == .clear),
            ("pi", pi == .clear), ("origination", origination == .clear),
            ("originated_id", originatedID == .clear),
            ("external_group", externalGroup == .clear),
        ])
    }
}

extension MemberFields: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"), user: try fields.required("user"))
        cap = try fields.edit("cap_usu", clearedAs: "cap")
        start = try fields.edit("start")
        end = try fields.edit("end")
        try fields.refuseUnknownClears(["cap", "start", "end"])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("user", user)
        writer.field("cap_usu", cap.value)
        writer.field("start", start.value)
        writer.field("end", end.value)
        writer.clear([
            ("cap", cap == .clear), ("start", start == .clear), ("end", end == .clear),
        ])
    }
}

// MARK: Fields that are taken away

extension Fields {
    /// - Parameter name: as `clear` names the field, where that isn't its key.
    mutating func edit<Value: WireValue>(
        _ key: StaticString, clearedAs name: String? = nil
    ) throws(FieldError) -> FieldEdit<Value> {
        let value: Value? = try optional(key)
        guard try cleared().contains(name ?? key.description) else {
            return value.map { .set($0) } ?? .keep
        }
        guard value == nil else { throw error(key, "both set and cleared") }
        return .clear
    }

    /// A name that is misspelt must not leave a field standing silently.
    mutating func refuseUnknownClears(_ known: [String]) throws(FieldError) {
        if let unknown = try cleared().first(where: { !known.contains($0) }) {
            throw error("clear", "no field \(unknown) that could be cleared")
        }
    }

    private mutating func cleared() throws(FieldError) -> [String] {
        try optional("clear") ?? []
    }
}

extension JSONWriter {
    mutating func clear(_ fields: [(name: String, isCleared: Bool)]) {
        list("clear", fields.filter(\.isCleared).map(\.name))
    }
}
