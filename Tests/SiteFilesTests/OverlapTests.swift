/// What is said about rates and allocations that are in each other's way.

import Testing

@Suite struct OverlapTests {
    @Test(arguments: [
        Row(
            "end = 2027-01-01T00:00:00Z", "",
            """
            site.toml:15:1: resource[0].rate[1].start: overlaps the rate on line 9 in \
            2027-01-01T00:00:00Z … open; end one where the other starts
            """),
        Row(
            "",
            """
            [[factor]]
            qos = "high"
            factor = 3
            start = 2027-01-01T00:00:00Z
            """,
            """
            site.toml:57:1: factor[1].start: overlaps the factor on line 24 in \
            2027-01-01T00:00:00Z … open; end one where the other starts
            """),
        Row(
            "",
            """
            [[factor]]
            qos = "high"
            cluster = "reef"
            factor = 3
            start = 2027-01-01T00:00:00Z
            """, "good"),
        Row(
            "tres = \"gres/gpu\"\nclusters = [\"reef\"]", #"tres = "cpu""#,
            #"""
            site.toml:19:1: resource[1].tres: counts cpu in jobs where "CPU" on line 5 \#
            counts it too, and neither is narrower; name a cluster, partition or QOS in \#
            one of them
            site.toml:43:1: project[0].allocation[1]: overlaps allocation "astro-cpu" on \#
            line 33: both cover cpu on reef in 2026-01-01T00:00:00Z … \#
            2027-01-01T00:00:00Z; part their windows, clusters or resources
            """#),
        Row("clusters = [\"reef\"]\n[[resource.rate]]", "qos = [\"a\"]\n[[resource.rate]]", "good"),
        Row("", partitions("A", "cpu") + "\n" + partitions("B", "gpu"), "good"),
        Row(
            "", partitions("A", "cpu") + "\n" + partitions("B", "big\", \"cpu"),
            #"""
            site.toml:65:1: resource[3].tres: counts cpu in jobs where "A" on line 54 \#
            counts it too, and neither is narrower; name a cluster, partition or QOS in \#
            one of them
            """#),
        Row(
            #"factor = "2""#, #"factor = "1/999999999999""#,
            #"""
            site.toml:26:1: factor[0].factor: times the rate of "CPU" it is too large or \#
            too fine; in lowest terms neither part of the fraction may pass \#
            1,000,000,000,000
            """#),
        Row(
            "factor = \"2\"\nstart = 2026-01-01T00:00:00Z",
            """
            factor = "1/1000000"
            start = 2026-01-01T00:00:00Z
            end = 2026-02-01T00:00:00Z
            [[factor]]
            partition = "big"
            factor = "1/1000000"
            start = 2026-01-01T00:00:00Z
            """,
            #"""
            site.toml:31:1: factor[1].factor: times the rate of "CPU" it is too large or \#
            too fine; in lowest terms neither part of the fraction may pass \#
            1,000,000,000,000
            """#),
    ])
    func `nothing is rated twice or beyond exact arithmetic`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }

    @Test(arguments: [
        Row(
            #"resources = ["GPU"]"#, #"resources = ["GPU", "CPU"]"#,
            #"""
            site.toml:44:1: project[0].allocation[1]: overlaps allocation "astro-cpu" on \#
            line 34: both cover cpu on reef in 2026-01-01T00:00:00Z … \#
            2027-01-01T00:00:00Z; part their windows, clusters or resources
            """#),
        Row(
            #"resources = ["GPU"]"#, "",
            #"""
            site.toml:44:1: project[0].allocation[1]: overlaps allocation "astro-cpu" on \#
            line 34: both cover cpu on reef in 2026-01-01T00:00:00Z … \#
            2027-01-01T00:00:00Z; part their windows, clusters or resources
            """#),
        Row(
            #"resources = ["GPU"]"#, "status = \"INACTIVE\"",
            #"""
            site.toml:44:1: project[0].allocation[1]: overlaps allocation "astro-cpu" on \#
            line 34: both cover cpu on reef in 2026-01-01T00:00:00Z … \#
            2027-01-01T00:00:00Z; part their windows, clusters or resources
            """#),
        Row(#"resources = ["GPU"]"#, "status = \"DELETED\"", "good"),
    ])
    func `a job has one allocation that pays it`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }

    @Test func `typed and untyped gres overlap`() {
        let text =
            sampleSite.replacing(#"resources = ["CPU"]"#, with: #"resources = ["H200"]"#)
            + "[[resource]]\nname = \"H200\"\ntype = \"GPU\"\ntres = \"gres/gpu:h200\"\n"
            + "[[resource.rate]]\nsu_per_hour = 10\nstart = 2026-01-01T00:00:00Z\n"
        #expect(
            complaints(aboutSite: text) == #"""
                site.toml:44:1: project[0].allocation[1]: overlaps allocation "astro-cpu" on \#
                line 34: both cover gres/gpu and gres/gpu:h200 on reef in \#
                2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z; part their windows, clusters or \#
                resources
                """#)
    }

}

private func partitions(_ name: String, _ partition: String) -> String {
    """
    [[resource]]
    name = "\(name)"
    type = "CPU"
    tres = "cpu"
    partitions = ["\(partition)"]
    [[resource.rate]]
    su_per_hour = 1
    start = 2026-01-01T00:00:00Z
    """
}
