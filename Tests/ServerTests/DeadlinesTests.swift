import NIOCore
import Testing

@testable import Server

@Suite struct DeadlinesTests {
    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private var fresh: Deadlines { Deadlines(limits: Limits(), trusted: false, now: at(0)) }

    @Test func `the first line has ten seconds, however often a part of it comes`() {
        #expect(fresh.verdict(at: at(9), isAnswering: false) == nil)
        #expect(fresh.verdict(at: at(10), isAnswering: false) == .noFirstLine)
    }

    @Test func `idleness counts from the last line or answer`() {
        var deadlines = fresh
        deadlines.active(at: at(7))
        #expect(deadlines.verdict(at: at(66), isAnswering: false) == nil)
        #expect(deadlines.verdict(at: at(67), isAnswering: false) == .idle)
        #expect(deadlines.next(isAnswering: true) == nil)
    }

    @Test func `hooks and operators may be idle for longer`() {
        var deadlines = Deadlines(limits: Limits(), trusted: true, now: at(0))
        deadlines.active(at: at(0))
        #expect(deadlines.next(isAnswering: false) == at(600))
    }

    @Test func `whoever takes something has five more seconds to take more`() {
        var deadlines = fresh
        deadlines.active(at: at(0))
        deadlines.output(taken: 0, waiting: 100, at: at(1))
        deadlines.output(taken: 0, waiting: 200, at: at(5))
        #expect(deadlines.verdict(at: at(6), isAnswering: true) == .notReading)
        deadlines.output(taken: 1, waiting: 199, at: at(6))
        #expect(deadlines.verdict(at: at(10), isAnswering: true) == nil)
        #expect(deadlines.verdict(at: at(11), isAnswering: true) == .notReading)
        deadlines.output(taken: 200, waiting: 0, at: at(11))
        #expect(deadlines.verdict(at: at(12), isAnswering: false) == nil)
    }
}
