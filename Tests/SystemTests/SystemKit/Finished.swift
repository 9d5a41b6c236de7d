/// Runs one command to its end, as any user, with a deadline.

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

/// - Parameters:
///   - user: whose process it is to be; nil: root's, as the tests' own.
///   - folder: where it runs; that user must be able to enter it.
/// - Throws: only where it could not be started or took longer than `limit`.
func attempt(
    _ command: [String], as user: String? = nil, in folder: String = "/",
    environment: [String: String] = [:], input: String = "", limit: Double = 60
) throws -> Finished {
    let papers = FileManager.default.temporaryDirectory.appending(path: "atoll-run-\(UUID())")
    try FileManager.default.createDirectory(at: papers, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: papers) }
    // Files, not pipes: what the command starts in the background may keep them open.
    let (said, wrong) = (papers.appending(path: "out"), papers.appending(path: "err"))
    let told = papers.appending(path: "in")
    try Data(input.utf8).write(to: told)
    for file in [said, wrong] { try Data().write(to: file) }

    let process = Process()
    let other = user.map { ["setpriv", "--reuid", $0, "--regid", $0, "--init-groups", "--"] } ?? []
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = other + command
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment =
        ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"].merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: told)
    process.standardOutput = try FileHandle(forWritingTo: said)
    process.standardError = try FileHandle(forWritingTo: wrong)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    let begun = ContinuousClock.now
    try process.run()
    if ended.wait(timeout: .now() + limit) == .timedOut {
        kill(process.processIdentifier, SIGKILL)
        throw CommandFailed(description: "\(command.joined(separator: " ")): over \(limit) s")
    }
    let text = { (file: URL) in String(decoding: try Data(contentsOf: file), as: UTF8.self) }
    return Finished(
        code: process.terminationStatus, output: try text(said), errors: try text(wrong),
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
