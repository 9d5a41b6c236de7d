/// `scripts/simulate --faults`: a short story again and again, each time with another write struck.
///
/// A kind of write is a file, write or sync, and the command that it is made in.

import ArgumentParser
import Dispatch
import Simulator
import Synchronization

extension Simulate {
    /// Plays as many stories at once as there are cores: each has a disk and a Bank of its own.
    func strikeWrites(each step: Int) throws {
        let writes = try FaultLoop.writes()
        let first = Int.random(in: 1...min(step, writes.count))
        let sample = FaultLoop.sample(of: writes, each: step, from: first)
        print(
            "\(writes.count) writes of \(Set(writes).count) kinds; \(sample.count) are struck:",
            step == 1
                ? "all of them"
                : "the first and last of each kind, and each \(step). from the \(first). on")
        for fault in FaultLoop.Fault.allCases {
            let tally = Mutex(Tally())
            DispatchQueue.concurrentPerform(iterations: sample.count) { place in
                guard tally.withLock({ $0.failure == nil }) else { return }
                let write = sample[place]
                do {
                    let wasStruck = try FaultLoop(fault).play(striking: write)
                    if wasStruck { tally.withLock { $0.noticed += 1 } }
                } catch {
                    let what = writes[Int(write) - 1]
                    tally.withLock {
                        $0.failure = "write \(write) (\(what)) \(fault.rawValue): \(error)"
                    }
                }
            }
            let result = tally.withLock { $0 }
            if let failure = result.failure {
                print("found, where \(failure)")
                throw ExitCode(1)
            }
            print(
                "\(sample.count) writes, each of which \(fault.rawValue) once:",
                "\(result.noticed) were noticed")
        }
    }

    private struct Tally: Sendable {
        var noticed = 0
        var failure: String?
    }
}
