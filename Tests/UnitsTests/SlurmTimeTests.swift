import Testing
import Units

@Suite struct SlurmTimeTests {
    /// Wednesday 2026-07-15T14:30:20 two hours east of UTC.
    private let clock: LocalClock

    init() throws {
        clock = LocalClock(
            now: try Instant(parsing: "2026-07-15T12:30:20Z"), offsetSeconds: 7_200)
    }

    @Test(arguments: [
        ("now", "2026-07-15T14:30:20"),
        ("now-7days", "2026-07-08T14:30:20"),
        ("now-1day", "2026-07-14T14:30:20"),
        ("now - 2 hours", "2026-07-15T12:30:20"),
        ("now+90", "2026-07-15T14:31:50"),
        ("now-30minutes", "2026-07-15T14:00:20"),
        ("now-2w", "2026-07-01T14:30:20"),
        ("NOW-1Hour", "2026-07-15T13:30:20"),
        ("today", "2026-07-15T00:00:00"),
        ("midnight", "2026-07-15T00:00:00"),
        ("tomorrow", "2026-07-16T00:00:00"),
        ("noon", "2026-07-15T12:00:00"),
        ("fika", "2026-07-15T15:00:00"),
        ("teatime", "2026-07-15T16:00:00"),
        ("tomorrow noon", "2026-07-16T12:00:00"),
        ("today-10:15", "2026-07-15T10:15:00"),
        ("9:05", "2026-07-15T09:05:00"),
        ("16:00:01", "2026-07-15T16:00:01"),
        ("4:00 PM", "2026-07-15T16:00:00"),
        ("12:10am", "2026-07-15T00:10:00"),
        ("2026-01-01", "2026-01-01T00:00:00"),
        ("2026-1-2", "2026-01-02T00:00:00"),
        ("2026-01-01T08:30", "2026-01-01T08:30:00"),
        ("2026-01-01 08:30:15", "2026-01-01T08:30:15"),
        ("2026-01-01T00:00:00Z", "2026-01-01T02:00:00"),
        ("2026-01-01T00:00-05:00", "2026-01-01T07:00:00"),
        ("2026-01-01T00:00+02:00", "2026-01-01T00:00:00"),
        ("06/30", "2026-06-30T00:00:00"),
        ("0630", "2026-06-30T00:00:00"),
        ("063025", "2025-06-30T00:00:00"),
        ("06.30.25", "2025-06-30T00:00:00"),
        ("07/31", "2026-07-31T00:00:00"),
        ("08/01", "2025-08-01T00:00:00"),
        ("08/01/26", "2026-08-01T00:00:00"),
        ("06/30-23:59", "2026-06-30T23:59:00"),
        ("06/30/25-23:59:58", "2025-06-30T23:59:58"),
    ])
    func `a time of the past is read as sacct reads it`(text: String, local: String) throws {
        let instant = try Instant(slurm: text, .past, clock: clock)
        #expect(clock.text(instant) == local)
    }

    @Test(arguments: [
        ("16:00", "2026-07-15T16:00:00"),
        ("14:00", "2026-07-16T14:00:00"),
        ("midnight", "2026-07-16T00:00:00"),
        ("12/31", "2026-12-31T00:00:00"),
        ("07/15-15:00", "2026-07-15T15:00:00"),
        ("07/15-14:00", "2027-07-15T14:00:00"),
        ("06/30", "2027-06-30T00:00:00"),
        ("now+1week", "2026-07-22T14:30:20"),
    ])
    func `a time to come is the next of its kind`(text: String, local: String) throws {
        let instant = try Instant(slurm: text, .future, clock: clock)
        #expect(clock.text(instant) == local)
    }

    @Test(arguments: [
        "", " ", "yesterday", "now-", "now-7fortnights", "now7", "now-7days x", "24:00", "1:60",
        "13:00pm", "13/01", "02/30", "02/29", "2026-02-29", "2026-13-01", "2026-01", "2026",
        "today tomorrow", "10:00 11:00", "2026-01-01T10:00X", "2026-01-01Z", "1767225600", "-1day",
    ])
    func `what names no time is refused`(text: String) {
        #expect(throws: Instant.ParseError.malformed(text)) {
            try Instant(slurm: text, .past, clock: clock)
        }
    }

    /// Central Europe's, around the nights its clocks change in 2026.
    @Test(arguments: [
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59Z"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
        ("2026-07-01", "2026-06-30T22:00:00Z"),
        ("2026-10-25T03:30:00", "2026-10-25T02:30:00Z"),
        ("2026-12-01", "2026-11-30T23:00:00Z"),
    ])
    func `summer time counts when the time lies in it`(text: String, utc: String) throws {
        let summer =
            try Instant(
                parsing: "2026-03-29T01:00:00Z")..<Instant(
                parsing: "2026-10-25T01:00:00Z")
        let zoned = LocalClock(now: clock.now) { summer.contains($0) ? 7_200 : 3_600 }
        #expect(try Instant(slurm: text, .past, clock: zoned).description == utc)
        #expect(try zoned.text(Instant(parsing: utc)).hasPrefix(text))
    }

    @Test func `a midnight needs no time of day`() throws {
        #expect(try clock.shortText(Instant(parsing: "2025-12-31T22:00:00Z")) == "2026-01-01")
        #expect(
            try clock.shortText(Instant(parsing: "2026-01-01T00:00:00Z")) == "2026-01-01T02:00:00")
    }
}
