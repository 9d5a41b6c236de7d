import Foundation
import Records
import Testing
import Units

@testable import Collector

/// A shell script in the gauge's place: what a broken gauge does, on purpose.
private func gauge(_ script: String, deadlineSeconds: Int = 5) -> GaugeCommand {
    GaugeCommand(
        program: "/bin/sh", arguments: ["-c", script, "gauge"], environment: ["MARK": "set"],
        deadlineSeconds: deadlineSeconds)
}

@Suite struct GaugeTests {
    struct Broken: CustomTestStringConvertible {
        let script: String
        let kind: GaugeFailure.Kind
        let says: String
        var testDescription: String { script }
    }

    @Test(arguments: [
        Broken(script: "exit 1", kind: .failed, says: "ended with code 1"),
        Broken(
            script: "echo \"Error: Unknown option '--with-deleted'\" >&2; exit 2", kind: .failed,
            says: "is of another version than atolld. Install both of one build"),
        Broken(
            script: "echo no controller >&2; exit 3", kind: .controllerUnreachable,
            says: "slurmctld can't be reached: no controller"),
        Broken(script: "exit 4", kind: .accountingUnreachable, says: "slurmdbd can't be reached"),
        Broken(script: "kill -9 $$", kind: .failed, says: "was ended by signal 9"),
        Broken(script: "echo hello", kind: .nonsense, says: "the header lacks"),
        Broken(script: "true", kind: .nonsense, says: "not even a header"),
        Broken(
            script: "echo '#atoll-records 1 kind=config cluster=reef at=1'; echo 'Key|Value'",
            kind: .nonsense, says: "the stream was cut"),
        Broken(
            script: "echo '#atoll-records 1 kind=nodes cluster=reef at=1'", kind: .nonsense,
            says: "these are nodes records, config or diag are needed"),
    ])
    func `a broken gauge is one failed run with its reason`(broken: Broken) {
        let failure = #expect(throws: GaugeFailure.self) {
            try gauge(broken.script).read(PlainDecoder<ConfigRecord>.self, ["config"])
        }
        #expect(failure?.kind == broken.kind)
        #expect(failure?.description.contains(broken.says) == true, "\(failure as Any)")
    }

    @Test(.timeLimit(.minutes(5)))
    func `a gauge that hangs is stopped at its deadline, with all it started`() throws {
        let started = ContinuousClock.now
        let failure = #expect(throws: GaugeFailure.self) {
            try gauge("sleep 600 & sleep 600", deadlineSeconds: 1).read(
                PlainDecoder<ConfigRecord>.self, ["config"])
        }
        #expect(failure?.kind == .tooSlow)
        #expect(ContinuousClock.now - started < .seconds(10))
    }

    /// As where a pass rests while hooks ask.
    @Test(.timeLimit(.minutes(5)))
    func `what is done with its output does not count against its deadline`() throws {
        let slow = gauge("head -c 1000000 /dev/zero", deadlineSeconds: 1)
        var total = 0
        try slow.run([]) { bytes in
            total += bytes.count
            usleep(150_000)
        }
        #expect(total == 1_000_000)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a gauge that hangs does not keep the daemon from ending`() {
        var hanging = gauge("sleep 600", deadlineSeconds: 600)
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(300))
        hanging.hasStopped = { ContinuousClock.now > deadline }
        let failure = #expect(throws: GaugeFailure.self) { try hanging.run(["jobs"]) { _ in } }
        #expect(failure?.kind == .stopped)
    }

    @Test func `a gauge ends by the signals that the daemon takes otherwise`() {
        signal(SIGUSR2, SIG_IGN)
        defer { signal(SIGUSR2, SIG_DFL) }
        let failure = #expect(throws: GaugeFailure.self) {
            try gauge("kill -USR2 $$; exit 0").run(["jobs"]) { _ in }
        }
        #expect(failure?.description.contains("ended by signal") == true)
    }

    @Test func `records are read, and the gauge's environment is the settings'`() throws {
        let script = """
            echo "#atoll-records 1 kind=config cluster=reef at=1"
            echo "Key|Value"; echo "$1|$MARK"; echo "#end rows=1"
            """
        let reading = try gauge(script).read(PlainDecoder<ConfigRecord>.self, ["config"])
        #expect(reading.records.map(\.key) == ["config"])
        #expect(reading.records.map(\.value) == ["set"])
    }

    @Test func `a program that is not there can't be started`() {
        let failure = #expect(throws: GaugeFailure.self) {
            try GaugeCommand(program: "/nonexistent/gauge").run(["jobs"]) { _ in }
        }
        #expect(failure?.kind == .cannotStart)
    }
}
