import Testing
import Units

@Suite struct ServiceUnitsTests {
    @Test(
        arguments: [
            ("1000", 1_000_000_000), ("0.000001", 1), ("-12.5", -12_500_000),
            ("1,000.25", 1_000_250_000), ("+3", 3_000_000), ("0", 0), ("-0", 0),
            ("999999999999.999999", 999_999_999_999_999_999),
        ] as [(String, Int64)])
    func `a decimal is read exactly`(text: String, micro: Int64) throws {
        #expect(try ServiceUnits(parsing: text).microSU == micro)
    }

    @Test(
        arguments: [
            ("", .notANumber("")), ("x", .notANumber("x")), ("-", .notANumber("-")),
            (".5", .notANumber(".5")), ("5.", .notANumber("5.")), ("1e3", .notANumber("1e3")),
            ("1,00", .notANumber("1,00")), (",000", .notANumber(",000")),
            ("--1", .notANumber("--1")),
            ("1.2.3", .notANumber("1.2.3")), (" 1", .notANumber(" 1")), ("١", .notANumber("١")),
            ("0.0000001", .overPrecise("0.0000001")),
            ("1000000000000", .tooLarge("1000000000000")),
            ("-1000000000000", .tooLarge("-1000000000000")),
            ("123456789012345678901234", .tooLarge("123456789012345678901234")),
            ("1234567890123456789012345678901", .notANumber("1234567890123456789012345678901")),
        ] as [(String, ServiceUnits.ParseError)])
    func `what is no amount is refused`(text: String, error: ServiceUnits.ParseError) {
        #expect(throws: error) { try ServiceUnits(parsing: text) }
    }

    @Test(
        arguments: [
            (0, "0.00", "0"), (1, "0.000001", "0.000001"), (-1, "-0.000001", "-0.000001"),
            (1_234_500_000, "1,234.50", "1234.5"), (-12_500_000, "-12.50", "-12.5"),
            (999_000_000, "999.00", "999"), (1_000_000_000_000, "1,000,000.00", "1000000"),
            (71_984_276_336, "71,984.276336", "71984.276336"),
            (.min, "-9,223,372,036,854.775808", "-9223372036854.775808"),
        ] as [(Int64, String, String)])
    func `amounts are written for people and for programs`(
        micro: Int64, shown: String, plain: String
    ) {
        #expect(ServiceUnits(microSU: micro).description == shown)
        #expect(ServiceUnits(microSU: micro).plain == plain)
    }

    @Test func `what is written plainly is read back`() throws {
        for micro: Int64 in [0, 1, -1, 10, 999_999, 1_000_000, -123_456_789_012_345] {
            let amount = ServiceUnits(microSU: micro)
            #expect(try ServiceUnits(parsing: amount.plain) == amount)
            #expect(try ServiceUnits(parsing: amount.description) == amount)
        }
    }

    @Test func `multiples and totals that do not fit are told`() {
        #expect(ServiceUnits(microSU: 3).times(4) == ServiceUnits(microSU: 12))
        #expect(ServiceUnits(microSU: .max).times(2) == nil)
        #expect(ServiceUnits(exactly: Int128(Int64.max) + 1) == nil)
        #expect(ServiceUnits(exactly: -5) == ServiceUnits(microSU: -5))
    }
}
