import Codec
import Foundation
import Testing
import Wire

/// Lines that the plugin's tests in C read too. A file is called after its operation and what its
/// lines are: `grant-request`, `grant-ok`, `quote-failed`.
struct GoldenFile: CustomTestStringConvertible {
    var name: String
    var lines: [[UInt8]]

    var testDescription: String { name }
    var operation: OperationName? {
        name.split(separator: "-").first.flatMap { OperationName(rawValue: String($0)) }
    }
    var isRequest: Bool { name.hasSuffix("-request.ndjson") }
    /// The plugin's own files are written as its C code writes, in another order.
    var isAsWritten: Bool { !name.hasPrefix("admit-") }

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

    @Test func `every operation has golden lines`() throws {
        let names = try GoldenFile.all().map(\.name)
        for operation in OperationName.allCases where operation != .admit {
            #expect(names.contains("\(operation)-request.ndjson"))
            #expect(names.contains("\(operation)-ok.ndjson"))
        }
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
