import Codec
import Foundation
import Testing
import Wire

/// Lines that the plugin's tests in C read too. A file is called after its operation and what its
/// lines are: `grant-request`, `grant-ok`, `quote-failed`; `failed` answers any.
struct GoldenFile: CustomTestStringConvertible {
    var name: String
    var lines: [[UInt8]]

    var testDescription: String { name }
    var operation: OperationName? {
        if name == "failed.ndjson" { return .admit }
        return name.split(separator: "-").first.flatMap { OperationName(rawValue: String($0)) }
    }
    var isRequest: Bool { name.hasSuffix("-request.ndjson") }
    /// The plugin writes in its own order, and some that Swift has no use for.
    var isAsWritten: Bool { !Self.pluginFiles.contains(name) }

    private static let pluginFiles: Set = [
        "admit-request.ndjson", "admit-ok.ndjson", "admit-refused.ndjson", "failed.ndjson",
        "modify-answer.ndjson", "modify-request.ndjson", "void-ok.ndjson", "void-request.ndjson",
    ]

    static func all() throws -> [GoldenFile] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Golden/wire").standardizedFileURL
        return try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".ndjson") }.sorted().map { name in
                let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
                let lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
                return GoldenFile(name: name, lines: lines)
            }
    }
}

@Suite struct GoldenTests {
    @Test(arguments: try GoldenFile.all())
    func `a golden line reads back as what it was read as`(file: GoldenFile) throws {
        let operation = try #require(file.operation)
        for line in file.lines {
            let again: [UInt8]
            if file.isRequest {
                let request = try Codec.decodeRequest(line)
                #expect(request.operation.name == operation)
                again = Codec.encode(request)
                #expect(try Codec.decodeRequest(again) == request)
            } else {
                let answer = try Codec.decodeAnswer(line, to: operation)
                again = Codec.encode(answer)
                #expect(try Codec.decodeAnswer(again, to: operation) == answer)
            }
            if file.isAsWritten { #expect(text(again) == text(line) + "\n") }
        }
    }

    @Test func `every operation has golden lines, asked and answered`() throws {
        let files = try GoldenFile.all()
        for operation in OperationName.allCases {
            let kinds = files.filter { $0.operation == operation }.map(\.isRequest)
            #expect(kinds.contains(true), "\(operation) asked")
            #expect(kinds.contains(false), "\(operation) answered")
        }
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
