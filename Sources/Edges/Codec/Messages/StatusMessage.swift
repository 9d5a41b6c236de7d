/// The fields of a status.

import Units
import Wire

extension Reply.Status: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            version: try fields.required("version"),
            uptimeSeconds: try fields.required("uptime_seconds"),
            clusters: try fields.optional("clusters") ?? [])
        epoch = try fields.optional("epoch")
        entries = try fields.optional("entries")
        head = try fields.optional("head")
        queue = try fields.optional("queue")
        quarantined = try fields.optional("quarantined")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("version", version)
        writer.field("uptime_seconds", uptimeSeconds)
        writer.field("clusters", clusters)
        writer.field("epoch", epoch)
        writer.field("entries", entries)
        writer.field("head", head)
        writer.field("queue", queue)
        writer.field("quarantined", quarantined)
    }
}

extension Reply.Status.Cluster: WireObject {
    init(from fields: inout Fields) throws(FieldError) {
        self.init(
            name: try fields.required("name"), mode: try fields.optional("mode"),
            polledAt: try fields.optional("polled_at"), jobs: try fields.optional("jobs"),
            problem: try fields.optional("problem"))
        nextPollAt = try fields.optional("next_poll_at")
        pollSeconds = try fields.optional("poll_seconds")
        readMilliseconds = try fields.optional("read_milliseconds")
    }

    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("mode", mode)
        writer.field("polled_at", polledAt)
        writer.field("jobs", jobs)
        writer.field("next_poll_at", nextPollAt)
        writer.field("poll_seconds", pollSeconds)
        writer.field("read_milliseconds", readMilliseconds)
        writer.field("problem", problem)
    }
}
