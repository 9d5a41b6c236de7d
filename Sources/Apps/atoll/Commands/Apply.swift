import ArgumentParser
import Registry
import SiteFiles
import Wire

/// `atoll apply`
struct Apply: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the books agree with a site file. For operators.",
        discussion: """
            The file declares clusters, resources with their rates, projects, allocations, members. \
            A thing that it leaves out stays as it is; of a thing that is there, a key that is left \
            out has its default. What agrees already is left alone, so applying twice changes \
            nothing the second time. All of it is done, or none. - reads standard input.

            Each change is a line: + what is new, ~ what is different now.

            EXAMPLES
              atoll apply site.toml --dry-run
              atoll apply site.toml --reason "the new year"
            """)

    @Argument(help: "The site file, or -.", completion: .file(extensions: ["toml"]))
    var file: String

    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @Flag(help: "Let prices change for the past, too; charges that were made keep theirs.")
    var backdate = false

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let site = try readSite(path: file)
        let request = Request.Apply(
            site: site, reason: reason, dryRun: making.isDryRun, backdate: backdate)
        let (_, rows) = try surroundings.change(.apply(request), id: making.id, connection)
        try surroundings.report(changes: rows, making)
    }
}
