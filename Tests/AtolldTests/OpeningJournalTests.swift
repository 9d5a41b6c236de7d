import Foundation
import Testing

@testable import atolld

/// A journal that belongs to somebody else is said to, with the command that gives it back.
@Suite struct OpeningJournalTests {
    @Test func `a foreign owner is named, the own one and root's eye are not`() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/atoll-owner-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = try #require(foreignOwner(ofJournalIn: folder, uid: 4_000_000_001))
        #expect(words.hasPrefix("\(folder) belongs to "))
        #expect(
            words.hasSuffix(
                ", and atolld runs as 4000000001. As root: chown -R 4000000001: \(folder)"))
        #expect(foreignOwner(ofJournalIn: folder, uid: geteuid()) == nil)
        #expect(foreignOwner(ofJournalIn: folder, uid: 0) == nil)
    }
}
