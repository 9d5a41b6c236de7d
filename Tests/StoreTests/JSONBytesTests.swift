/// Payloads are hashed as they are written: a key that was worked out before gives the same bytes.

import Testing

@testable import Store

@Suite struct JSONBytesTests {
    @Test(arguments: [0, 1, 9, 10, 1_767_225_600, .max, -1, .min] as [Int64])
    func `a number is written as it is read`(number: Int64) {
        var json = JSONBytes()
        json.open("{")
        json.field("n", number)
        json.field(JSONKey("m"), number)
        json.close("}")
        #expect(String(decoding: json.bytes, as: UTF8.self) == "{\"n\":\(number),\"m\":\(number)}")
    }
}
