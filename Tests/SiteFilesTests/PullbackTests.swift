/// `[[project.allocation.pullback]]`: what is read, and what is said about a wrong one.

import Registry
import SiteFiles
import Testing
import Units

@Suite struct PullbackTests {
    private func text(_ lines: String) -> String {
        sampleSite.replacing(
            """
            [[project.allocation.member]]
            user = "ben"
            """,
            with: "[[project.allocation.pullback]]\n\(lines)\n"
                + "[[project.allocation.member]]\nuser = \"ben\"")
    }

    @Test(arguments: [("50%", "1/2"), ("0%", "0"), ("100%", "1"), ("12.5%", "1/8")])
    func `a share that stays is exact`(keep: String, share: String) throws {
        let site = try readSite(
            text: text("at = 2026-07-01T00:00:00Z\nkeep = \"\(keep)\""), file: "site.toml")
        #expect(
            site.projects[0].allocations[0].pullbacks == [
                SitePullback(
                    at: try Instant(parsing: "2026-07-01"), keep: try Rational(parsing: share))
            ])
    }

    @Test(
        arguments: [
            ("at = 2026-07-01T00:00:00Z", "keep: missing; write keep = \"50%\""),
            ("keep = \"50%\"", "at: missing; write at = 2026-07-01T00:00:00Z"),
            ("at = 2026-07-01T00:00:00Z\nkeep = \"101%\"", "is out of range"),
            ("at = 2026-07-01T00:00:00Z\nkeep = \"0.5\"", "is not a percentage"),
            (
                "at = 2027-01-01T00:00:00Z\nkeep = \"50%\"",
                "the pull-back lies outside its allocation"
            ),
            ("at = 2026-07-01T00:00:00Z\nkeep = \"5%\"\nafter = 1", "unknown key"),
            (
                "at = 2026-07-01T00:00:00Z\nkeep = \"5%\"\n[[project.allocation.pullback]]\n"
                    + "at = 2026-07-01T00:00:00Z\nkeep = \"6%\"", "is on line"
            ),
        ])
    func `a wrong one is told with its place`(lines: String, complaint: String) throws {
        let error = #expect(throws: FileError.self) {
            _ = try readSite(text: text(lines), file: "site.toml")
        }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }
}
