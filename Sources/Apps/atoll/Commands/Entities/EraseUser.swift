import ArgumentParser
import Reports
import Wire

/// `atoll user erase`
struct EraseUser: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Forgets who a user is, for good. For operators.",
        discussion: """
            Name, full name, mail and organisation go, and the reasons that the user gave or that \
            name the user. What was charged stays, with a number for the name; the journal's hashes \
            stay right. Memberships end. It needs that no job waits or runs, and that the user \
            leads no project. Take the name out of site files, too: applying one makes it known \
            anew. Copies of the journal and logs have it as long as they are kept.

            EXAMPLES
              atoll user erase ben --reason "request 2026-17" --dry-run
              atoll user erase ben --reason "request 2026-17"
            """)

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var why: ReasonOption
    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        let request = Request.Erase(user: name, reason: why.reason, dryRun: making.isDryRun)
        let (reply, _) = try surroundings.change(.erase(request), id: making.id, connection)
        guard case .erase(let done) = reply else { throw Failure.oddAnswer }
        if making.isJSON {
            let document = JSONText.object([
                .init("user", .integer(done.user)),
                .init("memberships", .integer(done.memberships)),
                .init("dry_run", .bool(making.isDryRun)),
            ])
            return try surroundings.out(document.indented)
        }
        let ended =
            done.memberships == 0
            ? ""
            : ", \(done.memberships) \(done.memberships == 1 ? "membership" : "memberships") ended"
        let verb = making.isDryRun ? "would be erased" : "erased"
        try surroundings.out(
            "\(name) \(verb): known as user \(done.user)\(ended)".printable + making.ending)
    }
}
