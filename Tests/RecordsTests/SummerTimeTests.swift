import Records
import Testing
import Units

/// The nights in which the clock is set, row by row.
@Suite struct SummerTimeTests {
    private static let zone = ZoneTable(
        firstOffset: 3_600,
        changes: [
            .init(at: Instant(epochSeconds: 1_774_746_000), offset: 7_200),
            .init(at: Instant(epochSeconds: 1_792_890_000), offset: 3_600),
        ])

    private func read(
        _ submit: String, _ start: String, _ end: String, _ elapsed: String,
        suspended: String = "00:00:00"
    ) throws -> Reading {
        let dump = dumpOf(
            "Submit", submit,
            over: ["Start": start, "End": end, "Elapsed": elapsed, "Suspended": suspended])
        return try Reading(dump, ReadSettings(zone: Self.zone, defaultCluster: "reef"))
    }

    @Test(arguments: [
        // submit | start | end | elapsed | what it is in UTC
        ("01:00:00", "01:30:00", "02:30:00", "01:00:00", "23:00 23:30 00:30"),
        ("01:00:00", "01:30:00", "02:30:00", "02:00:00", "23:00 23:30 01:30"),
        ("01:00:00", "02:30:00", "03:30:00", "01:00:00", "23:00 01:30 02:30"),
        ("01:00:00", "02:30:00", "03:30:00", "02:00:00", "23:00 00:30 02:30"),
        ("02:50:00", "02:10:00", "02:40:00", "00:30:00", "00:50 01:10 01:40"),
        ("01:00:00", "02:40:00", "02:20:00", "00:40:00", "23:00 00:40 01:20"),
    ])
    func `the hour that shows twice follows from the other times`(
        submit: String, start: String, end: String, elapsed: String, expected: String
    ) throws {
        let read = try read(
            "2026-10-25T\(submit)", "2026-10-25T\(start)", "2026-10-25T\(end)", elapsed)
        let job = try #require(read.jobs.first, "\(read.problems)")
        let times = [job.submit, job.start, job.end].compactMap { $0 }.map {
            String($0.description.dropFirst(11).prefix(5))
        }
        #expect(times.joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("01:00:00", "02:10:00", "02:40:00", "00:30:00", "could be either"),
        ("02:10:00", "04:00:00", "05:00:00", "01:00:00", "could be either"),
        ("01:00:00", "01:30:00", "02:30:00", "00:10:00", "neither fits"),
    ])
    func `what could be either hour is refused, with what helps`(
        submit: String, start: String, end: String, elapsed: String, expected: String
    ) throws {
        let read = try read(
            "2026-10-25T\(submit)", "2026-10-25T\(start)", "2026-10-25T\(end)", elapsed)
        #expect(read.jobs.isEmpty)
        #expect(read.problems.first?.description.contains(expected) == true)
    }

    @Test func `the hour that never shows is an error`() throws {
        let read = try read(
            "2026-03-29T01:00:00", "2026-03-29T02:30:00", "2026-03-29T04:00:00", "01:30:00")
        #expect(read.jobs.isEmpty)
        #expect(
            read.problems.map(\.description) == [
                "line 2, Start: \"2026-03-29T02:30:00\" was skipped by the clock: "
                    + "no such time in this zone"
            ])
    }

    @Test func `epoch seconds and times with a zone of their own are what they say`() throws {
        let read = try read(
            "1792887000", "2026-10-25T02:30:00+02:00", "2026-10-25T01:30:00Z", "01:00:00")
        let job = try #require(read.jobs.first, "\(read.problems)")
        #expect(job.submit.epochSeconds == 1_792_887_000)
        #expect(job.start?.epochSeconds == 1_792_888_200)
        #expect(job.end?.epochSeconds == 1_792_891_800)
    }
}
