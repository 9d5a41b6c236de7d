import Registry
import Testing

@Suite struct NearNameTests {
    private static let names = ["astro-2026", "astro-gpu", "bio", "bio-2026"]

    @Test(
        arguments: [
            ("astro-gp", "astro-gpu"), ("astro-206", "astro-2026"), ("astor-2026", "astro-2026"),
            ("bio-2025", "bio-2026"), ("boi", nil), ("bi", "bio"), ("astro", "astro-2026"),
            ("x", nil), ("", nil), ("chemistry", nil),
        ] as [(String, String?)])
    func `what was meant is a letter or two away, or begins so`(
        row: (typed: String, meant: String?)
    ) {
        #expect(nearest(to: row.typed, among: Self.names) == row.meant)
    }
}
