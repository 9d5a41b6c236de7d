/// The fields of `reconcile` and `settle`.

import Units
import Wire

extension Request.Reconcile: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.optional("cluster"), start: try fields.optional("start"),
            end: try fields.optional("end"), dryRun: try fields.optional("dry_run") ?? false,
            last: try fields.optional("last") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("dry_run", dryRun ? true : nil)
        writer.field("last", last ? true : nil)
    }
}

extension Request.Settle: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            job: try fields.required("job"), cluster: try fields.optional("cluster"),
            run: try fields.optional("run"), ended: try fields.optional("ended"),
            reason: try fields.required("reason"),
            dryRun: try fields.optional("dry_run") ?? false)
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("run", run)
        writer.field("ended", ended)
        writer.field("reason", reason)
        writer.field("dry_run", dryRun ? true : nil)
    }
}

extension Row.Reconciled: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        let kind: String? = try fields.optional("kind")
        guard let kind else {
            self = .progress(
                .init(
                    cluster: try fields.required("cluster"),
                    start: try fields.required("start"), end: try fields.required("end"),
                    reached: try fields.required("reached"),
                    records: try fields.required("records")))
            return
        }
        var finding = Row.Finding(
            cluster: try fields.required("cluster"), kind: kind,
            job: try fields.required("job"), what: try fields.required("what"))
        finding.run = try fields.optional("run")
        finding.user = try fields.optional("user")
        finding.account = try fields.optional("account")
        finding.allocation = try fields.optional("allocation")
        finding.at = try fields.optional("at")
        finding.before = try fields.optional("before_usu")
        finding.after = try fields.optional("after_usu")
        finding.remedy = try fields.optional("remedy")
        self = .finding(finding)
    }

    func writeFields(to writer: inout JSONWriter) {
        switch self {
        case .progress(let it):
            writer.field("cluster", it.cluster)
            writer.field("start", it.start)
            writer.field("end", it.end)
            writer.field("reached", it.reached)
            writer.field("records", it.records)
        case .finding(let it):
            writer.field("cluster", it.cluster)
            writer.field("kind", it.kind)
            writer.field("job", it.job)
            writer.field("run", it.run)
            writer.field("user", it.user)
            writer.field("account", it.account)
            writer.field("allocation", it.allocation)
            writer.field("at", it.at)
            writer.field("before_usu", it.before)
            writer.field("after_usu", it.after)
            writer.field("what", it.what)
            writer.field("remedy", it.remedy)
        }
    }
}

extension Reply.Reconcile: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            passes: try fields.required("passes"), failed: try fields.optional("failed") ?? [])
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("passes", passes)
        if !failed.isEmpty { writer.field("failed", failed) }
    }
}

extension Reply.Reconcile.Failed: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), error: try fields.required("error"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("error", error)
    }
}

extension Reply.Reconcile.Pass: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            cluster: try fields.required("cluster"), start: try fields.required("start"),
            end: try fields.required("end"), begunAt: try fields.required("begun_at"))
        endedAt = try fields.optional("ended_at")
        dryRun = try fields.optional("dry_run") ?? false
        records = try fields.required("records")
        runs = try fields.required("runs")
        corrected = try fields.required("corrected")
        person = try fields.required("person")
        more = try fields.required("more_usu")
        less = try fields.required("less_usu")
        head = try fields.optional("head")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("cluster", cluster)
        writer.field("start", start)
        writer.field("end", end)
        writer.field("begun_at", begunAt)
        writer.field("ended_at", endedAt)
        writer.field("dry_run", dryRun ? true : nil)
        writer.field("records", records)
        writer.field("runs", runs)
        writer.field("corrected", corrected)
        writer.field("person", person)
        writer.field("more_usu", more)
        writer.field("less_usu", less)
        writer.field("head", head)
    }
}

extension Reply.Settle: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            run: try fields.required("run"), job: try fields.required("job"),
            cluster: try fields.required("cluster"),
            allocation: try fields.optional("allocation"),
            charged: try fields.required("charged_usu"),
            message: try fields.required("message"))
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("run", run)
        writer.field("job", job)
        writer.field("cluster", cluster)
        writer.field("allocation", allocation)
        writer.field("charged_usu", charged)
        writer.field("message", message)
    }
}
