import Foundation
import TestKit
import Testing

@testable import Store

@Suite struct CopyFolderTests {
    @Test func `what a daemon left that ended during a verify goes at the next start`() throws {
        let books = try TestBank()
        let left = CopyFolder.new(besideJournal: books.store.path)
        let other = books.folder.appendingPathComponent("verify-by-hand")
        for folder in [left, other] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        let again = try books.reopened()
        #expect(!FileManager.default.fileExists(atPath: left.path))
        #expect(FileManager.default.fileExists(atPath: other.path))
        let room = try #require(CopyFolder.room(besideJournal: again.store.path))
        #expect(room.free > 0 && room.journal > 0)
        #expect(try again.store.verify().finding == nil)
        again.stopAndRemove()
    }

    @Test(arguments: [(Int64(0), Int64(1), false), (1, 1, true), (1 << 40, 1 << 30, true)])
    func `a copy is begun only where there is room for one as large as the journal`(
        free: Int64, journal: Int64, isBegun: Bool
    ) {
        let begun: Void? = try? CopyFolder.checkRoom(
            freeBytes: free, journalBytes: journal, at: "/state")
        #expect((begun != nil) == isBegun)
    }
}
