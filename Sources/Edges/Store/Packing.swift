/// What is packed with zlib: an entry of many runs says the same words over and over.

import CZlib
import Foundation
import Synchronization

enum Packing {
    /// Speed counts: what more effort would gain is little beside what one that is quick gains.
    private static let effort = Z_BEST_SPEED
    /// Kept from one payload to the next: it has a quarter of a MiB of tables.
    private static let packer = Mutex(Packer())

    static func packed(_ bytes: [UInt8]) -> Data { packer.withLock { $0.packed(bytes) } }

    /// - Throws: `DamagedRow` where it isn't what zlib packed, to the last byte.
    static func unpacked(_ packed: Data) throws -> Data {
        // zlib holds on to where it is.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        precondition(atoll_inflate_start(stream) == Z_OK, "zlib can't be started")
        defer {
            inflateEnd(stream)
            stream.deallocate()
        }
        var bytes = [UInt8](repeating: 0, count: max(packed.count * 8, 4_096))
        var count = 0
        // zlib never writes to what it reads.
        let outcome = packed.withUnsafeBytes { source in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: source.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(source.count)
            while true {
                let room = bytes.count - count
                let outcome = bytes.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_out = target.baseAddress.map { $0 + count }
                    stream.pointee.avail_out = UInt32(room)
                    return inflate(stream, Z_NO_FLUSH)
                }
                count += room - Int(stream.pointee.avail_out)
                guard outcome == Z_OK, stream.pointee.avail_out == 0 else { return outcome }
                bytes += [UInt8](repeating: 0, count: bytes.count)
            }
        }
        guard outcome == Z_STREAM_END, stream.pointee.avail_in == 0 else {
            throw DamagedRow(description: "a packed payload can't be unpacked (zlib: \(outcome))")
        }
        return Data(bytes.prefix(count))
    }

    /// A stream that is used again and again. Not Sendable: it stays in its mutex.
    private final class Packer {
        private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

        init() {
            stream.initialize(to: z_stream())
            precondition(
                atoll_deflate_start(stream, Packing.effort) == Z_OK, "zlib can't be started")
        }

        deinit {
            deflateEnd(stream)
            stream.deallocate()
        }

        func packed(_ bytes: [UInt8]) -> Data {
            deflateReset(stream)
            var target = [UInt8](
                repeating: 0, count: Int(deflateBound(stream, UInt(bytes.count))))
            let outcome = bytes.withUnsafeBufferPointer { source in
                target.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                    stream.pointee.avail_in = UInt32(source.count)
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    return deflate(stream, Z_FINISH)
                }
            }
            precondition(outcome == Z_STREAM_END, "zlib did not finish (\(outcome))")
            return Data(target.prefix(target.count - Int(stream.pointee.avail_out)))
        }
    }
}
