/// The chain of hashes: each entry's covers its stored bytes and the hash before it, so that no entry
/// can be altered, dropped or put in without all later ones showing it.

import Crypto
import Foundation

/// An entry's fixed fields as they stand in the file.
struct EntryHeader {
    var seq: Int64
    var recordedAt: Int64
    var effectiveAt: Int64
    var actor: String
    var commandID: String
    var kind: String
    var version: Int64
    /// The salted digest of the reason given, if one was.
    var reason: Data?
    var epoch: Int64
}

enum Chain {
    /// What stands before the first entry.
    static let root = Data(repeating: 0, count: 32)

    /// Every field is preceded by its length, so that no two entries give the same bytes.
    static func hash(_ header: EntryHeader, payload: Data, previous: Data) -> Data {
        var hasher = SHA256()
        func take(_ bytes: some DataProtocol) {
            withUnsafeBytes(of: Int64(bytes.count).littleEndian) {
                hasher.update(bufferPointer: $0)
            }
            hasher.update(data: bytes)
        }
        func take(_ number: Int64) {
            withUnsafeBytes(of: number.littleEndian) { hasher.update(bufferPointer: $0) }
        }
        take(previous)
        take(header.seq)
        take(header.recordedAt)
        take(header.effectiveAt)
        take(Array(header.actor.utf8))
        take(Array(header.commandID.utf8))
        take(Array(header.kind.utf8))
        take(header.version)
        take(header.reason ?? Data())
        take(header.epoch)
        take(payload)
        return Data(hasher.finalize())
    }

    static func digest(_ bytes: some DataProtocol) -> Data { Data(SHA256.hash(data: bytes)) }
}

extension Data {
    /// Lower-case hexadecimal.
    var hex: String { map { String(format: "%02x", $0) }.joined() }
}
