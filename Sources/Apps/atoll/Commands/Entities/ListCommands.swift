/// `list` and `show`, the same for every kind of thing.

import ArgumentParser
import Registry
import Reports
import Wire

/// A kind of standing thing as the command line speaks of it.
protocol Noun {
    associatedtype Item: Sendable
    associatedtype Key: KeyArguments
    associatedtype Filter: FilterArguments
    static var kind: ThingKind { get }
    /// The command's name, and the JSON key of a list of them.
    static var word: String { get }
    static var plural: String { get }
    static var columns: Columns<Item> { get }
    static func item(_ entity: Row.Entity) -> Item?
    /// What `show` shows beneath: lists of other things.
    static func details(_ item: Item, _ ask: Asking) throws -> [Detail]
    /// Which of those that go by the name `show` shows; nil: there is none.
    static func chosen(of items: [Item], in surroundings: Surroundings) -> Item?
    /// What stands beneath it of the others.
    static func others(than item: Item, of items: [Item]) -> [Detail]
}

extension Noun {
    static func chosen(of items: [Item], in surroundings: Surroundings) -> Item? { items.first }
    static func others(than item: Item, of items: [Item]) -> [Detail] { [] }
    static func details(_ item: Item, _ ask: Asking) throws -> [Detail] { [] }
}

/// How one thing is named.
protocol KeyArguments: ParsableArguments {
    static var example: String { get }
    func narrow(_ request: inout Request.List)
}

/// What narrows a list.
protocol FilterArguments: ParsableArguments {
    static var examples: [String] { get }
    func narrow(_ request: inout Request.List)
}

/// A list beneath what is shown.
struct Detail {
    let key: String
    let json: JSONText
    let text: (Surroundings) throws -> Void

    /// nil: there are none.
    init?<Item>(_ key: String, _ items: [Item], _ columns: Columns<Item>) {
        guard !items.isEmpty else { return nil }
        self.key = key
        json = .array(items.map(columns.json(of:)))
        text = { surroundings in
            try surroundings.out("\n")
            try surroundings.printTable(
                of: items, columns, OutputOptions.forPeople, ColumnOptions.usual)
        }
    }
}

/// Asks the daemon for lists.
struct Asking {
    let surroundings: Surroundings
    let connection: ConnectionOptions

    func list<N: Noun>(_ noun: N.Type, _ request: Request.List) throws -> [N.Item] {
        var items: [N.Item] = []
        _ = try surroundings.ask(.list(request), connection) { row in
            if case .entity(let entity) = row, let item = N.item(entity) { items.append(item) }
        }
        return items
    }
}

struct ListThings<N: Noun>: AtollCommand {
    static var configuration: CommandConfiguration {
        let command = "atoll \(N.word) list"
        let examples = N.Filter.examples + ["--json", "-P | cut -d'|' -f1"]
        return CommandConfiguration(
            commandName: "list", abstract: "All \(N.plural) that you may see.",
            discussion: "EXAMPLES\n  \(command)\n"
                + examples.map { "  \(command) \($0)" }.joined(separator: "\n"))
    }

    @OptionGroup var filter: N.Filter
    @OptionGroup var output: OutputOptions
    @OptionGroup var chosen: ColumnOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var request = Request.List(N.kind)
        filter.narrow(&request)
        let items = try Asking(surroundings: surroundings, connection: connection)
            .list(N.self, request)
        try surroundings.report(
            items, N.columns, output, chosen,
            otherwise: "no \(N.kind.rawValue) that you may see is like that.",
            json: .object([.init(N.plural, .array(items.map(N.columns.json(of:))))]))
    }
}

struct ShowThing<N: Noun>: AtollCommand {
    static var configuration: CommandConfiguration {
        let command = "atoll \(N.word) show \(N.Key.example)"
        return CommandConfiguration(
            commandName: "show",
            abstract: "One \(N.kind.rawValue), with all there is to say of it.",
            discussion: "EXAMPLES\n  \(command)\n  \(command) --json")
    }

    @OptionGroup var key: N.Key
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        var request = Request.List(N.kind)
        key.narrow(&request)
        let asking = Asking(surroundings: surroundings, connection: connection)
        let items = try asking.list(N.self, request)
        guard let item = N.chosen(of: items, in: surroundings) else { throw Failure.oddAnswer }
        if output.isParsable {
            return try surroundings.printTable(of: [item], N.columns, output, .usual)
        }
        let details = try N.details(item, asking) + N.others(than: item, of: items)
        if output.isJSON {
            let document =
                [JSONText.Field(N.kind.rawValue, N.columns.json(of: item))]
                + details.map { .init($0.key, $0.json) }
            return try surroundings.out(JSONText.object(document).indented)
        }
        try surroundings.out(
            N.columns.card(of: item, clock: surroundings.clock).text(.aligned, header: false))
        for detail in details { try detail.text(surroundings) }
    }
}

extension OutputOptions {
    static var forPeople: OutputOptions {
        var options = OutputOptions()
        (options.isParsable, options.isJSON, options.hasNoHeader) = (false, false, false)
        return options
    }
}

extension ColumnOptions {
    static var usual: ColumnOptions {
        var options = ColumnOptions()
        options.list = nil
        return options
    }
}
