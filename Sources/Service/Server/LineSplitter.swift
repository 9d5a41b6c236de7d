/// Cuts what arrives into lines of a limited length. Each byte is looked at once.

import NIOCore

struct LineSplitter {
    enum Piece: Equatable {
        /// Without its newline.
        case line([UInt8])
        /// The line, complete or not, is longer than the limit.
        case tooLong
        /// More must arrive first.
        case incomplete
    }

    private let limit: Int
    private var buffer = ByteBuffer()
    /// How much of the readable bytes is known to have no newline.
    private var searched = 0

    /// - Parameter limit: bytes of a line with its newline.
    init(limit: Int) { self.limit = limit }

    mutating func append(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
            searched = 0
        } else {
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    mutating func next() -> Piece {
        let view = buffer.readableBytesView
        let rest = view[view.startIndex.advanced(by: searched)...]
        guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            return view.count >= limit ? .tooLong : .incomplete
        }
        let length = newline - view.startIndex
        guard length < limit, let line = buffer.readBytes(length: length) else { return .tooLong }
        buffer.moveReaderIndex(forwardBy: 1)
        // What the channel reads into can then be used again.
        if buffer.readableBytes == 0 { buffer = ByteBuffer() }
        searched = 0
        return .line(line)
    }
}
