import Estimate
import SiteFiles
import Testing
import Wire

@testable import atolld

@Suite struct UnknownHookTests {
    @Test(arguments: [(["root"], ErrorCode.forbidden), (["no-such-user-here"], .unavailable)])
    func `while a hook's name is not known, nobody's job is refused for it`(
        hooks: [String], code: ErrorCode
    ) async throws {
        var settings = Settings()
        settings.access.hooks = hooks
        let daemon = try await OddQuoteTests.Daemon(settings)
        defer { daemon.stop() }
        let admit = Request.Admit(cluster: "reef", job: .init(userID: 1_001))
        let answer = await daemon.ask(.admit(admit), uid: 1_002)
        guard case .failed(let error) = answer.outcome else { return #expect(Bool(false)) }
        #expect(error.code == code)
    }
}
