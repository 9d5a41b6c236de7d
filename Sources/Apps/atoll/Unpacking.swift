/// Dumps that were packed with gzip, known by their first bytes; zone files; sizes of files.

import Glibc
import Units

/// What a file turns out to be by its first bytes, of which nothing is taken.
enum Packing {
    case plain, packed
    /// A pipe can't be read twice.
    case unknown

    init(of descriptor: Int32) {
        var mark: [UInt8] = [0, 0]
        let count = pread(descriptor, &mark, 2, 0)
        if count < 0, errno == ESPIPE {
            self = .unknown
        } else {
            self = count == 2 && mark == [0x1f, 0x8b] ? .packed : .plain
        }
    }
}

/// Hands over what `gzip -dc` makes of it; with `-f` it passes on what isn't packed as it is.
func unpacked(
    _ descriptor: Int32, _ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
) throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure("no pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    guard let pid = startGzip(reading: descriptor, writing: ends[1]) else {
        for end in ends { close(end) }
        guard Packing(of: descriptor) == .unknown else {
            throw Failure("\(path) is packed, and gzip can't be started to unpack it")
        }
        return try readAll(descriptor, path, body)
    }
    close(ends[1])
    var result: Int32 = 0
    do {
        try readAll(ends[0], path, body)
        close(ends[0])
    } catch {
        // gzip ends as nobody reads what it writes.
        close(ends[0])
        waitpid(pid, &result, 0)
        throw error
    }
    while waitpid(pid, &result, 0) < 0, errno == EINTR {}
    guard result == 0 else { throw Failure("\(path): gzip could not unpack all of it") }
}

private func startGzip(reading input: Int32, writing output: Int32) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    // It has to notice when nobody reads any more.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    let words: [UnsafeMutablePointer<CChar>?] = [strdup("gzip"), strdup("-dcf"), nil]
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        for word in words { free(word) }
    }
    var pid: pid_t = 0
    return posix_spawnp(&pid, "gzip", &actions, &attributes, words, environ) == 0 ? pid : nil
}

/// Looks without opening it: who writes into a named pipe would take that for its reader.
func isNoPlainFile(_ path: String) -> Bool {
    var status = stat()
    guard path != "-" else { return true }
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
}

/// nil of what is packed, and of what is no plain file.
func sizeOfPlainFile(_ path: String) -> Int64? {
    guard !isNoPlainFile(path) else { return nil }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        Packing(of: descriptor) == .plain
    else { return nil }
    return Int64(status.st_size)
}

func writeFile(_ path: String, _ text: String, isNew: Bool) throws {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (isNew ? O_TRUNC : O_APPEND)
    let descriptor = open(path, flags, 0o640)
    guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var text = text
    try text.withUTF8 { bytes in
        var place = 0
        while place < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + place, bytes.count - place)
            if count >= 0 {
                place += count
            } else if errno != EINTR {
                throw Failure("\(path): \(String(cString: strerror(errno)))")
            }
        }
    }
}

/// Whether there is a zone's table at that path, as tzfile(5) has it: glibc takes what is none, a folder
/// of zones among it, for UTC.
func isZoneFile(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var mark: [UInt8] = [0, 0, 0, 0]
    return read(descriptor, &mark, 4) == 4 && mark == Array("TZif".utf8)
}

/// As tzset(3) finds it: glibc takes a name that it doesn't know for UTC, so that is asked first.
func zoneTable(named name: String) -> ZoneTable? {
    // Those of right/ count leap seconds, which Slurm's times don't.
    guard !name.contains(".."), !name.isEmpty, !name.hasPrefix("/"), !name.hasPrefix("right/")
    else { return nil }
    let folder = getenv("TZDIR").map { String(cString: $0) } ?? "/usr/share/zoneinfo"
    guard name == "UTC" || isZoneFile("\(folder)/\(name)") else { return nil }
    let before = getenv("TZ").map { String(cString: $0) }
    setenv("TZ", ":\(name)", 1)
    tzset()
    defer {
        if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
        tzset()
    }
    return ZoneTable(of: LocalClock(now: Instant(epochSeconds: 0), offsetSeconds: utcOffset))
}

extension ZoneTable {
    /// The zone that a clock shows, from 1970 to 2100.
    init(of clock: LocalClock) {
        self.init(
            from: Instant(epochSeconds: 0), to: Instant(epochSeconds: 4_102_444_800),
            offset: clock.offsetSeconds)
    }
}
