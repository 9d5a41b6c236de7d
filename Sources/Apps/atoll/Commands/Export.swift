import ArgumentParser
import Reports
import Units
import Wire

/// `atoll export`
struct Export: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "The journal for hledger or beancount. For operators.",
        discussion: """
            Each entry that moved credit becomes a transaction, each grant (lot) five accounts: \
            available, held, charged, expired, withdrawn. The last lines state what must stand in \
            every account by the daemon's own tables, so that the other program checks the books.

            EXAMPLES
              atoll export --hledger > atoll.journal && hledger -f atoll.journal check
              atoll export --hledger --allocation astro-2026 | hledger -f - balance assets
              atoll export --beancount > atoll.beancount && bean-check atoll.beancount
            """)

    enum Format: String, EnumerableFlag {
        case hledger, beancount
    }

    @Flag(help: "For whom.")
    var format: Format

    @Option(help: "Only this allocation's accounts.")
    var allocation: String?

    @Flag(name: .customLong("no-names"), help: "Leave out users, jobs, actors and reasons.")
    var isNameless = false

    @OptionGroup var connection: ConnectionOptions

    func run(in surroundings: Surroundings) throws {
        switch format {
        case .hledger: try write(HledgerText(), surroundings)
        case .beancount: try write(BeancountText(), surroundings)
        }
    }

    private func write(_ kind: some LedgerText, _ surroundings: Surroundings) throws {
        var text = kind
        text.isNameless = isNameless
        var waiting = text.heading
        var failure: (any Error)?
        var progress = Progress(surroundings)
        var count: Int64 = 0
        let reply = try surroundings.ask(.export(.init(allocation: allocation)), connection) {
            row in
            guard case .entry(let entry) = row, failure == nil else { return }
            waiting += text.transaction(entry)
            count += 1
            progress.tell { _ in "atoll: \(count.grouped) entries exported" }
            guard waiting.utf8.count > 65_536 else { return }
            do { try surroundings.out(waiting) } catch { failure = error }
            waiting = ""
        }
        progress.clear()
        if let failure { throw failure }
        guard case .export(let end) = reply else { throw Failure.oddAnswer }
        try surroundings.out(waiting + text.assertions(end))
    }
}
