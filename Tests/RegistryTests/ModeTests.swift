import Registry
import Testing

/// Which mode counts: the nearest account's, its own on the cluster first; then the cluster's.
@Suite struct ModeTests {
    struct Row: CustomTestStringConvertible {
        /// `cluster/account mode`, either side of the slash may be empty.
        let rules: [String]
        let account: [String]
        let counts: String
        var testDescription: String { "\(rules), \(account): \(counts)" }

        init(_ rules: [String], _ account: [String], _ counts: String) {
            (self.rules, self.account, self.counts) = (rules, account, counts)
        }
    }

    static let tree = ["x", "astro", "physics", "root"]

    @Test(arguments: [
        Row([], tree, "enforce by default"),
        Row(["reef/ observe"], tree, "observe by cluster reef"),
        Row(["lagoon/ observe"], tree, "enforce by default"),
        Row(["reef/ observe", "/astro warn"], tree, "warn by account astro"),
        Row(["reef/ observe", "/astro enforce"], tree, "enforce by account astro"),
        Row(["/astro warn", "/physics observe"], tree, "warn by account astro"),
        Row(
            ["/astro warn", "/physics observe"], ["physics", "root"], "observe by account physics"),
        Row(["/x warn", "reef/x observe"], tree, "observe by account x on reef"),
        Row(["/x warn", "reef/astro observe"], tree, "warn by account x"),
        Row(["lagoon/x observe"], tree, "enforce by default"),
        Row(["/bio observe"], tree, "enforce by default"),
        Row(["/x warn", "/x -"], tree, "enforce by default"),
        Row(["/x warn", "/x -", "/root observe"], tree, "observe by account root"),
    ])
    func `the nearest setting counts`(row: Row) throws {
        var registry = Registry()
        for (number, rule) in row.rules.enumerated() {
            let words = rule.split(separator: " ")
            let place = words[0].split(separator: "/", omittingEmptySubsequences: false)
            func named(_ text: Substring) -> String? { text.isEmpty ? nil : String(text) }
            registry.fold(
                .mode(
                    ModeRule(
                        scope: ModeScope(cluster: named(place[0]), account: named(place[1])),
                        mode: Mode(rawValue: String(words[1])))), entry: Int64(number + 1))
        }
        let mode = registry.modes.mode(on: "reef", lineage: row.account)
        let rule = registry.modes.ruling(on: "reef", lineage: row.account)?.scope.description
        #expect("\(mode) by \(rule ?? "default")" == row.counts)
    }
}
