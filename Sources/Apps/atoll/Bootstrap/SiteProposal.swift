/// A site file drafted from what a Slurm has. What takes a person's decision is marked `LOOK`.

import Units

struct SiteProposal {
    let slurm: SlurmSite
    let window: Interval
    let rates: RateDrafts
    private(set) var grants = 0
    private(set) var projects = 0

    init(_ slurm: SlurmSite, window: Interval) {
        (self.slurm, self.window) = (slurm, window)
        rates = RateDrafts(slurm.partitions)
        projects = slurm.accounts.count { isProject($0) }
        grants = slurm.accounts.count { isProject($0) && grant(of: $0.minutes) != nil }
    }

    var text: String {
        ([head, clusterPart, ratesPart, factorsPart, organisationsPart]
            + (slurm.hasAccounting ? projectParts : [noAccounts]))
            .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    // MARK: Parts

    private var head: String {
        """
        # A first draft of a site file, made by `atoll bootstrap` from what the Slurm of
        # \(slurm.cluster.comment) has. Each part says where it came from; LOOK marks what you decide.
        # What a key means: docs/site-file.md. Then:
        #
        #     atoll apply THIS-FILE --dry-run

        """
    }

    private var clusterPart: String {
        let combine = slurm.billsDearest ? "max" : "sum"
        let why =
            slurm.billsDearest
            ? "PriorityFlags has MAX_TRES" : "PriorityFlags has no MAX_TRES: everything is charged"
        return """
            # slurm.conf: ClusterName, PriorityFlags.
            [[cluster]]
            name = \(slurm.cluster.quoted)
            combine = "\(combine)"     # \(why)

            """
    }

    private var ratesPart: String {
        let isWeighed = slurm.partitions.contains { $0.weights != nil }
        var text =
            isWeighed
            ? """
            # TRESBillingWeights of the partitions (atoll-gauge partitions): 1 SU is what Slurm bills as
            # 1 for an hour. Slurm rounds the sum down to a whole number; here it is exact.
            # LOOK: what should an hour of a core, a GiB, a GPU cost?

            """
            : """
            # No partition has TRESBillingWeights, so Slurm bills CPUs: 1 SU is an hour of one.
            # LOOK: what should an hour of a core, a GPU, a GiB cost? What is not here is free.

            """
        for unread in rates.unread {
            text += "# LOOK: \(unread.comment) can't be rated, and was left out.\n"
        }
        let rated = Set(rates.rates.map(\.tres))
        for tres in slurm.tracked where !rated.contains(tres) && tres.isRateable {
            let isPlain = [TRESName.cpu, .memory, .node, .billing].contains(tres)
            // A type of GPU counts as a GPU, too.
            let kind = tres.description.split(separator: ":", maxSplits: 1).first.map(String.init)
            guard !isPlain, !rated.contains(TRESName(kind ?? "")) else { continue }
            text +=
                "# LOOK: \(tres.description.comment) is in AccountingStorageTRES and has no weight: "
            text += "it is free.\n"
        }
        for rate in rates.rates { text += "\n" + part(of: rate) }
        return text
    }

    private func part(of rate: RateDraft) -> String {
        var text = ""
        if rate.partitions != nil {
            text +=
                "# Other partitions have another weight for it, or none. LOOK: a partition that is\n"
            text += "# made later has to be named, too.\n"
        }
        text += """
            [[resource]]
            name = \(rate.name.quoted)
            type = \(rate.type.quoted)
            tres = \(rate.tres.description.quoted)
            clusters = [\(slurm.cluster.quoted)]

            """
        if let partitions = rate.partitions {
            text += "partitions = [\(partitions.map(\.quoted).joined(separator: ", "))]\n"
        }
        return text + """

            [[resource.rate]]
            su_per_hour = "\(rate.perHour)"
            start = \(window.start)

            """
    }

    private var factorsPart: String {
        guard !slurm.factors.isEmpty else { return "" }
        var text = "# sacctmgr show qos: UsageFactor, where it is not 1.\n"
        for (qos, factor) in slurm.factors {
            text += """
                [[factor]]
                qos = \(qos.quoted)
                cluster = \(slurm.cluster.quoted)
                factor = "\(factor)"
                start = \(window.start)


                """
        }
        return text
    }

    private var organisationsPart: String {
        let names = Set(slurm.accounts.filter(isProject).compactMap(\.organisation)).sorted()
        guard !names.isEmpty else { return "" }
        return "# sacctmgr show account: Org.\n"
            + names.map { "[[organisation]]\nname = \($0.quoted)\n" }.joined(separator: "\n")
    }

    private var noAccounts: String {
        """
        # LOOK: without slurmdbd there is no list of accounts. A project looks like this:
        #
        # [[project]]
        # name = "astro"
        # accounts = ["astro"]
        #
        # [[project.allocation]]
        # name = "astro-\(window.start.year)"
        # clusters = [\(slurm.cluster.quoted)]
        # su = "1000"
        # start = \(window.start)
        # end = \(window.end)

        """
    }

    private var projectParts: [String] {
        var parts = [
            """
            # atoll-gauge associations, sacctmgr show account, sacctmgr show assoc (GrpTRESMins). An account
            # with GrpTRESMins, or with users and none above it with GrpTRESMins, is a project; those beneath
            # it charge to it, too. Who may use an account follows Slurm's associations.

            """
        ]
        for account in slurm.accounts where isProject(account) { parts.append(part(of: account)) }
        let parents = slurm.accounts.filter { account in
            !isProject(account) && owner(of: account) == nil
        }
        if !parents.isEmpty {
            let names = parents.map(\.name.comment).joined(separator: ", ")
            parts.append(
                "# No project of their own, for they have neither users nor a limit: \(names).\n")
        }
        return parts
    }

    // MARK: Projects

    private func isProject(_ account: SlurmSite.Account) -> Bool {
        if !account.minutes.isEmpty { return true }
        return !account.users.isEmpty && ancestors(of: account).allSatisfy { $0.minutes.isEmpty }
    }

    /// The project that an account without one of its own charges to.
    private func owner(of account: SlurmSite.Account) -> SlurmSite.Account? {
        ancestors(of: account).first(where: isProject)
    }

    private func ancestors(of account: SlurmSite.Account) -> [SlurmSite.Account] {
        var found: [SlurmSite.Account] = []
        var next = account.parent
        while let name = next, found.count < slurm.accounts.count,
            let parent = slurm.accounts.first(where: { $0.name == name })
        {
            found.append(parent)
            next = parent.parent
        }
        return found
    }

    private func part(of account: SlurmSite.Account) -> String {
        let beneath = slurm.accounts.filter { !isProject($0) && owner(of: $0) == account }
        var text = ""
        if !account.users.isEmpty {
            text += "# Users: \(account.users.map(\.comment).joined(separator: ", ")).\n"
        }
        if !beneath.isEmpty {
            text += "# Beneath it: \(beneath.map(\.name.comment).joined(separator: ", ")).\n"
        }
        if let above = owner(of: account), !above.minutes.isEmpty {
            text +=
                "# LOOK: in Slurm its use counts in the limit of \(above.name.comment), too; here it"
            text += " has its own.\n"
        }
        text += "[[project]]\nname = \(account.name.quoted)\n"
        if let title = account.description { text += "title = \(title.quoted)     # Descr\n" }
        if let name = account.organisation { text += "organisation = \(name.quoted)\n" }
        if let pi = account.coordinators.first {
            text += "pi = \(pi.quoted)     # LOOK: the first coordinator\n"
        }
        text += "accounts = [\(account.name.quoted)]\n\n"
        return text + allocation(of: account)
    }

    private func allocation(of account: SlurmSite.Account) -> String {
        let lines = """
            [[project.allocation]]
            name = \("\(account.name)-\(window.start.year)".quoted)
            clusters = [\(slurm.cluster.quoted)]
            su = "\(grant(of: account.minutes)?.plain ?? "0")"
            start = \(window.start)
            end = \(window.end)

            """
        guard grant(of: account.minutes) != nil else {
            let why =
                account.minutes.isEmpty
                ? "it has no GrpTRESMins"
                : "nothing of its GrpTRESMins (\(told(account.minutes))) is rated"
            return "# LOOK: \(why), so nothing says what to grant. Until there is an\n"
                + "# allocation its jobs are refused. Decide, and take the # away:\n"
                + lines.split(separator: "\n").map { "# \($0)\n" }.joined()
        }
        var text = "# GrpTRESMins=\(told(account.minutes)), in hours at the rates above.\n"
        text +=
            "# LOOK: what was used of it so far is not taken off: import it (atoll import), or grant"
        text += " less.\n"
        if account.minutes.count > 1, !account.minutes.contains(where: { $0.tres == .billing }) {
            text +=
                "# LOOK: Slurm limits each TRES by itself; here they are one budget, their sum.\n"
        }
        text += lines
        for (user, limits) in account.userMinutes.sorted(by: { $0.key < $1.key }) {
            guard let cap = grant(of: limits) else { continue }
            text += """

                # GrpTRESMins=\(told(limits)) of this user.
                [[project.allocation.member]]
                user = \(user.quoted)
                cap = "\(cap.plain)"

                """
        }
        return text
    }

    private func told(_ limits: [SlurmSite.Limit]) -> String {
        limits.map { "\($0.tres)=\($0.minutes)".comment }.joined(separator: ",")
    }

    /// Minutes at the rates; of several TRES the sum, but a limit of `billing` is the whole of it.
    /// Nil: nothing of it is rated.
    func grant(of limits: [SlurmSite.Limit]) -> ServiceUnits? {
        let counted = limits.first { $0.tres == .billing }.map { [$0] } ?? limits
        let usual = slurm.partitions.first(where: \.isDefault)?.name
        var total: Int128 = 0
        var isRated = false
        for limit in counted {
            guard let rate = rates.rate(of: limit.tres, defaultPartition: usual) else { continue }
            isRated = true
            let units: Int128 = 60 * (limit.tres == .memory ? 1_024 : 1)
            total +=
                Int128(limit.minutes) * Int128(rate.numerator) * 1_000_000
                / (Int128(rate.denominator) * units)
        }
        guard isRated else { return nil }
        return ServiceUnits(exactly: min(total, Int128(ServiceUnits.lineLimit)))
    }
}

extension Instant {
    fileprivate var year: String { String(description.prefix(4)) }
}

extension String {
    /// A basic string of TOML.
    fileprivate var quoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case _ where scalar.value < 32 || scalar.value == 127: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    /// Nothing that ends the line of a comment.
    fileprivate var comment: String {
        String(
            String.UnicodeScalarView(unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
    }
}
