import Testing
import Units

@Suite struct DecimalDigitsTests {
    @Test(
        arguments: [0, 1, 9, 10, 11, 99, 100, 1_767_225_600, .max, .max - 1, -1, -10, .min]
            as [Int64])
    func `a number is written as it is read`(number: Int64) {
        var bytes = Array("n=".utf8)
        bytes.append(decimal: number)
        #expect(String(decoding: bytes, as: UTF8.self) == "n=\(number)")
    }
}
