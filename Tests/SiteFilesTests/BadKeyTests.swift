/// What is said about keys that are missing or unknown.

import Testing

@Suite struct BadKeyTests {
    @Test(arguments: [
        Row(
            #"user = "ben""#, "",
            #"""
            site.toml:41:1: project[0].allocation[0].member[0].user: missing; write user \#
            = "ben"
            """#),
        Row(
            #"su = "1000""#, "",
            #"""
            site.toml:34:1: project[0].allocation[0].su: missing; write su = "1000"
            """#),
        Row(
            "end = 2027-01-01T00:00:00Z\n[[project.allocation.member]]",
            "[[project.allocation.member]]",
            """
            site.toml:34:1: project[0].allocation[0].end: missing; write end = \
            2027-01-01T00:00:00Z (9999-12-31T23:59:59Z for no end)
            """),
        Row(
            #"accounts = ["astro"]"#, "",
            #"""
            site.toml:30:1: project[0].accounts: missing; write accounts = ["astro"], \#
            the Slurm accounts that charge to it
            """#),
        Row(
            #"tres = "gres/gpu""#, "",
            #"""
            site.toml:16:1: resource[1].tres: missing; write tres = "cpu"
            """#),
        Row(
            #"factor = "2""#, "",
            #"""
            site.toml:24:1: factor[0].factor: missing; write factor = "2"
            """#),
        Row(
            #"qos = "high""#, "",
            #"""
            site.toml:24:1: factor[0]: one of qos, partition is missing; write qos = \#
            "high"
            """#),
        Row(
            "hours_per_su = 50", "",
            #"""
            site.toml:13:1: resource[0].rate[1]: one of su_per_hour, hours_per_su is \#
            missing; write su_per_hour = "0.01"
            """#),
        Row(
            "", "[[resource]]\nname = \"M\"\ntype = \"M\"\ntres = \"mem\"",
            #"""
            site.toml:54:1: resource[2].rate: missing; write [[resource.rate]] with \#
            su_per_hour = "0.01" below it
            """#),
        Row(
            "", "[[cluster]]",
            #"""
            site.toml:54:1: cluster[2].name: missing; write name = "reef"
            """#),
    ])
    func `what is missing is named with an example`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }

    @Test(arguments: [
        Row(
            #"user = "ben""#, "usr = \"ben\"",
            #"""
            site.toml:41:1: project[0].allocation[0].member[0].user: missing; write user \#
            = "ben"
            site.toml:42:1: project[0].allocation[0].member[0].usr: unknown key; did you \#
            mean "user"?
            """#),
        Row(
            #"cap = "50""#, "colour = 'blue'",
            """
            site.toml:43:1: project[0].allocation[0].member[0].colour: unknown key; \
            known here: user, cap, start, end, status
            """),
        Row(
            "", "[[clusters]]\nname = \"x\"",
            #"""
            site.toml:54:1: clusters: unknown key; did you mean "cluster"?
            """#),
        Row(
            "[[factor]]", "[factor]",
            """
            site.toml:24:1: factor: is a table; write a header in double brackets, \
            [[factor]]
            """),
        Row(
            "", "[project.x]",
            """
            site.toml:54:1: project[1].x: unknown key; known here: name, title, \
            organisation, pi, origination, originated_id, external_group, status, \
            accounts, allocation
            """),
        Row(
            #"qos = "high""#, "qos = \"high\"\npartition = \"cpu\"",
            """
            site.toml:26:1: factor[0].partition: qos, partition are given together; keep \
            one of them
            """),
        Row(
            "hours_per_su = 50", "hours_per_su = 50\nsu_per_hour = 1",
            """
            site.toml:14:1: resource[0].rate[1].hours_per_su: su_per_hour, hours_per_su \
            are given together; keep one of them
            """),
    ])
    func `a key that isn't known is told with the one that was meant`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }
}
