import ArgumentParser
import Registry
import Reports
import SiteFiles
import Wire

/// `atoll apply`
struct Apply: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the books agree with a site file. For operators.",
        discussion: """
            The file declares clusters, resources with their rates, projects, allocations, members. \
            What it leaves out stays as it is; what agrees already is left alone, so applying twice \
            changes nothing the second time. All of it is done, or none. - reads standard input.

            Each change is a line: + what is new, ~ what is different now.

            EXAMPLES
              atoll apply site.toml --dry-run
              atoll apply site.toml --reason "the new year"
            """)

    @Argument(help: "The site file, or -.", completion: .file(extensions: ["toml"]))
    var file: String

    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let site = try readSite(path: file)
        let request = Request.Apply(site: site, reason: reason, dryRun: making.isDryRun)
        let (_, rows) = try surroundings.change(.apply(request), id: making.id, connection)
        let changes = rows.compactMap { row -> Row.Change? in
            if case .change(let change) = row { change } else { nil }
        }
        if making.isJSON { return try surroundings.out("\(json(changes))\n") }
        let lines = changes.map { "\($0.line)\n" }.joined()
        try surroundings.out(lines + summary(changes.count) + "\n")
    }

    private func summary(_ count: Int) -> String {
        guard count > 0 else { return "nothing to change" }
        let changes = count == 1 ? "1 change" : "\(Int64(count).grouped) changes"
        return making.isDryRun ? "\(changes) would be made (dry run)" : changes
    }

    private func json(_ changes: [Row.Change]) -> JSONText {
        let rows = changes.map { change in
            JSONText.object([
                .init("action", .string(change.action)), .init("what", .string(change.what)),
                .init("name", .string(change.name)), .init("detail", .string(change.detail)),
            ])
        }
        return .object([.init("changes", .array(rows)), .init("dry_run", .bool(making.isDryRun))])
    }
}

extension Row.Change {
    /// `+ project astro: status ACTIVE, PI ada`
    fileprivate var line: String {
        let sign =
            switch action {
            case "add", "create": "+"
            case "change": "~"
            case "remove", "delete", "end": "-"
            default: action
            }
        return "\(sign) \(what) \(name)\(detail.isEmpty ? "" : ": \(detail)")".printable
    }
}
