import ArgumentParser
import Records
import SiteFiles
import Units

/// `atoll bootstrap`
struct Bootstrap: AtollCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drafts a site file from what Slurm has: accounts, partitions, weights, limits.",
        discussion: """
            Accounts become projects, TRESBillingWeights rates (1 SU is what Slurm bills as 1 for an \
            hour), GrpTRESMins first grants, UsageFactor of a QOS a factor. atoll-gauge tells \
            slurm.conf, partitions and associations, sacctmgr limits, descriptions and QOS. Nothing \
            is changed: the file is for atoll apply, after you have read what is marked LOOK. Made \
            again from the same Slurm for the same window it is the same. It needs no atolld.

            EXAMPLES
              atoll bootstrap -o site.toml
              atoll bootstrap --start 2027-01-01 --end 2028-01-01 | less
              atoll apply site.toml --dry-run
            """)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("(default: standard output)", valueName: "file"))
    var output: String?

    @Flag(help: "Write over a file that is there.")
    var force = false

    @Option(
        name: [.customShort("M"), .long],
        help: "A [[cluster]] of atolld's settings. (default: the only one)")
    var cluster: String?

    @Option(
        name: [.customShort("S"), .long],
        help: ArgumentHelp(
            "When rates and allocations begin. (default: this year, in UTC)", valueName: "time"))
    var start: String?

    @Option(
        name: [.customShort("E"), .long],
        help: ArgumentHelp("When allocations end. (default: a year later)", valueName: "time"))
    var end: String?

    @Option(help: ArgumentHelp("atolld's settings.", valueName: "path"))
    var config = Bootstrap.usualConfig

    func run(in surroundings: Surroundings) throws {
        if let output, !force, surroundings.machine.look(output) != nil {
            throw Failure("\(output) is there already; --force writes over it")
        }
        let window = try window(surroundings)
        let proposal = SiteProposal(try slurmSite(surroundings), window: window)
        let text = proposal.text
        do { _ = try readSite(text: text, file: output ?? "site.toml") } catch {
            throw Failure(
                "what Slurm has makes no site file that can be read; this is a mistake of ours:\n"
                    + "\(error)")
        }
        guard let output else { return try surroundings.out(text) }
        try surroundings.save(output, text, true)
        try surroundings.out(
            """
            \(output): cluster \(proposal.slurm.cluster), \(proposal.rates.rates.count) \
            \(proposal.rates.rates.count == 1 ? "resource" : "resources"), \(proposal.projects) \
            \(proposal.projects == 1 ? "project" : "projects"), \(proposal.grants) first \
            \(proposal.grants == 1 ? "grant" : "grants")
            Look at what is marked LOOK, then: atoll apply \(output) --dry-run

            """)
    }

    private func window(_ surroundings: Surroundings) throws -> Interval {
        let told = try surroundings.window(start: start, end: end, .future)
        let now = surroundings.clock.now
        let year = Int(now.description.prefix(4)) ?? 2_026
        let from = try told.start ?? Instant(parsing: "\(year)-01-01T00:00:00Z")
        let next = (Int(from.description.prefix(4)) ?? year) + 1
        let to = try told.end ?? Instant(parsing: "\(next)\(from.description.dropFirst(4))")
        guard let window = Interval(start: from, end: to), to > from else {
            throw Failure("--end has to be later than --start.", status: ExitStatus.usage)
        }
        return window
    }

    /// What the gauge and sacctmgr tell.
    private func slurmSite(_ surroundings: Surroundings) throws -> SlurmSite {
        let tools = try tools(surroundings)
        let conf = try SlurmSettings(
            gauge: needed(
                tools.gauge("config"), "atoll-gauge config", settingsNote(surroundings)))
        guard let name = conf["ClusterName"] else { throw Failure("slurm.conf names no cluster") }
        var site = SlurmSite(cluster: name)
        site.billsDearest = conf.list("PriorityFlags").contains { $0.uppercased() == "MAX_TRES" }
        site.tracked = conf.list("AccountingStorageTRES").map { TRESName($0) }
        site.hasAccounting = conf.hasAccounting && tools.cluster.dbd != .off
        let partitions: [PartitionRecord] = try records(
            PlainDecoder<PartitionRecord>.self, tools.gauge("partitions"), "partitions")
        site.partitions = partitions.map {
            .init(name: $0.name, isDefault: $0.isDefault, weights: $0.billingWeights)
        }
        guard site.hasAccounting else { return site }
        let associations: [AssociationRecord] = try records(
            PlainDecoder<AssociationRecord>.self, tools.gauge("associations"), "associations")
        site.take(associations.filter { $0.cluster == name || $0.cluster.isEmpty })
        func sacctmgr(_ words: String...) throws -> String {
            try needed(tools.sacctmgr(["-nP", "show"] + words), "sacctmgr show \(words[0])")
        }
        site.takeDescriptions(try sacctmgr("account", "format=Account,Descr,Org"))
        site.takeLimits(
            try sacctmgr(
                "assoc", "where", "cluster=\(name)", "format=Account,User,GrpTRESMins",
                "WOPLimits"))
        site.takeFactors(try sacctmgr("qos", "format=Name,UsageFactor"))
        return site
    }

    private static let usualConfig = "/etc/atoll/atoll.toml"

    private func hasSettings(_ surroundings: Surroundings) -> Bool {
        config != Self.usualConfig || surroundings.machine.look(config) != nil
    }

    /// Where Slurm lies is told by a file that may lie elsewhere, too.
    private func settingsNote(_ surroundings: Surroundings) -> String {
        hasSettings(surroundings)
            ? ""
            : "\n\(config) is not there, so Slurm was looked for in its usual places: "
                + "--config PATH names another atoll.toml."
    }

    private func tools(_ surroundings: Surroundings) throws -> SlurmTools {
        var settings = Settings()
        // Without atoll.toml the usual places do.
        if hasSettings(surroundings) {
            settings = try readSettings(
                text: try surroundings.read(config), file: config)
        }
        let named = settings.clusters.filter { cluster == nil || $0.name == cluster }
        guard named.count <= 1 else {
            let names = named.map(\.name).joined(separator: ", ")
            throw Failure("\(config) has several clusters: --cluster, one of \(names)")
        }
        guard !named.isEmpty || settings.clusters.isEmpty else {
            throw Failure("\(config) has no [[cluster]] \(cluster ?? "")")
        }
        return SlurmTools(
            named.first ?? Settings.Cluster(name: ""), folder: "/usr/bin", surroundings)
    }

    private func needed(
        _ look: Look<String>, _ what: String, _ note: String = ""
    ) throws -> String {
        switch look {
        case .seen(let text): return text
        case .unseen(let why):
            throw Failure(
                "\(what): \(why)\(note)\natoll doctor says what is wrong and how to mend it.")
        }
    }

    private func records<Decoder: RowDecoder>(
        _ decoder: Decoder.Type, _ look: Look<String>, _ what: String
    ) throws -> [Decoder.Record] {
        let output = try needed(look, "atoll-gauge \(what)")
        var reader = RecordReader<Decoder>(ReadSettings(maxProblemsKept: 1))
        var found: [Decoder.Record] = []
        do {
            try withBytes(of: output) { bytes throws(RecordError) in
                try reader.read(bytes) { found.append($0) }
            }
            try reader.finish()
        } catch {
            throw Failure("atoll-gauge \(what): \(error)")
        }
        if let problem = reader.problems.first {
            throw Failure("atoll-gauge \(what): \(problem)")
        }
        return found
    }
}
