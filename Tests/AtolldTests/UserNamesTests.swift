import Dispatch
import Synchronization
import Testing

@testable import atolld

@Suite struct UserNamesTests {
    /// A name service whose answers the test gives.
    final class Service: Sendable {
        let asked = Atomic<Int>(0)
        let gate = DispatchSemaphore(value: 0)
    }

    private func names(_ count: Int, of names: UserNames, uid: UInt32) async -> [String?] {
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<count {
                group.addTask {
                    await withCheckedContinuation { go in
                        names.resolve(uid) { go.resume(returning: $0) }
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a uid is asked for once, however many wait for it`() async {
        let service = Service()
        let names = UserNames { _ in
            service.asked.add(1, ordering: .relaxed)
            service.gate.wait()
            return "ada"
        }
        let first = Mutex<[String?]>([])
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<500 {
            names.resolve(1_001) { name in
                let count = first.withLock {
                    $0.append(name)
                    return $0.count
                }
                if count == 500 { done.signal() }
            }
        }
        service.gate.signal()
        await withCheckedContinuation { go in
            DispatchQueue.global().async {
                done.wait()
                go.resume()
            }
        }
        #expect(service.asked.load(ordering: .relaxed) == 1)
        #expect(first.withLock { $0.allSatisfy { $0 == "ada" } })
        #expect(await self.names(3, of: names, uid: 1_001) == ["ada", "ada", "ada"])
    }

    @Test func `who had no name is asked about again before the next answer`() async {
        let service = Service()
        let names = UserNames(keepingUnknown: .zero) { _ in
            service.asked.add(1, ordering: .relaxed).oldValue == 0 ? nil : "ada"
        }
        #expect(await self.names(1, of: names, uid: 1_001) == [nil])
        #expect(await self.names(1, of: names, uid: 1_001) == ["ada"])
    }

    @Test(.timeLimit(.minutes(5)))
    func `many uids that hang hold up neither others nor any task`() async {
        let service = Service()
        let names = UserNames { uid in
            if uid >= 1_000 { service.gate.wait() }
            return "user \(uid)"
        }
        for uid in UInt32(1_000)..<1_128 { names.resolve(uid) { _ in } }
        await Task.detached {}.value
        #expect(await self.names(1, of: names, uid: 7) == ["user 7"])
        for _ in 0..<128 { service.gate.signal() }
    }
}
