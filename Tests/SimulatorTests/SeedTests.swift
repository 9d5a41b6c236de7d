/// Stories that are always played, and a fresh one each time.

import Foundation
import Simulator
import Testing

@Suite struct SeedTests {
    struct Story: CustomTestStringConvertible {
        let seed: UInt64
        let steps: Int
        var testDescription: String { "seed \(seed), \(steps) steps" }
    }

    /// From `seeds.txt`.
    static let stories: [Story] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("seeds.txt")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 2, let seed = UInt64(words[0]), let steps = Int(words[1]) else {
                return nil
            }
            return Story(seed: seed, steps: steps)
        }
    }()

    @Test func `there are stories to play`() { #expect(Self.stories.count >= 4) }

    @Test(arguments: stories) func `the auditor finds nothing in a story`(story: Story) throws {
        try play(story)
    }

    @Test func `nor in a fresh one`() throws {
        let story = Story(seed: .random(in: 1...9_999_999), steps: 500)
        print("a fresh story: scripts/simulate --seed \(story.seed) --steps \(story.steps)")
        // It tells and gates nothing: what it finds goes into seeds.txt, and gates from then on.
        withKnownIssue("seed \(story.seed) found something", isIntermittent: true) {
            try play(story)
        }
    }

    /// An action that never acts would find nothing either.
    @Test func `everything there is to do is done`() throws {
        let answers = [
            "held", "short", "released", "refused: cap", "refused: credit", "refused: window",
            "refused: status", "refused: coverage", "refused: rate", "refused: member",
            "imported: charged", "imported: free", "imported: unplaced",
            "imported: placed", "imported: known", "imported: live", "imported: differs",
        ]
        var missing = Set(Action.all.filter { !$0.isSilent }.map(\.name))
        missing.formUnion(answers.map { "→ \($0)" })
        var crashes = 0
        // One story is nearly always enough.
        for seed in UInt64(12)...17 where !missing.isEmpty || crashes == 0 {
            let played = try play(Story(seed: seed, steps: 1_200))
            missing.subtract(played.tally.keys)
            crashes += played.crashes
        }
        #expect(missing.isEmpty)
        #expect(crashes > 0)
    }

    @discardableResult
    private func play(_ story: Story) throws -> Simulation {
        let simulation = try Simulation(seed: story.seed)
        try simulation.run(steps: story.steps)
        try simulation.settle()
        return simulation
    }
}
