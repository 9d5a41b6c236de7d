/// Puts the rooms together and keeps them running until it is told to stop.

import Bank
import Collector
import Foundation
import Logging
import Server
import ServiceLifecycle
import SiteFiles
import Store
import Threads
import Units
import UnixSignals

struct Daemon {
    let settings: Settings
    let path: String

    func run() async throws {
        // Who started this may have had it ignored; then nobody could tell how a gauge ended.
        signal(SIGCHLD, SIG_DFL)
        let logger = makeLogger(settings.log)
        logger.notice("starting", metadata: ["version": "\(Atolld.version)"])
        try look(logger)
        try makeStateFolder()
        let lock = try StateLock(folder: settings.server.state)
        defer { withExtendedLifetime(lock) {} }
        let store = try openStore(logger)
        let failure = FailureSignal()
        let precedence = settings.server.precedence == .realTime ? Precedence() : nil
        let bank = try Bank(
            store: store, logger: logger.labelled("bank"), precedence: precedence, clock: { .now },
            onFailure: { failure.raise($0) })
        bank.start()
        let bornAt = try store.firstRecordedAt() ?? .now
        let collector = Collector(
            settings.clusters.map { watchSettings($0, bornAt: bornAt) }, bank: bank, books: store,
            logger: logger.labelled("collector"), clock: { .now })
        let policy = LivePolicy(try Policy(settings))
        for warning in policy.now.warnings { logger.warning("\(warning)") }
        let handler = Handler(
            bank: bank, store: store, collector: collector, policy: policy,
            precedence: precedence, logger: logger.labelled("server"),
            settingsPath: path == "-" ? nil : absolute(path))
        let server = SocketServer(
            path: settings.server.socket, limits: limits, precedence: precedence,
            handler: handler,
            logger: logger.labelled("server"))
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: BankService(bank: bank)),
                    .init(service: CollectorService(collector: collector)),
                    .init(service: ServerService(server: server, logger: logger)),
                    .init(
                        service: ReloadService(
                            path: path, started: settings, policy: policy, collector: collector,
                            bornAt: bornAt, logger: logger)),
                    .init(service: FailureService(signal: failure)),
                    .init(service: HeadService(store: store, logger: logger)),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
        if !store.gather() {
            logger.warning("journal.db-wal is part of the journal until the next start")
        }
        try store.close()
        logger.notice("stopped", metadata: ["head": "\(store.tip.seq):\(store.tip.hash)"])
    }

    /// Says what mends it, before something fails halfway.
    private func look(_ logger: Logger) throws {
        let findings = startFindings(settings)
        for finding in findings where finding.kind == .gauge { logger.warning("\(finding.text)") }
        let closed = findings.filter(\.keepsFromStarting)
        guard closed.isEmpty else {
            throw DaemonError(closed.map(\.text).joined(separator: "\n"))
        }
    }

    private func makeStateFolder() throws {
        let folder = settings.server.state
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o750])
        } catch {
            let why = (error as? CocoaError)?.localizedDescription ?? "\(error)"
            throw DaemonError("the state folder \(folder) can't be made: \(why)")
        }
    }

    private func openStore(_ logger: Logger) throws -> JournalStore {
        let store: JournalStore
        do {
            store = try JournalStore(path: settings.server.state + "/journal.db")
        } catch {
            let owner = foreignOwner(ofJournalIn: settings.server.state, uid: geteuid())
            throw DaemonError("\(error)" + (owner.map { "\n\($0)" } ?? ""))
        }
        logger.notice(
            "journal open",
            metadata: [
                "path": "\(store.path)", "epoch": "\(store.epoch)",
                "head": "\(store.tip.seq):\(store.tip.hash)",
            ])
        return store
    }

    private func watchSettings(_ cluster: Settings.Cluster, bornAt: Instant) -> WatchSettings {
        var watch = WatchSettings(
            cluster: cluster.name,
            gauge: GaugeCommand(
                program: cluster.gauge, arguments: cluster.gaugeArguments,
                environment: cluster.gaugeEnvironment, deadlineSeconds: cluster.deadlineSeconds))
        watch.scontrol = GaugeCommand(
            program: cluster.scontrol, arguments: cluster.scontrolArguments,
            environment: cluster.gaugeEnvironment, deadlineSeconds: cluster.deadlineSeconds)
        watch.sacctmgr = GaugeCommand(
            program: cluster.sacctmgr, arguments: cluster.sacctmgrArguments,
            environment: cluster.gaugeEnvironment, deadlineSeconds: cluster.deadlineSeconds)
        watch.backstopLookSeconds = settings.backstop.lookSeconds
        watch.pollSeconds = cluster.pollSeconds
        watch.share = Double(cluster.share.numerator) / Double(cluster.share.denominator)
        watch.hasAccounting =
            switch cluster.dbd {
            case .auto: nil
            case .on: true
            case .off: false
            }
        watch.rules = settings.watchRules(bornAt: bornAt)
        return watch
    }

    private var limits: Limits {
        var limits = Limits()
        let server = settings.server
        limits.connections = server.connections
        limits.connectionsPerUID = server.connectionsPerUser
        limits.requestsUnderWay = server.requestsPerConnection
        limits.firstLine = .seconds(Int64(server.firstLineSeconds))
        limits.idle = .seconds(Int64(server.idleSeconds))
        limits.trustedIdle = .seconds(Int64(server.idleHookSeconds))
        limits.unread = .seconds(Int64(server.stalledReaderSeconds))
        limits.unreadBytes = server.waitingKiB * 1_024
        return limits
    }
}

private func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}

extension Settings {
    /// What the collector does with what it sees; SIGHUP changes it.
    func watchRules(bornAt: Instant) -> WatchRules {
        var rules = WatchRules()
        rules.unclaimedAfterSeconds = admission.unclaimedAfterSeconds
        rules.settleSeconds = Int64(reconcile.settleSeconds)
        rules.observing.freeStates = Set(charging.freeStates.map(\.rawValue))
        if charging.preempted == .free { rules.observing.freeStates.insert("PREEMPTED") }
        rules.observing.shortRunSeconds = Int64(charging.shortRunsSeconds)
        rules.observing.exemptUsers = Set(exempt.users)
        rules.observing.exemptAccounts = Set(exempt.accounts)
        rules.observing.exemptPartitions = Set(exempt.partitions)
        rules.observing.bornAt = bornAt
        rules.observing.admitsUnknownAccount = admission.unknownAccount == .admit
        rules.start.holdsLate = start.late == .hold
        rules.start.kills = start.kill
        rules.start.admitsShort = admission.whenInsufficient == .warn
        rules.backstop = backstopRules
        rules.backstops = backstopKinds
        rules.reservationCharge = reservations.charge.ledger
        for cluster in clusters {
            rules.observing.cutovers[cluster.name] = cluster.cutover
            rules.reservationCharges[cluster.name] = cluster.reservations.ledger
        }
        return rules
    }
}

/// An error to end on: what is wrong and where.
struct DaemonError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Instant {
    /// The one place where the daemon reads the wall clock.
    static var now: Instant { Instant(epochSeconds: Int64(Date().timeIntervalSince1970)) }
}
