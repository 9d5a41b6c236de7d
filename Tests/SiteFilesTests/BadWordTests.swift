/// What is said about words that are not among the known ones, and names that are none.

import Testing

@Suite struct BadWordTests {
    @Test(arguments: [
        Row(
            #"tres = "cpu""#, #"tres = "CPU""#,
            #"""
            site.toml:8:1: resource[0].tres: "CPU" is not a TRES that can be rated; did \#
            you mean "cpu"?
            """#),
        Row(
            #"tres = "cpu""#, #"tres = "gpu""#,
            #"""
            site.toml:8:1: resource[0].tres: "gpu" is not a TRES that can be rated; did \#
            you mean "gres/gpu"?
            """#),
        Row(
            #"tres = "cpu""#, #"tres = "gpu:h200""#,
            #"""
            site.toml:8:1: resource[0].tres: "gpu:h200" is not a TRES that can be rated; \#
            did you mean "gres/gpu:h200"?
            """#),
        Row(
            #"tres = "cpu""#, #"tres = "memory""#,
            #"""
            site.toml:8:1: resource[0].tres: "memory" is not a TRES that can be rated; \#
            did you mean "mem"?
            """#),
        Row(
            #"tres = "cpu""#, #"tres = "energy""#,
            #"""
            site.toml:8:1: resource[0].tres: "energy" is not a TRES that can be rated; \#
            write cpu, mem, node, billing, gres/NAME, gres/NAME:TYPE, license/NAME or \#
            bb/NAME
            """#),
        Row(
            #"tres = "cpu""#, #"tres = "gres/gpu:a:b""#,
            #"""
            site.toml:8:1: resource[0].tres: "gres/gpu:a:b" is not a TRES that can be \#
            rated; write cpu, mem, node, billing, gres/NAME, gres/NAME:TYPE, \#
            license/NAME or bb/NAME
            """#),
        Row(
            #"name = "lagoon""#, "name = \"lagoon\"\ncombine = \"Max\"",
            #"""
            site.toml:5:1: cluster[1].combine: "Max" is not one of sum, max; did you \#
            mean "max"?
            """#),
        Row(
            #"cap = "50""#, #"status = "PAUSED""#,
            #"""
            site.toml:43:1: project[0].allocation[0].member[0].status: "PAUSED" is not \#
            one of ACTIVE, INACTIVE, DELETED
            """#),
        Row(
            #"su = "1000""#, "su = 1000\nhold = \"submitted\"",
            #"""
            site.toml:39:1: project[0].allocation[0].hold: "submitted" is not one of \#
            submit, throttle, start; did you mean "submit"?
            """#),
        Row(
            #"su = "1000""#, "su = 1000\nwindow = \"all\"",
            #"""
            site.toml:39:1: project[0].allocation[0].window: "all" is not one of whole, \#
            start
            """#),
        Row(
            #"su = "1000""#, "su = 1000\nmembers_policy = \"association\"",
            #"""
            site.toml:39:1: project[0].allocation[0].members_policy: "association" is \#
            not one of associations, listed; did you mean "associations"?
            """#),
    ])
    func `a word is one of the known ones`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }

    @Test(arguments: [
        Row(
            #"name = "astro""#, #"name = """#,
            "site.toml:31:1: project[0].name: \"\" is empty; write a name"),
        Row(
            #"name = "astro""#, #"name = "a|b""#,
            #"""
            site.toml:31:1: project[0].name: "a|b" has a control character or a |; leave \#
            it out
            """#),
        Row(
            #"name = "astro""#, #"name = "a\nb""#,
            #"""
            site.toml:31:1: project[0].name: "a\nb" has a control character or a |; \#
            leave it out
            """#),
        Row(
            #"name = "astro""#, #"name = " astro""#,
            #"""
            site.toml:31:1: project[0].name: " astro" begins or ends with a space; leave \#
            it out
            """#),
        Row(
            #"name = "astro""#, "name = 7",
            """
            site.toml:31:1: project[0].name: is a whole number; write a string in quotes
            """),
        Row(
            #"accounts = ["astro"]"#, #"accounts = "astro""#,
            """
            site.toml:33:1: project[0].accounts: is a string; write a list in brackets
            """),
        Row(
            #"accounts = ["astro"]"#, #"accounts = ["astro", 7, "astro"]"#,
            #"""
            site.toml:33:22: project[0].accounts[1]: is a whole number; write a string \#
            in quotes
            site.toml:33:25: project[0].accounts[2]: "astro" is listed twice; keep it \#
            once
            """#),
        Row(
            #"resources = ["GPU"]"#, "resources = []",
            """
            site.toml:47:1: project[0].allocation[1].resources: is empty; write at least \
            one name, or leave the key out
            """),
        Row(
            #"clusters = ["reef"]"#, "clusters = []",
            """
            site.toml:20:1: resource[1].clusters: is empty; write at least one name, or \
            leave the key out
            """),
    ])
    func `a name can be typed and a list has something in it`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }
}
