/// The fields of imports and rerates on the wire.

import Units
import Wire

extension Request.Import: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), records: try fields.required("records"),
            reason: try fields.optional("reason"),
            dryRun: try fields.optional("dry_run") ?? false,
            check: try fields.optional("check") ?? .each)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("records", records)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
        writer.field("check", check == .each ? nil : check)
    }
}

extension Request.Import.Check: WireChoice {}

extension Reply.Import: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init()
        counts.charged = try fields.optional("charged") ?? 0
        counts.free = try fields.optional("free") ?? 0
        counts.unrated = try fields.optional("unrated") ?? 0
        counts.unplaced = try fields.optional("unplaced") ?? 0
        counts.placed = try fields.optional("placed") ?? 0
        counts.known = try fields.optional("known") ?? 0
        counts.live = try fields.optional("live") ?? 0
        counts.open = try fields.optional("open") ?? 0
        counts.neverRan = try fields.optional("never_ran") ?? 0
        counts.exempt = try fields.optional("exempt") ?? 0
        counts.setAside = try fields.optional("set_aside") ?? 0
        sums = try fields.optional("sums") ?? []
        rejected = try fields.optional("rejected") ?? []
        areBooksEmpty = try fields.optional("books_empty") ?? false
    }

    func writeFields(to writer: inout JSONWriter) {
        let named: [(StaticString, Int64)] = [
            ("charged", counts.charged), ("free", counts.free), ("unrated", counts.unrated),
            ("unplaced", counts.unplaced), ("placed", counts.placed), ("known", counts.known),
            ("live", counts.live), ("open", counts.open), ("never_ran", counts.neverRan),
            ("exempt", counts.exempt), ("set_aside", counts.setAside),
        ]
        for (name, count) in named where count != 0 { writer.field(name, count) }
        if !sums.isEmpty { writer.field("sums", sums) }
        if !rejected.isEmpty { writer.field("rejected", rejected) }
        writer.field("books_empty", areBooksEmpty ? true : nil)
    }
}

extension ImportSum: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            account: try fields.required("account"),
            allocation: try fields.optional("allocation"), runs: try fields.required("runs"),
            amount: try fields.required("amount_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("account", account)
        writer.field("allocation", allocation)
        writer.field("runs", runs)
        writer.field("amount_usu", amount)
    }
}

extension RejectedRow: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(row: try fields.required("row"), reason: try fields.required("reason"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("row", row)
        writer.field("reason", reason)
    }
}

extension Request.Rerate: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            resource: try fields.required("resource"), start: try fields.required("start"),
            end: try fields.required("end"), reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("resource", resource)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Reply.Rerate: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            runs: try fields.required("runs"), changed: try fields.required("changed"),
            left: try fields.required("left"),
            setAside: try fields.optional("set_aside") ?? 0,
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("runs", runs)
        writer.field("changed", changed)
        writer.field("left", left)
        writer.field("set_aside", setAside == 0 ? nil : setAside)
        writer.field("message", message)
    }
}

extension Row.Rerated: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            allocation: try fields.required("allocation"),
            resource: try fields.required("resource"), runs: try fields.required("runs"),
            before: try fields.required("before_usu"), after: try fields.required("after_usu"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("allocation", allocation)
        writer.field("resource", resource)
        writer.field("runs", runs)
        writer.field("before_usu", before)
        writer.field("after_usu", after)
    }
}

/// A row of a rerate: a sum, or a run that was set aside, which alone says why.
enum RerateRow: WireObject {
    case sum(Row.Rerated)
    case setAside(Row.SetAside)

    init(from fields: inout Fields) throws(FieldError) {
        let why: String? = try fields.optional("why")
        guard let why else {
            self = .sum(try Row.Rerated(from: &fields))
            return
        }
        self = .setAside(
            Row.SetAside(
                cluster: try fields.required("cluster"), job: try fields.required("job"),
                run: try fields.required("run"), why: why))
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .sum(let sum): sum.writeFields(to: &writer)
        case .setAside(let it):
            writer.field("cluster", it.cluster)
            writer.field("job", it.job)
            writer.field("run", it.run)
            writer.field("why", it.why)
        }
    }

    var row: Row {
        switch self {
        case .sum(let sum): .rerated(sum)
        case .setAside(let it): .setAside(it)
        }
    }
}
