/// Runs one command to its end, with a deadline.

import Foundation

/// What a command left behind.
struct Finished: Sendable {
    let code: Int32
    let output: String
    let errors: String
    let seconds: Double

    var isGood: Bool { code == 0 }
}

struct CommandFailed: Error, CustomStringConvertible {
    let description: String
}

/// - Throws: only where it could not be started or took longer than `limit` seconds.
func attempt(
    _ command: [String], as user: String? = nil, in folder: String = "/",
    environment: [String: String] = [:], input: String = "", limit: Double = 60
) throws -> Finished {
    let papers = NSTemporaryDirectory() + "atoll-run-\(UUID())"
    try FileManager.default.createDirectory(atPath: papers, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: papers) }
    // Files, not pipes: what the command starts in the background may keep them open.
    let files = ChildProcess.Files(
        input: papers + "/in", output: papers + "/out", errors: papers + "/err")
    try input.write(toFile: papers + "/in", atomically: false, encoding: .utf8)
    let begun = ContinuousClock.now
    let child = try ChildProcess(
        command, as: user, in: folder, environment: environment, files: files)
    let deadline = begun.advanced(by: .seconds(limit))
    while child.exit == nil {
        guard ContinuousClock.now < deadline else {
            child.signal(SIGKILL)
            throw CommandFailed(description: "\(command.joined(separator: " ")): over \(limit) s")
        }
        usleep(2_000)
    }
    let text = { (name: String) in
        String(decoding: try Data(contentsOf: URL(filePath: papers + name)), as: UTF8.self)
    }
    return Finished(
        code: child.exit ?? 0, output: try text("/out"), errors: try text("/err"),
        seconds: (ContinuousClock.now - begun) / .seconds(1))
}

/// The same, for a command that has to go well; what it printed.
@discardableResult
func must(
    _ command: [String], as user: String? = nil, in folder: String = "/",
    environment: [String: String] = [:], limit: Double = 60
) throws -> String {
    let done = try attempt(command, as: user, in: folder, environment: environment, limit: limit)
    guard done.isGood else {
        throw CommandFailed(
            description: "\(command.joined(separator: " ")): exit \(done.code)\n"
                + done.output + done.errors)
    }
    return done.output
}
