/// The rooms import only what the picture in `docs/architecture.md` allows: downwards or within a
/// floor, as the manifest declares; and one door per outside thing.

import Foundation
import Testing

@Suite struct ImportTests {
    static let sources = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources")
    static let floors = ["Core", "Edges", "Service", "Apps"]
    /// Within Core each room imports only rooms before it.
    static let core = [
        "Units", "Rates", "Registry", "Estimate", "Ledger", "Requests", "Books", "Reconciliation",
        "Reports", "Wire",
    ]

    struct Line: CustomTestStringConvertible {
        let floor: String
        let room: String
        let file: String
        let module: String
        var testDescription: String { "\(floor)/\(room)/\(file) imports \(module)" }
    }

    static let lines: [Line] = {
        let files =
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL } ?? []
        return files.filter { $0.pathExtension == "swift" }.flatMap { url -> [Line] in
            let path = url.path.dropFirst(sources.path.count + 1).split(separator: "/")
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ").map(String.init)
                guard let at = words.firstIndex(of: "import"), at <= 1, words.count > at + 1 else {
                    return nil
                }
                return Line(
                    floor: String(path[0]), room: String(path[1]), file: url.lastPathComponent,
                    module: words[at + 1])
            }
        }
    }()

    static let floorOfRoom = Dictionary(
        lines.map { ($0.room, $0.floor) }, uniquingKeysWith: { first, _ in first })

    @Test func `there are files to look at`() {
        #expect(Self.lines.count > 100)
        #expect(Set(Self.lines.map(\.floor)) == Set(Self.floors))
    }

    @Test func `no room imports one of a floor above`() {
        for line in Self.lines {
            guard let target = Self.floorOfRoom[line.module],
                let from = Self.floors.firstIndex(of: line.floor),
                let to = Self.floors.firstIndex(of: target)
            else { continue }
            #expect(to <= from, "\(line.testDescription)")
        }
    }

    @Test func `within Core imports go only upwards in the list`() {
        for line in Self.lines where line.floor == "Core" {
            guard let to = Self.core.firstIndex(of: line.module) else { continue }
            let from = Self.core.firstIndex(of: line.room) ?? -1
            #expect(to < from, "\(line.testDescription)")
        }
    }

    @Test func `Core knows no Foundation, no C library, no async`() {
        for line in Self.lines where line.floor == "Core" {
            #expect(Self.core.contains(line.module), "\(line.testDescription)")
        }
    }

    @Test(arguments: [
        ("GRDB", ["Store"]), ("GRDBSQLite", ["Store"]), ("CZlib", ["Store"]),
        ("CSlurm", ["Slurm"]),
        ("TOMLKit", ["SiteFiles"]), ("NIOCore", ["Server"]), ("NIOPosix", ["Server"]),
    ])
    func `one door per outside thing`(module: String, rooms: [String]) {
        let importers = Set(Self.lines.filter { $0.module == module }.map(\.room))
        #expect(importers == Set(rooms))
    }
}
