import Testing
import Units

/// Central Europe in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
@Suite struct ZoneTableTests {
    static let spring = 1_774_746_000 as Int64
    static let autumn = 1_792_890_000 as Int64
    static let zone = ZoneTable(
        firstOffset: 3_600,
        changes: [
            .init(at: Instant(epochSeconds: spring), offset: 7_200),
            .init(at: Instant(epochSeconds: autumn), offset: 3_600),
        ])

    private func wall(_ text: String) throws -> Int64 {
        try Instant(parsing: text).epochSeconds
    }

    @Test(arguments: [
        ("2026-01-10T12:00:00", "2026-01-10T11:00:00Z"),
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59Z"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
        ("2026-07-01T12:00:00", "2026-07-01T10:00:00Z"),
        ("2026-10-25T01:59:59", "2026-10-24T23:59:59Z"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00Z"),
    ])
    func `most times on the wall are one moment`(shown: String, meant: String) throws {
        let expected = try Instant(parsing: meant)
        #expect(Self.zone.reading(ofWallSeconds: try wall(shown)) == .once(expected))
    }

    @Test func `an hour shows twice as summer time ends, and one never as it begins`() throws {
        let first = try Instant(parsing: "2026-10-25T00:30:00Z")
        let second = try Instant(parsing: "2026-10-25T01:30:00Z")
        #expect(
            Self.zone.reading(ofWallSeconds: try wall("2026-10-25T02:30:00"))
                == .twice(earlier: first, later: second))
        #expect(Self.zone.reading(ofWallSeconds: try wall("2026-03-29T02:00:00")) == .never)
        #expect(Self.zone.reading(ofWallSeconds: try wall("2026-03-29T02:59:59")) == .never)
    }

    @Test func `a zone is found from its offsets, to the second`() {
        let found = ZoneTable(
            from: Instant(epochSeconds: 1_767_225_600), to: Instant(epochSeconds: 1_798_761_600),
            offset: Self.zone.offset(at:))
        #expect(found == Self.zone)
        #expect(!found.isFixed)
        #expect(
            ZoneTable(
                from: Instant(epochSeconds: 0), to: Instant(epochSeconds: 1_000_000),
                offset: { _ in -3_600 }) == ZoneTable(offsetSeconds: -3_600))
    }
}
