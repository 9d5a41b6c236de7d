/// The daemon's parts as services: the group starts them in order and stops them in reverse.

import Bank
import Collector
import Foundation
import Logging
import Server
import ServiceLifecycle
import SiteFiles
import Store
import Synchronization
import Units
import UnixSignals

struct BankService: Service {
    let bank: Bank
    func run() async throws {
        try? await gracefulShutdown()
        bank.stop()
    }
}

struct CollectorService: Service {
    let collector: Collector
    func run() async throws {
        collector.start()
        try? await gracefulShutdown()
        collector.stop()
    }
}

struct ServerService: Service {
    let server: SocketServer
    let logger: Logger
    func run() async throws {
        try await server.start()
        notifySystemd("READY=1")
        try? await gracefulShutdown()
        notifySystemd("STOPPING=1")
        await server.stop(within: .seconds(5))
    }
}

/// SIGHUP reads the settings again; bad ones are logged and change nothing.
struct ReloadService: Service {
    let path: String
    /// What the daemon was started with.
    let started: Settings
    let policy: LivePolicy
    let collector: Collector
    let bornAt: Instant
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            notifySystemd("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())")
            do {
                let settings = try readSettings(path: path)
                policy.replace(try Policy(settings))
                for warning in policy.now.warnings { logger.warning("\(warning)") }
                collector.follow(settings.watchRules(bornAt: bornAt))
                LogLevels.now = settings.log
                logger.notice("settings read again", metadata: ["path": "\(path)"])
                for change in settings.countingAfterRestart(of: started) {
                    logger.warning(
                        "\(change.key) needs a restart",
                        metadata: ["now": "\(change.running)", "then": "\(change.file)"])
                }
            } catch {
                logger.error("settings not changed", metadata: ["error": "\(error)"])
            }
            notifySystemd("READY=1")
        }
    }

    private func monotonicMicroseconds() -> UInt64 {
        nanoseconds(of: CLOCK_MONOTONIC) / 1_000
    }
}

/// Ends the daemon when the journal can't be trusted any more.
struct FailureService: Service {
    let signal: FailureSignal
    func run() async throws {
        for await reason in signal.reasons.cancelOnGracefulShutdown() {
            throw DaemonError(reason)
        }
    }
}

final class FailureSignal: Sendable {
    let reasons: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    init() { (reasons, continuation) = AsyncStream.makeStream() }
    func raise(_ reason: String) { continuation.yield(reason) }
}

/// Writes the journal's head to the log every hour: an older copy put in its place shows.
struct HeadService: Service {
    let store: JournalStore
    let logger: Logger
    func run() async throws {
        // When another service fails, the group cancels this one instead of asking it to stop.
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(3_600)) }
            let tip = store.tip
            logger.notice("journal head", metadata: ["head": "\(tip.seq):\(tip.hash)"])
        }
    }
}

private func nanoseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
