/// What a command may look at of the machine: files as they lie there, the disk, processes.

import Glibc
import Units

/// Tests give another one.
struct Machine {
    /// What lies at a path; symbolic links are followed. Nil: nothing, or it can't be looked at.
    var look: (_ path: String) -> FileSight? = lookAt
    /// The last bytes of a file, at most so many.
    var tail: (_ path: String, _ bytes: Int64) throws -> String = lastBytes
    /// The first bytes of a file, at most so many.
    var head: (_ path: String, _ bytes: Int) throws -> [UInt8] = firstBytes
    /// What is free for who isn't root, and what there is, of the file system under a path.
    var space: (_ path: String) -> DiskSpace? = spaceUnder
    /// Seconds that each of some small durable writes into a folder took.
    var syncSeconds: (_ folder: String) throws -> [Double] = timedSyncs
    /// A user's name; nil: there is none with this uid.
    var userName: (_ uid: UInt32) -> String? = nameOfUser
    /// Whether that user's processes may connect to a socket there, as the modes of it and of the
    /// folders above say.
    var mayConnect: (_ path: String, _ uid: UInt32) -> Bool = reaches
}

struct FileSight: Sendable, Equatable {
    enum Kind: Sendable { case file, folder, socket, other }
    var kind: Kind
    var ownerID: UInt32
    /// The lowest twelve bits.
    var mode: UInt32
    var bytes: Int64
    var modifiedAt: Instant
    /// The same for all names of one file.
    var identity: Identity?

    struct Identity: Sendable, Hashable {
        var device: UInt64
        var inode: UInt64
    }
}

struct DiskSpace: Sendable, Equatable {
    var freeBytes: Int64
    var totalBytes: Int64
}

private func status(of path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
}

private func lookAt(_ path: String) -> FileSight? {
    guard let status = status(of: path) else { return nil }
    let kind: FileSight.Kind =
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFSOCK: .socket
        default: .other
        }
    return FileSight(
        kind: kind, ownerID: status.st_uid, mode: status.st_mode & 0o7777,
        bytes: Int64(status.st_size),
        modifiedAt: Instant(epochSeconds: Int64(status.st_mtim.tv_sec)),
        identity: .init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
}

private func lastBytes(_ path: String, _ count: Int64) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let size = Int64(lseek(descriptor, 0, SEEK_END))
    lseek(descriptor, off_t(max(0, size - count)), SEEK_SET)
    var bytes: [UInt8] = []
    try readAll(descriptor, path) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
}

private func firstBytes(_ path: String, _ count: Int) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    var place = 0
    while place < count {
        let got = bytes.withUnsafeMutableBytes {
            read(descriptor, $0.baseAddress! + place, count - place)
        }
        if got == 0 { break }
        guard got > 0 || errno == EINTR else {
            throw Failure("\(path): \(String(cString: strerror(errno)))")
        }
        place += max(got, 0)
    }
    return Array(bytes[..<place])
}

private func spaceUnder(_ path: String) -> DiskSpace? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let block = Int64(status.f_frsize)
    return DiskSpace(
        freeBytes: Int64(status.f_bavail) * block, totalBytes: Int64(status.f_blocks) * block)
}

/// Appends to a file of its own, as a journal does, and takes it away again.
private func timedSyncs(_ folder: String) throws -> [Double] {
    let path = "\(folder)/.doctor-\(getpid())"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    defer {
        close(descriptor)
        unlink(path)
    }
    let page = [UInt8](repeating: 0, count: 4_096)
    return try (0..<12).map { _ in
        let begun = ContinuousClock.now
        guard write(descriptor, page, page.count) == page.count, fdatasync(descriptor) == 0 else {
            throw Failure("\(path): \(String(cString: strerror(errno)))")
        }
        return (ContinuousClock.now - begun) / .seconds(1)
    }
}

private func nameOfUser(_ uid: UInt32) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 65_536)
    let failure = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
    return failure == 0 && found != nil ? String(cString: entry.pw_name) : nil
}

private func reaches(_ path: String, _ uid: UInt32) -> Bool {
    guard uid != 0 else { return true }
    var steps: [(path: String, bit: UInt32)] = [(path, 2)]
    var folder = path
    while let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
        folder = String(folder[..<slash])
        steps.append((folder, 1))
    }
    return steps.allSatisfy { step in
        guard let status = status(of: step.path) else { return false }
        let shift: UInt32 =
            status.st_uid == uid ? 6 : belongs(uid, to: status.st_gid) ? 3 : 0
        return status.st_mode >> shift & step.bit != 0
    }
}

private func belongs(_ uid: UInt32, to group: gid_t) -> Bool {
    guard let name = nameOfUser(uid), let entry = getpwuid(uid) else { return false }
    var (count, groups) = (Int32(1_024), [gid_t](repeating: 0, count: 1_024))
    guard getgrouplist(name, entry.pointee.pw_gid, &groups, &count) >= 0 else { return false }
    return groups.prefix(Int(count)).contains(group)
}
