import Logging
import ServiceLifecycle
import TestKit
import Testing

@testable import atolld

/// How the daemon's services end when one of them fails.
@Suite struct EndingTests {
    struct Failing: Service {
        struct Broken: Error {}
        func run() async throws { throw Broken() }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a service that fails ends the daemon, the hourly one included`() async throws {
        let test = try TestBank()
        defer { test.stopAndRemove() }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(
            services: [Failing(), HeadService(store: test.store, logger: logger)], logger: logger)
        await #expect(throws: (any Error).self) { try await group.run() }
    }
}
