/// `disable`, `enable` and `delete` of projects, allocations and members: the three levels.

import ArgumentParser
import Registry

/// A kind of thing that has a status, and how it is named on the command line.
protocol StatusNoun: Noun {
    static func thing(_ key: Key) -> Edit.Thing
    /// What stops while it is not ACTIVE.
    static var effect: String { get }
}

protocol StatusVerb {
    static var verb: Edit.Verb { get }
    static var abstract: String { get }
    static var discussion: String { get }
}

enum Disabling: StatusVerb {
    static let verb = Edit.Verb.disable
    static let abstract = "Makes it INACTIVE: nothing new starts on it."
    static let discussion = "What runs goes on and is charged. The other levels stay as they are."
}

enum Enabling: StatusVerb {
    static let verb = Edit.Verb.enable
    static let abstract = "Makes it ACTIVE again."
    static let discussion = "It is of use where the two other levels are ACTIVE, too."
}

enum Deleting: StatusVerb {
    static let verb = Edit.Verb.delete
    static let abstract = "Makes it DELETED, for good: the name is not given out again."
    static let discussion =
        "It must hold nothing for jobs that wait or run. To stop it for a while, disable it."
}

struct ChangeStatus<N: StatusNoun, V: StatusVerb>: AtollCommand {
    static var configuration: CommandConfiguration {
        let words = "atoll \(N.word) \(V.verb.rawValue) \(N.Key.example)"
        return CommandConfiguration(
            commandName: V.verb.rawValue, abstract: V.abstract,
            discussion: """
                \(N.effect) \(V.discussion)

                EXAMPLES
                  \(words) --reason "ticket 17"
                  \(words) --dry-run
                """)
    }

    @OptionGroup var key: N.Key
    @OptionGroup var options: EditOptions

    func run(in surroundings: Surroundings) throws {
        try surroundings.carryOut(Edit(V.verb, N.thing(key)), options)
    }
}
