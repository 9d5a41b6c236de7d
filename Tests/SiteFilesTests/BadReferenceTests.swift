/// What is said about names given twice, or used and not declared.

import Testing

@Suite struct BadReferenceTests {
    @Test(arguments: [
        Row(
            #"name = "lagoon""#, #"name = "reef""#,
            #"""
            site.toml:4:1: cluster[1].name: the cluster "reef" is on line 2 already; \#
            name each once
            """#),
        Row(
            #"name = "GPU""#, #"name = "CPU""#,
            #"""
            site.toml:17:1: resource[1].name: the resource "CPU" is on line 6 already; \#
            name each once
            site.toml:47:14: project[0].allocation[1].resources[0]: there is no resource \#
            "GPU"; did you mean "CPU"?
            """#),
        Row(
            #"name = "bio""#, #"name = "astro""#,
            #"""
            site.toml:52:1: project[1].name: the project "astro" is on line 31 already; \#
            name each once
            """#),
        Row(
            #"name = "astro-gpu""#, #"name = "astro-cpu""#,
            #"""
            site.toml:45:1: project[0].allocation[1].name: the allocation "astro-cpu" is \#
            on line 35 already; name each once
            """#),
        Row(
            #"cap = "50""#, "[[project.allocation.member]]\nuser = \"ben\"",
            #"""
            site.toml:44:1: project[0].allocation[0].member[1].user: the member "ben" is \#
            on line 42 already; name each once
            """#),
        Row(
            "", "[[organisation]]\nname = \"Institute\"",
            #"""
            site.toml:55:1: organisation[1].name: the organisation "Institute" is on \#
            line 29 already; name each once
            """#),
        Row(
            #"accounts = ["bio", "bio-test"]"#, #"accounts = ["bio", "astro"]"#,
            #"""
            site.toml:53:20: project[1].accounts[1]: the account "astro" belongs to \#
            project "astro" on line 33; an account charges to one project
            """#),
    ])
    func `a name is given once`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }

    @Test(arguments: [
        Row(
            #"resources = ["GPU"]"#, #"resources = ["GPUs"]"#,
            #"""
            site.toml:47:14: project[0].allocation[1].resources[0]: there is no resource \#
            "GPUs"; did you mean "GPU"?
            """#),
        Row(
            #"resources = ["GPU"]"#, #"resources = ["GPU", "disk"]"#,
            #"""
            site.toml:47:21: project[0].allocation[1].resources[1]: there is no resource \#
            "disk"; declared here: CPU, GPU
            """#),
        Row(
            #"clusters = ["reef"]"#, #"clusters = ["reef", "refe"]"#,
            #"""
            site.toml:20:21: resource[1].clusters[1]: there is no cluster "refe"; did \#
            you mean "reef"?
            """#),
        Row(
            #"factor = "2""#, "factor = 2\ncluster = \"atlantis\"",
            #"""
            site.toml:27:1: factor[0].cluster: there is no cluster "atlantis"; declared \#
            here: reef, lagoon
            """#),
        Row(
            #"organisation = "Institute""#, #"organisation = "Instiute""#,
            #"""
            site.toml:32:1: project[0].organisation: there is no organisation \#
            "Instiute"; did you mean "Institute"?
            """#),
    ])
    func `a name that is used is declared`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }

    @Test func `every problem is told, by line`() {
        let text =
            sampleSite
            .replacing(#"name = "lagoon""#, with: "nam = 1")
            .replacing(#"su = "1000""#, with: "su = 1.5")
            .replacing(#"resources = ["GPU"]"#, with: #"resources = ["XPU", "CPU"]"#)
        #expect(
            complaints(aboutSite: text) == #"""
                site.toml:3:1: cluster[1].name: missing; write name = "reef"
                site.toml:4:1: cluster[1].nam: unknown key; did you mean "name"?
                site.toml:38:1: project[0].allocation[0].su: 1.5 is a float and not exact; \#
                write it in quotes: "1.5"
                site.toml:47:14: project[0].allocation[1].resources[0]: there is no resource \#
                "XPU"; did you mean "CPU"?
                """#)
    }
}
