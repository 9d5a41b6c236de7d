/// Facts in any order, repeated, or cut at any commit end in the same books (money.md 3.6).

import Books
import Simulator
import Testing

@Suite struct DisorderTests {
    /// Admissions first, then `facts` as they are given; what is left of jobs that are gone goes.
    private func tell(
        _ lives: JobLives, _ facts: [JobObservation], seed: UInt64, crashes: Bool
    ) throws -> [String: Int64] {
        let simulation = try Simulation(
            seed: seed, actions: [], crashes: crashes, site: try JobLives.site(seed: seed))
        for admission in lives.admissions { try simulation.ask(.admit(admission)) }
        simulation.advanceClock(to: lives.end)
        for fact in facts { try simulation.ask(.observe(fact), id: false) }
        try simulation.releaseAll()
        try simulation.lookAtEverything()
        return try simulation.ending()
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `facts in any order, repeated and cut, end in the same books`(seed: UInt64) throws {
        let lives = try JobLives(seed: seed, jobs: 8)
        let inOrder = try tell(lives, lives.facts, seed: seed, crashes: false)
        #expect(inOrder.filter { $0.key.hasPrefix("held") }.allSatisfy { $0.value == 0 })
        #expect(inOrder.contains { $0.key.hasPrefix("run") && $0.value > 0 })
        var random = Random(seed: seed)
        for _ in 1...3 {
            let again = lives.facts.filter { _ in random.isHit(oneIn: 2) }
            let shuffled = (lives.facts + again).shuffled(using: &random)
            let ending = try tell(lives, shuffled, seed: seed, crashes: true)
            let differences = Set(ending.keys).union(inOrder.keys).sorted()
                .filter { ending[$0] != inOrder[$0] }
                .map { "\($0): \(ending[$0] ?? -1), in order \(inOrder[$0] ?? -1)" }
            #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
        }
    }
}
