import Testing
import Units

@Suite struct ServiceUnitsTests {
    @Test(
        arguments: [
            ("1000", 1_000_000_000), ("0.000001", 1), ("-12.5", -12_500_000),
            ("1,000.25", 1_000_250_000),
        ] as [(String, Int64)])
    func `a decimal is read exactly`(text: String, micro: Int64) throws {
        #expect(try ServiceUnits(parsing: text).microSU == micro)
    }
}
