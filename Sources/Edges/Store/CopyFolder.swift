/// Where `verify` builds its copy: beside the journal, and never at the expense of the journal's room.

import Foundation

enum CopyFolder {
    private static let prefix = "verify-"

    static func new(besideJournal path: String) -> URL {
        parent(path).appendingPathComponent(prefix + UUID().uuidString)
    }

    /// Takes away what a daemon left that ended during a `verify`.
    static func removeLeftovers(besideJournal path: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent(path).path)) ?? []
        for name in names where isOurs(name) {
            try? FileManager.default.removeItem(at: parent(path).appendingPathComponent(name))
        }
    }

    private static func isOurs(_ name: String) -> Bool {
        name.hasPrefix(prefix) && UUID(uuidString: String(name.dropFirst(prefix.count))) != nil
    }

    /// A copy that filled the disk would end the daemon at its next COMMIT. It holds no payloads, so
    /// the journal's own size is more than it takes.
    static func checkRoom(besideJournal path: String) throws {
        guard let room = room(besideJournal: path) else { return }
        try checkRoom(
            freeBytes: room.free, journalBytes: room.journal, at: parent(path).path)
    }

    /// Bytes; nil where the file system does not say.
    static func room(besideJournal path: String) -> (free: Int64, journal: Int64)? {
        var (disk, file) = (statvfs(), stat())
        guard statvfs(parent(path).path, &disk) == 0, stat(path, &file) == 0 else { return nil }
        let (free, overflow) = Int64(clamping: disk.f_bavail)
            .multipliedReportingOverflow(by: Int64(clamping: disk.f_frsize))
        return (overflow ? .max : free, Int64(file.st_size))
    }

    static func checkRoom(freeBytes: Int64, journalBytes: Int64, at folder: String) throws {
        guard freeBytes < journalBytes else { return }
        throw StoreError.cannotOpen(
            "a copy as large as the journal may be needed, \(journalBytes >> 20) MiB, and "
                + "\(freeBytes >> 20) MiB are free in \(folder); make room, or verify a copy of the "
                + "journal elsewhere")
    }

    private static func parent(_ path: String) -> URL {
        URL(fileURLWithPath: path).deletingLastPathComponent()
    }
}
