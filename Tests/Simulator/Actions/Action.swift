/// What the simulator may do in a step. A new kind of command needs a file with an `Action`, a line
/// in `Action.all`, and a case in `Auditor.take`.

import Bank
import Books
import Registry
import Units

package struct Action: Sendable {
    package let name: String
    /// How often it is chosen, against the others'.
    package let weight: Int64
    /// Changes the world and says what is asked of the Bank; nothing: it was not possible.
    let propose: @Sendable (inout Scene) throws -> [Ask]

    /// It asks nothing itself: what it changes is seen later.
    package var isSilent: Bool { name == Action.submitUnseen.name }

    package static let all: [Action] = [
        .grant, .withdraw, .transfer, .refund, .feed, .changeRates, .changeAllocation,
        .changeMember, .changeStatus, .applyWrong, .edit,
        .openRequest, .stepRequest,
        .submit, .submitBurst, .submitUnseen, .appear, .void, .lapse,
        .start, .askStart, .reviewStart, .settleStart, .finish, .requeue, .resize, .cancel, .modify,
        .askToModify, .lapseRaise,
        .poll, .pollOne, .priceAnew, .askHistory, .showAgain, .release, .repeatCommand, .dryRun,
        .tick, .importRuns,
    ]
}

/// One order, and what its answer changes in the world.
package struct Ask {
    package var order: Order
    var onAnswer: @Sendable (inout World, Outcome) -> Void = { _, _ in }
    /// Asked before and answered so: it has to be answered the same and change nothing.
    var earlierAnswer: Outcome?
    /// The id of an earlier command with another content: it has to be refused.
    var isConflict = false

    /// From one who gives ids.
    init(
        _ command: Command, in world: inout World,
        onAnswer: @escaping @Sendable (inout World, Outcome) -> Void = { _, _ in }
    ) {
        let number = world.number()
        order = Order(
            caller: "uid:0", id: "c\(number)", digest: Ask.digest(number), command: command)
        self.onAnswer = onAnswer
    }

    /// What the collector tells has no id.
    init(fact command: Command) { order = Order(caller: "collector", command: command) }

    init(again order: Order, answered: Outcome) {
        self.order = order
        earlierAnswer = answered
    }

    /// The same id with another content.
    mutating func mixUp() {
        order.digest = Ask.digest(-1)
        isConflict = true
    }

    /// Nothing may come of it.
    mutating func makeDry() {
        order.isDryRun = true
        onAnswer = { _, _ in }
    }

    static func digest(_ number: Int64) -> [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) }
    }
}

/// What an action sees and changes.
package struct Scene {
    package var world: World
    package var random: Random
    package let now: Instant
    /// To be read only: what stands open in the books.
    let auditor: Auditor

    mutating func observe(_ observation: JobObservation) -> Ask {
        world.keep(observation)
        return Ask(fact: .observe(observation))
    }
}
