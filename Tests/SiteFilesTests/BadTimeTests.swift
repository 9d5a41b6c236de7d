/// What is said about a time without a zone and a window without a length.

import Testing

@Suite struct BadTimeTests {
    @Test(arguments: [
        Row(
            "start = 2026-01-01T00:00:00Z", "start = 2026-01-01T00:00:00",
            """
            site.toml:11:1: resource[0].rate[0].start: 2026-01-01T00:00:00 has no time \
            zone; write 2026-01-01T00:00:00Z for UTC
            """),
        Row(
            "start = 2026-01-01T00:00:00Z", "start = 2026-01-01 12:00:00",
            """
            site.toml:11:1: resource[0].rate[0].start: 2026-01-01 12:00:00 has no time \
            zone; write 2026-01-01T12:00:00Z for UTC
            """),
        Row(
            "start = 2026-01-01T00:00:00Z", "start = 2026-01-01",
            """
            site.toml:11:1: resource[0].rate[0].start: 2026-01-01 has no time zone; \
            write 2026-01-01T00:00:00Z for UTC
            """),
        Row(
            "start = 2026-01-01T00:00:00Z", "start = 12:00:00",
            """
            site.toml:11:1: resource[0].rate[0].start: is a time of day; write a time \
            such as 2026-01-01T00:00:00Z
            """),
        Row(
            "start = 2026-01-01T00:00:00Z", "start = 2026-01-01T00:00:00.5Z",
            """
            site.toml:11:1: resource[0].rate[0].start: 2026-01-01T00:00:00.5Z has a \
            fraction; write whole seconds
            """),
        Row(
            "start = 2026-01-01T00:00:00Z", #"start = "2026-01-01T00:00:00Z""#,
            #"""
            site.toml:11:1: resource[0].rate[0].start: "2026-01-01T00:00:00Z" is a \#
            string; write the time without quotes
            """#),
        Row(
            "start = 2026-01-01T00:00:00Z", #"start = "soon""#,
            """
            site.toml:11:1: resource[0].rate[0].start: is a string; write a time such as \
            2026-01-01T00:00:00Z
            """),
        Row(
            "end = 2027-01-01T00:00:00Z", "end = 2025-01-01T00:00:00Z",
            """
            site.toml:12:1: resource[0].rate[0].end: is before the start, \
            2026-01-01T00:00:00Z; write a later end
            """),
        Row(
            "end = 2027-01-01T00:00:00Z", "end = 2026-01-01T01:00:00+01:00",
            """
            site.toml:12:1: resource[0].rate[0].end: is the start itself, so nothing \
            lies between; write a later end
            """),
        Row(
            #"cap = "50""#, "end = 2026-01-01T00:00:00Z",
            """
            site.toml:43:1: project[0].allocation[0].member[0].end: the membership lies \
            outside its allocation, 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z; let the \
            two overlap
            """),
        Row(
            #"cap = "50""#, "start = 2026-03-01T00:00:00Z\nend = 2026-02-01T00:00:00Z",
            """
            site.toml:44:1: project[0].allocation[0].member[0].end: is before the start, \
            2026-03-01T00:00:00Z; write a later end
            """),
    ])
    func `a time has a zone and a window has a length`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }
}
