import Foundation

/// A folder for one test, taken away behind it.
struct Folder {
    let path: String

    static func using<Result>(_ body: (Folder) throws -> Result) throws -> Result {
        let folder = try Folder()
        defer { folder.remove() }
        return try body(folder)
    }

    static func usingAsync<Result>(_ body: (Folder) async throws -> Result) async throws -> Result {
        let folder = try Folder()
        defer { folder.remove() }
        return try await body(folder)
    }

    private init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "atoll-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    private func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
        return "\(path)/\(name)"
    }

    func withoutItsName(_ text: String) -> String { text.replacing("\(path)/", with: "") }
}
