import Testing

@testable import Codec

/// Text, and what is wrong with it: nil when nothing is.
private let texts: [(text: String, problem: String?)] = [
    ("0", nil), ("-0", nil), ("-12", nil), ("1.5E+3", nil), ("[]", nil), ("[1,2 , 3]", nil),
    ("\"\\u00e9\\ud83d\\ude00\\n\"", nil), ("\t{ } \r\n", nil), (#"{"a":{"a":1}}"#, nil),
    ("01", "not a number"), ("-", "not a number"), ("1.", "not a number"), ("1e", "not a number"),
    ("+1", "expected a value"), (".5", "expected a value"), ("NaN", "expected a value"),
    ("nul", "expected a value"), ("'a'", "expected a value"), ("[1,]", "expected a value"),
    ("[1 2]", "expected ',' or ']'"), ("{1:2}", "expected a key"),
    (#"{"a":1"#, "expected ',' or '}'"),
    ("\"a", "a string without an end"), ("\"a\u{1}\"", "a control character in a string"),
    ("\"\\x\"", "no such escape"), ("\"\\u12g4\"", "expected four hexadecimal digits"),
    ("\"\\u0000\"", "a NUL in a string"), ("\"\\ud800\"", "half of a surrogate pair"),
    ("\"\\udc00\"", "half of a surrogate pair"), ("\"\\ud800\\u0041\"", "half of a surrogate pair"),
    (#"{"a":1,"b":2,"a":3}"#, "an object with a key twice"),
    (#"{"a":1,"\u0061":3}"#, "an object with a key twice"),
    (#"{"\u0061":1,"a":3}"#, "an object with a key twice"),
    (String(repeating: "[", count: 16) + String(repeating: "]", count: 16), nil),
    (String(repeating: "[", count: 17), "nested too deeply"),
    (String(repeating: "{\"a\":", count: 17), "nested too deeply"),
]

@Suite struct StrictJSONTests {
    @Test(arguments: texts.indices)
    func `text is read strictly`(index: Int) {
        let (text, problem) = texts[index]
        #expect(problemOf(Array(text.utf8)) == problem, "\(text)")
    }

    @Test(arguments: [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80],
    ])
    func `bytes that aren't UTF-8 are refused`(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(problemOf([quote] + bytes + [quote]) == "not UTF-8")
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("100000000000000000000000000000000000000000", nil),
        ] as [(String, Int64?)])
    func `an integer is exact or not there`(text: String, value: Int64?) throws {
        #expect(try JSONScanner.scan(Array(text.utf8)).integer(at: 0) == value)
    }

    @Test func `escapes mean what RFC 8259 says`() throws {
        let text = #""\"\\\/\b\f\n\r\té\u00e9\u20AC\ud83d\ude00""#
        #expect(
            try JSONScanner.scan(Array(text.utf8)).string(at: 0)
                == "\"\\/\u{8}\u{C}\n\r\téé€😀")
    }

    @Test(arguments: ["", "plain", "\"\\\n\t\r\u{1}\u{1f}", "é€😀", "\u{2028}\u{7f}"])
    func `a string written is the string read`(text: String) throws {
        var writer = JSONWriter()
        writer.string(text)
        #expect(try JSONScanner.scan(writer.bytes).string(at: 0) == text)
    }

    @Test func `many keys cost no more than their length`() throws {
        let keys = (0..<20_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        let elapsed = try ContinuousClock().measure {
            _ = try JSONScanner.scan(Array("{\(keys)}".utf8))
        }
        // Pairs of 20,000 keys would take tens of seconds.
        #expect(elapsed < .seconds(2))
        #expect(problemOf(Array("{\(keys),\"k7\":0}".utf8)) == "an object with a key twice")
    }

    private func problemOf(_ bytes: [UInt8]) -> String? {
        do {
            _ = try JSONScanner.scan(bytes)
            return nil
        } catch {
            return error.problem
        }
    }
}
