import Testing
import Units

@Suite struct InstantTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01", 0), ("1969-12-31T23:59:59", -1),
            ("2016-12-22T07:03:30", 1_482_390_210), ("2016-12-22T07:03:30Z", 1_482_390_210),
            ("2016-12-22 07:03", 1_482_390_180), ("2016-12-22T07:03:30+01:00", 1_482_386_610),
            ("2016-12-22T07:03:30-05:30", 1_482_410_010), ("2000-02-29", 951_782_400),
            ("2024-02-29", 1_709_164_800), ("1900-02-28", -2_203_977_600),
            ("9999-12-31T23:59:59", 253_402_300_799),
        ] as [(String, Int64)])
    func `a time is read`(text: String, seconds: Int64) throws {
        #expect(try Instant(parsing: text).epochSeconds == seconds)
    }

    @Test func `a time without a zone takes the one given, a time with one keeps it`() throws {
        let east: Int64 = 3_600
        #expect(try Instant(parsing: "1970-01-01T01:00", offsetSeconds: east).epochSeconds == 0)
        #expect(try Instant(parsing: "1970-01-01T00:00Z", offsetSeconds: east).epochSeconds == 0)
    }

    @Test(arguments: [
        "", "2016", "2016-12", "2016-13-01", "2016-00-01", "2016-01-00", "2016-01-32",
        "2016-04-31", "2015-02-29", "1900-02-29", "2100-02-29", "2016-12-22T24:00",
        "2016-12-22T07", "2016-12-22T07:60", "2016-12-22T07:00:60", "2016-12-22T07:00:00X",
        "2016-12-22T07:00Zx", "2016-12-22T07:00+1", "2016-12-22T07:00+24:00", "16-12-22",
        " 2016-12-22", "2016-12-22 ", "2016/12/22", "Unknown", "None",
    ])
    func `what is no time is refused`(text: String) {
        #expect(throws: Instant.ParseError.malformed(text)) { try Instant(parsing: text) }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (-2_203_891_200, "1900-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func `a time is written in UTC`(seconds: Int64, text: String) {
        #expect(Instant(epochSeconds: seconds).description == text)
    }

    @Test func `every day of four centuries is read back`() throws {
        for day in stride(from: -25_567, through: 120_530, by: 1) {
            let instant = Instant(epochSeconds: Int64(day) * 86_400 + 45_296)
            #expect(try Instant(parsing: instant.description) == instant)
        }
    }

    @Test func `a month is the one in UTC`() throws {
        #expect(try Instant(parsing: "2016-12-31T23:59:59Z").month == "2016-12")
        #expect(try Instant(parsing: "2017-01-01T00:00:00+01:00").month == "2016-12")
    }
}
