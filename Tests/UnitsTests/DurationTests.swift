import Testing
import Units

@Suite struct DurationTests {
    @Test(
        arguments: [
            ("30", 1_800), ("0", 0), ("1:30", 90), ("2:00:00", 7_200), ("1-0", 86_400),
            ("1-2:3", 93_780), ("1-02:03:04", 93_784), ("125-00:00:00", 10_800_000),
            ("UNLIMITED", nil), ("infinite", nil),
        ] as [(String, Int64?)])
    func `a span is read as sbatch reads --time`(text: String, seconds: Int64?) throws {
        #expect(try parseSlurmDuration(text) == seconds)
    }

    @Test(arguments: [
        "", "x", "-5", "1-", "1-2:3:4:5", "1:2:3:4", "1::2", "1:2:", "+1-0", "1.5", "9999999999",
        "1 ", "Partition_Limit",
    ])
    func `what is no span is refused`(text: String) {
        #expect(throws: DurationError.malformed(text)) { try parseSlurmDuration(text) }
    }

    @Test(
        arguments: [
            (0, "00:00:00"), (59, "00:00:59"), (3_661, "01:01:01"), (86_399, "23:59:59"),
            (86_400, "1-00:00:00"), (10_800_000, "125-00:00:00"), (nil, "UNLIMITED"),
        ] as [(Int64?, String)])
    func `a span is written as sacct writes it`(seconds: Int64?, text: String) {
        #expect(slurmDuration(seconds: seconds) == text)
    }
}
