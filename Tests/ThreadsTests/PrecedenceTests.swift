import Glibc
import Testing
import Threads

/// Each on a thread of its own, which ends with the test.
@Suite struct PrecedenceTests {
    /// The calling thread's policy, without the flag that what it starts begins anew.
    private static var policy: Int32 { sched_getscheduler(0) & 0xFF }

    /// May this process have real-time threads? As root, or by its limit.
    private static var isPermitted: Bool {
        onItsOwnThread {
            var priority = sched_param(sched_priority: 1)
            return sched_setscheduler(0, SCHED_RR, &priority) == 0
        }
    }

    @Test func `it is taken where the system permits it, laid down meanwhile, and taken again`() {
        let isPermitted = Self.isPermitted
        let seen = onItsOwnThread { () -> [Int32] in
            let precedence = Precedence()
            let before = Self.policy
            let refusal = precedence.take()
            #expect((refusal == nil) == isPermitted)
            #expect(precedence.refusal == refusal)
            let taken = Self.policy
            let meanwhile = precedence.sharing { Self.policy }
            return [before, taken, meanwhile, Self.policy]
        }
        let held = isPermitted ? SCHED_RR : SCHED_OTHER
        #expect(seen == [SCHED_OTHER, held, SCHED_OTHER, held])
    }

    @Test(.enabled(if: isPermitted)) func `it comes back when the other work fails`() {
        struct Failed: Error {}
        let policy = onItsOwnThread { () -> Int32 in
            let precedence = Precedence()
            #expect(precedence.take() == nil)
            #expect(throws: Failed.self) { try precedence.sharing { throw Failed() } }
            return Self.policy
        }
        #expect(policy == SCHED_RR)
    }

    @Test(.enabled(if: isPermitted)) func `what the thread starts does not inherit it`() {
        let policy = onItsOwnThread { () -> Int32 in
            _ = Precedence().take()
            return onItsOwnThread { Self.policy }
        }
        #expect(policy == SCHED_OTHER)
    }
}

/// Runs `body` on a new thread and waits for what it comes to.
private func onItsOwnThread<Value>(_ body: () -> Value) -> Value {
    var value: Value?
    func keep() { value = body() }
    withoutActuallyEscaping(keep) { run in
        // The thread is over before this returns.
        var run: () -> Void = run
        withUnsafeMutablePointer(to: &run) { run in
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { run in
                    run?.assumingMemoryBound(to: (() -> Void).self).pointee()
                    return nil
                }, run)
            pthread_join(thread, nil)
        }
    }
    return value!
}
