/// The real atolld as the user `atoll`: started, stopped, killed, frozen, and read again.

import Foundation
import Units
import Wire

/// What of atoll.toml a test may want otherwise.
struct AtolldSettings: Sendable {
    var pollSeconds = 1
    /// Of all time, what slurmctld may be read.
    var share = "50%"
    var messageOnAdmit = true
    /// After so long a gauge that says nothing is given up.
    var gaugeDeadlineSeconds = 10
    /// What `[start]` says beside the defaults, a line each.
    var start: [String] = []
    /// The same of `[charging]`, of `[admission]` and of `[estimate]`.
    var charging: [String] = []
    var admission: [String] = []
    var estimate: [String] = []
    /// Testbeds that it watches beside its own.
    var others: [Testbed] = []
    /// What `[backstop]` says, a line each.
    var backstop: [String] = []
    /// What of reservations is charged.
    var reservations = "idle"
    /// What ended so long ago is settled in slurmdbd.
    var settleSeconds = 21_600
    /// From when on usage is charged.
    var cutover: Instant?

    func text(
        socket: String, folder: String, slurmConf: String, scontrol: String
    ) -> String {
        """
        [server]
        socket = "\(socket)"
        state = "\(folder)/state"
        [log]
        level = "debug"
        [[cluster]]
        name = "reef"
        gauge = "\(folder)/gauge"
        gauge_environment = { SLURM_CONF = "\(slurmConf)" }
        poll_seconds = \(pollSeconds)
        share = "\(share)"
        deadline_seconds = \(gaugeDeadlineSeconds)
        scontrol = "\(scontrol)"
        \(cutover.map { "cutover = \($0)" } ?? "")
        \(others.map { table(of: $0, gauge: "\(folder)/gauge") }.joined(separator: "\n"))
        [start]
        \(start.joined(separator: "\n"))
        [admission]
        unclaimed_after_seconds = 10
        message_on_admit = \(messageOnAdmit)
        \(admission.joined(separator: "\n"))
        [estimate]
        \(estimate.joined(separator: "\n"))
        [charging]
        \(charging.joined(separator: "\n"))
        [reservations]
        charge = "\(reservations)"
        [backstop]
        look_seconds = 1
        \(backstop.joined(separator: "\n"))
        [reconcile]
        settle_seconds = \(settleSeconds)

        """
    }

    private func table(of bed: Testbed, gauge: String) -> String {
        """
        [[cluster]]
        name = "\(bed.cluster)"
        gauge = "\(gauge)"
        gauge_environment = { SLURM_CONF = "\(bed.environment["SLURM_CONF"] ?? "")" }
        poll_seconds = \(pollSeconds)
        share = "\(share)"
        scontrol = "\(bed.scontrol)"
        """
    }
}

/// One thread at a time: a test hands it from step to step.
final class AtolldProcess: @unchecked Sendable {
    let bed: Testbed
    /// The journal, the settings, the gauge that is used, and the log.
    let folder: String
    private var process: ChildProcess?

    private var settingsFile: String { folder + "/atoll.toml" }
    private var gaugeFile: String { folder + "/gauge" }
    private var logFile: String { folder + "/atolld.log" }

    init(on bed: Testbed, in folder: String) throws {
        (self.bed, self.folder) = (bed, folder)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        try must(["chown", "atoll:", folder])
        _ = FileManager.default.createFile(atPath: logFile, contents: nil)
        try useTheGauge()
    }

    /// What it logged so far.
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    func write(_ settings: AtolldSettings) throws {
        let text = settings.text(
            socket: bed.socket, folder: folder,
            slurmConf: bed.environment["SLURM_CONF"] ?? "", scontrol: bed.scontrol)
        try text.write(toFile: settingsFile, atomically: true, encoding: .utf8)
    }

    /// Starts it and waits until it answers and has read the cluster.
    func start(_ settings: AtolldSettings = AtolldSettings()) async throws {
        precondition(process == nil, "it runs already")
        try write(settings)
        process = try ChildProcess(
            [bed.folder + "/bin/atolld", "--config", settingsFile], as: "atoll",
            files: .init(output: logFile, errors: logFile))
        let books = Books(socket: bed.socket)
        try await awaited("atolld answers", seen: self.log) { (try? books.status()) != nil }
        try await awaited("atolld has read the cluster", seen: self.log) {
            (try? books.status())?.clusters.first?.polledAt != nil
        }
    }

    // MARK: Ends

    /// SIGTERM; its exit code and how long it took to end.
    func stop() async throws -> (code: Int32, seconds: Double) {
        signal(SIGTERM)
        let begun = ContinuousClock.now
        let code = try await gone()
        return (code, (ContinuousClock.now - begun) / .seconds(1))
    }

    /// SIGKILL: whatever it was about to do it never does.
    func kill() async throws {
        signal(SIGKILL)
        _ = try await gone()
    }

    /// Ends what a failed test left running.
    func endAnyhow() async {
        signal(SIGCONT)
        signal(SIGKILL)
        _ = try? await gone()
    }

    private func gone() async throws -> Int32 {
        guard let process else { return 0 }
        let code = try await awaited("atolld ends", within: 30, seen: self.log) { process.exit }
        self.process = nil
        return code
    }

    func signal(_ number: Int32) { process?.signal(number) }

    // MARK: The gauge

    func useTheGauge() throws { try link(gaugeTo: bed.folder + "/bin/atoll-gauge") }

    /// A script takes the gauge's place; `$GAUGE` in it is the real one.
    func useGauge(script: String) throws {
        let file = folder + "/gauge-\(UUID().uuidString).sh"
        let text = "#!/bin/sh\nGAUGE=\(bed.folder)/bin/atoll-gauge\n\(script)\n"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        try link(gaugeTo: file)
    }

    private func link(gaugeTo target: String) throws {
        // By rename, so that there is never no gauge.
        let draft = gaugeFile + ".new"
        try FileManager.default.createSymbolicLink(
            atPath: draft, withDestinationPath: target)
        guard rename(draft, gaugeFile) == 0 else {
            throw CommandFailed(description: "rename \(draft): errno \(errno)")
        }
    }
}
