/// Planted bugs: each has to be found by the auditor, or the auditor is no auditor.

import ArgumentParser
import Simulator
import Units

extension Simulate {
    #if ATOLL_PLANTED_BUGS
        func plant(_ name: String) throws {
            guard let bug = PlantedBug(rawValue: name) else {
                let names = PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("there is no bug \(name); there are: \(names)")
            }
            PlantedBug.active = bug
        }

        /// Plays seeds 1, 2, 3 … with each bug until it is found; fails where one is not.
        func findPlantedBugs() throws {
            try expectNothing()
            var missed: [String] = []
            for bug in PlantedBug.allCases {
                PlantedBug.active = bug
                if let (seed, step, text) = try firstFinding() {
                    print("caught  \(bug) (seed \(seed), step \(step)): \(text)")
                } else {
                    print("MISSED  \(bug)")
                    missed.append(bug.rawValue)
                }
            }
            print("\(PlantedBug.allCases.count - missed.count) passed, \(missed.count) failed")
            guard missed.isEmpty else { throw ExitCode(1) }
        }

        /// The same build with nothing planted finds nothing.
        private func expectNothing() throws {
            PlantedBug.active = nil
            guard let (seed, step, text) = try firstFinding(seeds: 2) else { return }
            print("with no bug planted something was found (seed \(seed), step \(step)): \(text)")
            throw ExitCode(1)
        }

        private func firstFinding(
            seeds: UInt64 = 25
        ) throws -> (seed: UInt64, step: Int, text: String)? {
            for seed in 1...seeds {
                let simulation = try Simulation(seed: seed)
                do {
                    try simulation.run(steps: min(steps, 600))
                    try simulation.settle()
                } catch let finding as Finding {
                    let first = finding.description.split(separator: "\n").first ?? ""
                    return (seed, simulation.steps, String(first.prefix(160)))
                }
            }
            return nil
        }
    #else
        private var remedy: ValidationError {
            ValidationError(
                "this build has no planted bugs; use: scripts/simulate --planted, or --bug NAME")
        }
        func plant(_ name: String) throws { throw remedy }
        func findPlantedBugs() throws { throw remedy }
    #endif
}
