/// Tests that open many books one after another: each waits for its turn, so that they don't hold all
/// the threads which tests share while others have a socket to serve.

import Testing

struct TakingTurns: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        await Turns.shared.take()
        do {
            try await body()
        } catch {
            await Turns.shared.giveBack()
            throw error
        }
        await Turns.shared.giveBack()
    }
}

extension Trait where Self == TakingTurns {
    /// One test case at a time of all the suites that say so.
    static var takingTurns: Self { TakingTurns() }
}

private actor Turns {
    static let shared = Turns()
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        guard !waiting.isEmpty else {
            isTaken = false
            return
        }
        waiting.removeFirst().resume()
    }
}
