/// A folder on a disk that fails or loses its power when it is told to.

import FaultyFiles
import Foundation

/// `@unchecked Sendable`: every function it calls locks the disk.
package final class Disk: @unchecked Sendable {
    private static let isInstalled = faulty_files_install() == 0
    private let disk: OpaquePointer
    package let folder: URL

    /// Makes a folder of its own below the system's temporary one; it goes with this object.
    package init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("atoll-simulator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard Self.isInstalled, let made = faulty_disk_new(folder.path) else {
            throw CocoaError(.fileWriteUnknown)
        }
        disk = made
    }

    deinit {
        faulty_disk_remove(disk)
        try? FileManager.default.removeItem(at: folder)
    }

    /// The `writes`-th write from now fails, once; 0: none.
    package func fail(atWrite writes: Int64) { faulty_disk_fail(disk, writes) }
    /// The power goes in the middle of the `writes`-th write from now.
    package func stop(atWrite writes: Int64) { faulty_disk_stop(disk, writes) }
    package var hasStruck: Bool { faulty_disk_has_struck(disk) != 0 }
    /// Writes and syncs so far.
    package var writes: Int64 { faulty_disk_writes(disk) }
    /// What the `write`-th of them was, counted from 1: `db write`, `log sync` …
    package func kind(ofWrite write: Int64) -> String {
        let kind = UInt8(bitPattern: faulty_disk_kind(disk, write))
        let isSync = kind < UInt8(ascii: "a")
        let file =
            switch isSync ? kind + 32 : kind {
            case UInt8(ascii: "d"): "db"
            case UInt8(ascii: "w"): "log"
            case UInt8(ascii: "j"): "journal"
            default: "another file"
            }
        return "\(file) \(isSync ? "sync" : "write")"
    }

    /// The power is back; of what was not synced all, nothing or a part is lost, as `seed` has it.
    ///
    /// - Returns: how many writes were lost.
    package func restore(seed: UInt64) -> Int64 {
        let lost = faulty_disk_restore(disk, seed)
        precondition(lost >= 0, "the files in \(folder.path) could not be put back")
        return lost
    }
}
