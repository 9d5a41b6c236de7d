/// What `atoll doctor` looks at, gathered once: each look may fail, and says why.

import Client
import Rates
import Registry
import SiteFiles
import Units
import Wire

/// Something that was looked at, or why it could not be.
enum Look<Value> {
    case seen(Value)
    case unseen(String)

    var value: Value? {
        guard case .seen(let value) = self else { return nil }
        return value
    }
    var why: String? {
        guard case .unseen(let why) = self else { return nil }
        return why
    }
}

struct Examination {
    let surroundings: Surroundings
    let options: DoctorOptions
    let connection: ConnectionOptions
    /// As the file says; the defaults where it can't be read.
    let settings: Settings
    let settingsCheck: Check
    /// Where clients ask.
    let socket: String
    let status: Result<Reply.Status, ClientError>
    /// What it tells operators alone.
    let daemon: Look<Reply.Doctor>
    let resources: Look<[SiteResource]>
    /// Allocations that hold nothing until a start.
    let heldAtStart: [String]
    let lastPasses: [Reply.Reconcile.Pass]

    var machine: Machine { surroundings.machine }
    var isReached: Bool { if case .success = status { true } else { false } }
    /// systemd's own sign that it runs the machine: sd_booted(3).
    var isBooted: Bool { machine.look("/run/systemd/system") != nil }
    /// The folder of the books.
    var stateFolder: String {
        daemon.value.map { String($0.journal.dropLast("/journal.db".count)) }
            ?? settings.server.state
    }

    init(
        _ options: DoctorOptions, _ connection: ConnectionOptions, in surroundings: Surroundings
    ) {
        (self.surroundings, self.options, self.connection) = (surroundings, options, connection)
        (settings, settingsCheck) = Self.readSettings(options.config, surroundings)
        var asking = connection
        asking.socket =
            connection.socket ?? surroundings.environment["ATOLL_SOCKET"]
            ?? settings.server.socket
        // Whoever asks for a diagnosis has seen enough of waiting.
        asking.timeoutSeconds = min(connection.timeoutSeconds, 10)
        socket = asking.path(in: surroundings)
        func ask<Found>(
            _ operation: Request.Operation, onRow: (Row) -> Void = { _ in },
            _ take: (Reply) -> Found?
        ) -> Result<Found, ClientError> {
            do {
                let reply = try surroundings.ask(operation, asking, onRow: onRow)
                return take(reply).map(Result.success)
                    ?? .failure(.badAnswer("another kind of answer"))
            } catch let error as ClientError {
                return .failure(error)
            } catch {
                return .failure(.badAnswer("\(error)"))
            }
        }
        status = ask(.status) { if case .status(let it) = $0 { it } else { nil } }
        guard case .success = status else {
            let away = "atolld can't be asked"
            (daemon, resources, heldAtStart, lastPasses) = (.unseen(away), .unseen(away), [], [])
            return
        }
        switch ask(.doctor, { if case .doctor(let it) = $0 { it } else { nil } }) {
        case .success(let found): daemon = .seen(found)
        case .failure(.answered(let error)) where error.code == .forbidden:
            daemon = .unseen("only operators are told; run it as root")
        case .failure(let error): daemon = .unseen(error.description)
        }
        var declared: [SiteResource] = []
        let list = ask(
            .list(.init(.resource)),
            onRow: { if case .entity(.resource(let it)) = $0 { declared.append(it) } }, { $0 })
        switch list {
        case .success: resources = .seen(declared)
        case .failure(let error): resources = .unseen(error.description)
        }
        var late: [String] = []
        _ = ask(
            .list(.init(.allocation)),
            onRow: { row in
                if case .entity(.allocation(let it)) = row, it.declared.holdPolicy == .start {
                    late.append(it.declared.name)
                }
            }, { $0 })
        heldAtStart = late
        let last = ask(.reconcile(.init(last: true))) { reply in
            if case .reconcile(let it) = reply { it.passes } else { nil }
        }
        lastPasses = (try? last.get()) ?? []
    }

    private static func readSettings(
        _ path: String, _ surroundings: Surroundings
    ) -> (Settings, Check) {
        let text: String
        do { text = try surroundings.read(path) } catch {
            let why = (error as? Failure)?.message ?? "\(error)"
            guard why.contains("Permission denied") else {
                return (
                    Settings(),
                    .failed(
                        .settings, why,
                        remedy: "install -D -m 644 config/atoll.toml \(path)\n"
                            + "atoll doctor --config PATH     # where it lies elsewhere")
                )
            }
            return (Settings(), .skipped(.settings, "\(why): run it as root"))
        }
        do {
            let settings = try SiteFiles.readSettings(text: text, file: path)
            guard !settings.clusters.isEmpty else {
                return (
                    settings,
                    .failed(
                        .settings, "\(path) has no [[cluster]]: nothing is charged",
                        remedy: "[[cluster]]\nname = \"…\"     # slurm.conf's ClusterName")
                )
            }
            let names = settings.clusters.map(\.name).joined(separator: ", ")
            return (settings, .ok(.settings, "\(path): cluster \(names)"))
        } catch {
            let lines = "\(error)".split(separator: "\n")
            return (
                Settings(),
                .failed(
                    .settings, "\(lines.first ?? "")",
                    remedy: lines.joined(separator: "\n") + "\natolld --config \(path) --check")
            )
        }
    }

    /// Everything, in the order of the steps.
    func checks() -> [Check] {
        var checks = [
            settingsCheck, daemonCheck, socketCheck, accessCheck, journalCheck, admissionsCheck,
            precedenceCheck, membersCheck,
            diskSpaceCheck, diskSyncCheck, backupCheck,
        ]
        var clusters = settings.clusters
        if let name = options.cluster { clusters = clusters.filter { $0.name == name } }
        if settings.clusters.isEmpty, settingsCheck.state != .ok {
            // Whatever this host's Slurm is.
            clusters = [Settings.Cluster(name: options.cluster ?? "")]
        }
        for cluster in clusters { checks += ClusterExamination(self, cluster).checks() }
        return isBooted
            ? checks
            : checks.map {
                $0.withoutSystemd(
                    processID: daemon.value?.processID,
                    settings: daemon.value?.settings ?? options.config)
            }
    }
}
