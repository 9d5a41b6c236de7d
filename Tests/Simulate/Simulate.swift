/// `scripts/simulate`: plays seeds until one finds something, or time or seeds are over.

import ArgumentParser
import Dispatch
import Foundation
import Simulator

@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scripts/simulate",
        abstract: "Plays random commands, facts and crashes against an independent auditor.",
        discussion: """
            A seed always gives the same story. What is found is printed with the steps that led \
            to it, and the exit code is 1.

              scripts/simulate --seed 7 --steps 2000      one story again
              scripts/simulate --minutes 10               fresh seeds for ten minutes
              scripts/simulate --faults                   writes of every kind fail, one a story
              scripts/simulate --faults --every 1         each single write does
              scripts/simulate --planted                  every planted bug must be found
            """)

    @Option(help: "The story to play; a fresh one where none is given.")
    var seed: UInt64?

    @Option(help: "Steps a story.")
    var steps = 2_000

    @Option(help: "How many stories, each with a seed of its own.")
    var stories = 1

    @Option(help: "Play fresh seeds for so long.")
    var minutes: Double?

    @Flag(help: "Without failing disks and loss of power.")
    var calm = false

    @Flag(help: "Say how often what was done and answered.")
    var tally = false

    @Option(help: "Plant this bug first; needs a build with planted bugs.")
    var bug: String?

    @Flag(help: "Plant each bug in turn and look for it; needs a build with planted bugs.")
    var planted = false

    @Flag(help: "Strike a short story once at the first and last write of each kind.")
    var faults = false

    @Option(help: "With --faults: and each so-manieth of the others; 1: every single write.")
    var every = 3

    func validate() throws {
        guard steps > 0 else { throw ValidationError("--steps is at least 1") }
        guard every > 0 else { throw ValidationError("--every is at least 1") }
        guard seed == nil || minutes == nil && stories == 1 else {
            throw ValidationError("--minutes and --stories play fresh seeds; leave --seed away")
        }
    }

    func run() throws {
        if planted { return try findPlantedBugs() }
        if faults { return try strikeWrites(each: every) }
        if let bug { try plant(bug) }
        let end = DispatchTime.now() + (minutes ?? 0) * 60
        var next = seed ?? UInt64.random(in: 1...9_999_999)
        var played = 0
        repeat {
            try play(next)
            next = .random(in: 1...9_999_999)
            played += 1
        } while DispatchTime.now() < end || played < stories
    }

    private func play(_ seed: UInt64) throws {
        let began = DispatchTime.now()
        do {
            let simulation = try Simulation(seed: seed, crashes: !calm)
            try simulation.run(steps: steps)
            try simulation.settle()
            let spent = Double(DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds) / 1e9
            print(
                "seed \(seed): \(simulation.steps) steps, \(simulation.orders) orders,",
                "\(simulation.crashes) crashes, \(Int(Double(steps) / spent)) steps a second")
            fflush(nil)
            guard tally else { return }
            for (what, count) in simulation.tally.sorted(by: { $0.key < $1.key }) {
                print("  \(count)\t\(what)")
            }
        } catch let finding as Finding {
            print("found: \(finding)")
            let options = (calm ? " --calm" : "") + (bug.map { " --bug \($0)" } ?? "")
            print("again: scripts/simulate --seed \(seed) --steps \(steps)\(options)")
            throw ExitCode(1)
        }
    }
}
