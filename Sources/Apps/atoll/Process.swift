/// The surroundings of the real process; the one file of this program that makes system calls.

import Client
import Glibc
import Reports
import Units

extension Surroundings {
    static var ofProcess: Surroundings {
        signal(SIGPIPE, SIG_IGN)
        return Surroundings(
            out: { try write($0, to: STDOUT_FILENO) },
            complain: { try? write($0, to: STDERR_FILENO) },
            isWatched: isatty(STDERR_FILENO) == 1,
            environment: environmentVariables(),
            clock: LocalClock(
                now: Instant(epochSeconds: Int64(Glibc.time(nil))), offsetSeconds: utcOffset),
            uptimeSeconds: {
                var now = timespec()
                clock_gettime(CLOCK_MONOTONIC, &now)
                return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
            },
            wait: { usleep(UInt32($0 * 1e6)) },
            connect: { path, timeout throws(ClientError) in
                try ConnectedDaemon(path: path, timeoutSeconds: timeout)
            },
            userID: getuid(), groupID: getgid(), lookUpUser: userID(of:), read: text(ofFile:))
    }
}

/// Ends the program.
func leave(_ status: Int32) -> Never { exit(status) }

/// Whoever read our output is gone; there is nobody to tell.
struct ReaderGone: Error {}

private func write(_ text: String, to descriptor: Int32) throws {
    var text = text
    try text.withUTF8 { bytes in
        var place = 0
        while place < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress! + place, bytes.count - place)
            if count >= 0 {
                place += count
            } else if errno == EPIPE {
                throw ReaderGone()
            } else if errno != EINTR {
                throw Failure("standard output: \(String(cString: strerror(errno)))")
            }
        }
    }
}

/// One line to syslog, as an error of a daemon's.
func tellSyslog(_ text: String) {
    let line = text.split(separator: "\n").joined(separator: " ").printable
    line.withCString { pointer in
        withVaList([pointer]) { vsyslog(LOG_DAEMON | LOG_ERR, "atoll: %s", $0) }
    }
}

private func environmentVariables() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee.map({ String(cString: $0) }) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        entry += 1
    }
    return variables
}

/// Seconds east of UTC at a moment, by the zone of `TZ` or of the machine.
func utcOffset(at instant: Instant) -> Int64 {
    var seconds = time_t(instant.epochSeconds)
    var local = tm()
    return localtime_r(&seconds, &local) == nil ? 0 : Int64(local.tm_gmtoff)
}

private func userID(of name: String) -> UInt32? {
    if let number = UInt32(name) { return number }
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 65_536)
    let failure = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
    return failure == 0 && found != nil ? entry.pw_uid : nil
}

/// At most 4 MiB, as Slurm takes a batch script.
private func text(ofFile path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
        throw Failure("\(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= 4 << 20 {
        let count = read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
    }
    throw Failure("\(path): more than 4 MiB, which Slurm takes as no batch script")
}

/// `body` may keep nothing of a piece: the next one takes its place.
func pieces(
    ofFile path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
) throws {
    let isInput = path == "-"
    let descriptor = isInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    defer { if !isInput { close(descriptor) } }
    if Packing(of: descriptor) == .plain {
        try readAll(descriptor, path, body)
    } else {
        try unpacked(descriptor, path, body)
    }
}

func readAll(
    _ descriptor: Int32, _ path: String, _ body: (UnsafeRawBufferPointer) throws -> Void
) throws {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    while true {
        let count = read(descriptor, piece.baseAddress, piece.count)
        if count == 0 { return }
        if count > 0 {
            try body(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        } else if errno != EINTR {
            throw Failure("\(path): \(String(cString: strerror(errno)))")
        }
    }
}
