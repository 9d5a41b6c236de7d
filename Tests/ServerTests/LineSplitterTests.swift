import NIOCore
import Testing

@testable import Server

@Suite struct LineSplitterTests {
    /// What arrives, in pieces, and what is cut from it with a limit of 6 bytes.
    @Test(arguments: [
        (["ab\n"], ["ab"]),
        (["a", "b", "\n"], ["ab"]),
        (["a\nb\nc"], ["a", "b"]),
        (["a\nb", "c\n", "\n"], ["a", "bc", ""]),
        (["12345\n"], ["12345"]),
        (["123456\n"], ["too long"]),
        (["12345", "6"], ["too long"]),
        (["12345"], []),
        (["a\n123456\nb\n"], ["a", "too long"]),
    ])
    func `lines are cut as they arrive`(arriving: [String], expected: [String]) {
        var splitter = LineSplitter(limit: 6)
        var lines: [String] = []
        for piece in arriving {
            var bytes = ByteBuffer(string: piece)
            splitter.append(&bytes)
            loop: while true {
                switch splitter.next() {
                case .line(let line): lines.append(String(decoding: line, as: UTF8.self))
                case .tooLong:
                    lines.append("too long")
                    break loop
                case .incomplete: break loop
                }
            }
        }
        #expect(lines == expected)
    }
}
