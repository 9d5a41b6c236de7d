/// What is said about an amount or a rate that is not exact, negative or beyond bounds.

import Testing

@Suite struct BadAmountTests {
    @Test(arguments: [
        Row(
            #"su = "1000""#, #"su = "12.1234567""#,
            #"""
            site.toml:38:1: project[0].allocation[0].su: "12.1234567" has more than six \#
            decimals; round it to 0.000001 SU
            """#),
        Row(
            #"su = "1000""#, "su = 0.5",
            #"""
            site.toml:38:1: project[0].allocation[0].su: 0.5 is a float and not exact; \#
            write it in quotes: "0.5"
            """#),
        Row(
            #"su = "1000""#, #"su = "-1""#,
            #"""
            site.toml:38:1: project[0].allocation[0].su: "-1" is negative; write "0" or \#
            more
            """#),
        Row(
            #"su = "1000""#, #"su = "much""#,
            #"""
            site.toml:38:1: project[0].allocation[0].su: "much" is not an amount; write \#
            a plain decimal such as "1000" or "0.5"
            """#),
        Row(
            #"su = "1000""#, #"su = "1000000000000""#,
            #"""
            site.toml:38:1: project[0].allocation[0].su: "1000000000000" is too large; \#
            stay below 1,000,000,000,000 SU
            """#),
        Row(
            #"su = "1000""#, "su = true",
            #"""
            site.toml:38:1: project[0].allocation[0].su: is a boolean; write an amount \#
            in quotes such as "1000" or "0.5"
            """#),
        Row(
            #"cap = "50""#, "cap = -50",
            #"""
            site.toml:43:1: project[0].allocation[0].member[0].cap: "-50" is negative; \#
            write "0" or more
            """#),
        Row(
            #"su_per_hour = "0.01""#, #"su_per_hour = "1e-3""#,
            #"""
            site.toml:10:1: resource[0].rate[0].su_per_hour: "1e-3" is not a number; \#
            write a decimal such as "0.01" or a fraction such as "1/3"
            """#),
        Row(
            #"su_per_hour = "0.01""#, #"su_per_hour = "-1""#,
            #"""
            site.toml:10:1: resource[0].rate[0].su_per_hour: "-1" is negative; write "0" \#
            or more
            """#),
        Row(
            #"su_per_hour = "0.01""#, #"su_per_hour = "1/1000000000001""#,
            #"""
            site.toml:10:1: resource[0].rate[0].su_per_hour: "1/1000000000001" is too \#
            large or too fine; in lowest terms neither part of the fraction may pass \#
            1,000,000,000,000
            """#),
        Row(
            #"su_per_hour = "0.01""#, "hours_per_su = 0",
            #"""
            site.toml:10:1: resource[0].rate[0].hours_per_su: no hours would buy an SU; \#
            for a free resource write su_per_hour = "0"
            """#),
        Row(
            #"su_per_hour = "0.01""#, "su_per_hour = 1.0e-2",
            #"""
            site.toml:10:1: resource[0].rate[0].su_per_hour: 1.0e-2 is a float and not \#
            exact; write a plain decimal in quotes, such as "0.5"
            """#),
        Row(
            #"factor = "2""#, #"factor = [2]"#,
            #"""
            site.toml:26:1: factor[0].factor: is a list; write a number in quotes such \#
            as "0.01" or "1/3"
            """#),
    ])
    func `an amount or rate is exact and not negative`(row: Row) {
        #expect(complaints(aboutSite: row.text) == row.says)
    }
}
