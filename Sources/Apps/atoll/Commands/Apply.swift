import ArgumentParser
import Client
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
            nothing the second time. All of it is done, or none. - reads standard input. Rates that \
            were added by atoll rate add have to stand in the file, too: docs/site-file.md.

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
        do {
            let (reply, rows) = try surroundings.change(.apply(request), id: making.id, connection)
            try surroundings.report(changes: rows, warnings: reply.changeWarnings, making)
        } catch ClientError.answered(var error) where error.code == .conflict {
            // The daemon knows no lines; a file that was read once can be looked at again.
            if file != "-", let text = try? surroundings.read(file),
                let line = Self.rateLine(ofWhat: error.message, in: text)
            {
                error.message = "\(file):\(line): \(error.message)"
            }
            throw ClientError.answered(error)
        }
    }

    /// The line with the first rate of the resource that a refusal begins with.
    static func rateLine(ofWhat message: String, in text: String) -> Int? {
        let start = "resource "
        guard message.hasPrefix(start), let colon = message.firstIndex(of: ":") else { return nil }
        let name = message[..<colon].dropFirst(start.count)
        var isIts = false
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            let said = line.filter { !$0.isWhitespace }
            if said.hasPrefix("[["), !said.hasPrefix("[[resource.") { isIts = false }
            if said.hasPrefix("name=\"\(name)\"") { isIts = true }
            let isRate = said.contains("su_per_hour=") || said.contains("hours_per_su=")
            if isIts, isRate, !said.hasPrefix("#") { return number }
        }
        return nil
    }
}
