/// Where an import's rows come from, twice: to be looked at, and to be recorded.

import Glibc

struct ImportSource {
    let path: String
    private let surroundings: Surroundings
    /// Of what can be read only once.
    private let spool: Spool?

    init(_ path: String, _ surroundings: Surroundings) throws {
        (self.path, self.surroundings) = (path, surroundings)
        spool = surroundings.isReadOnce(path) ? try Spool(surroundings) : nil
    }

    /// Whether it can't be read again, and is kept at the first reading.
    var isReadOnce: Bool { spool != nil }

    /// For people.
    var name: String { path == "-" ? "(stdin)" : path }

    /// nil: not known before it is read.
    var byteCount: Int64? { spool?.byteCount ?? surroundings.fileSize(path) }

    /// Unpacked, a piece at a time.
    func readFirst(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try surroundings.readPieces(path) { piece in
            try spool?.write(piece)
            try body(piece)
        }
    }

    /// The same once more.
    func readAgain(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let spool else { return try surroundings.readPieces(path, body) }
        try spool.read(name, body)
    }
}

/// Bytes of any number, kept on disk in a file without a name: it is gone when this program is.
private final class Spool {
    private let descriptor: Int32
    private let folder: String
    private var count: Int64 = 0

    init(_ surroundings: Surroundings) throws {
        // Not /tmp, which may be memory.
        let named = surroundings.environment["TMPDIR"] ?? ""
        folder = named.isEmpty ? "/var/tmp" : named
        var path = Array("\(folder)/atoll-import-XXXXXX".utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Self.failure(folder) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(path)
    }

    deinit { close(descriptor) }

    /// nil: nothing was written yet.
    var byteCount: Int64? { count > 0 ? count : nil }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var place = 0
        while place < bytes.count {
            let written = Glibc.write(
                descriptor, bytes.baseAddress! + place, bytes.count - place)
            if written >= 0 {
                place += written
            } else if errno != EINTR {
                throw Self.failure(folder)
            }
        }
        count += Int64(bytes.count)
    }

    func read(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure(folder) }
        try readAll(descriptor, name, body)
    }

    private static func failure(_ folder: String) -> Failure {
        Failure(
            "\(folder): \(String(cString: strerror(errno))). What comes by a pipe is kept there until all "
                + "of it was looked at; name another folder by TMPDIR, or import a file.\n"
                + "Nothing was recorded.")
    }
}
