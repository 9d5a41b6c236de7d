import Bank
import Books
import Ledger
import Rates
import Registry
import Store
import TestKit
import Testing
import Units

/// Edits by an operator: the site of `Site.small` stands, the time is 2026-06-01.
@Suite struct EditTests {
    struct Row {
        let name: String
        let edit: @Sendable () throws -> Edit
        /// What is changed, or the refusal.
        let answer: String
    }

    static let rows = organisations + projects + allocations + members + rates

    static let organisations = [
        Row(
            name: "a new organisation",
            edit: {
                Edit(.add, .organisation(.init(name: "uni", originatedID: .set("o-1"))))
            }, answer: "add organisation uni: o-1"),
        Row(
            name: "one that is not there",
            edit: { Edit(.modify, .organisation(.init(name: "uni"))) },
            answer: "refused: there is no organisation uni; use: atoll org add uni …"),
        Row(
            name: "a name with a comma",
            edit: { Edit(.add, .organisation(.init(name: "a,b"))) },
            answer: "refused: the name a,b has a control character, a comma or a |."),
        Row(
            name: "an organisation has no status",
            edit: { Edit(.disable, .organisation(.init(name: "uni"))) },
            answer: "refused: an organisation has no status; projects, allocations and members "
                + "have one."),
        Row(
            name: "a cluster's title and rule",
            edit: {
                var fields = ClusterFields(name: "reef")
                (fields.title, fields.combine) = (.set("The Reef"), .max)
                return Edit(.modify, .cluster(fields))
            }, answer: "change cluster reef: title none → The Reef, combine sum → max"),
        Row(
            name: "a cluster that is there",
            edit: { Edit(.add, .cluster(.init(name: "reef"))) },
            answer: "refused: there is a cluster reef already; use: atoll cluster modify reef …"),
        Row(
            name: "a user ahead",
            edit: {
                var fields = UserFields(name: "zoe")
                fields.fullName = .set("Zoe Z.")
                return Edit(.add, .user(fields))
            }, answer: "add user zoe: full_name"),
        Row(
            name: "a user whom the books know",
            edit: { Edit(.add, .user(.init(name: "ben"))) },
            answer: "refused: there is a user ben already; use: atoll user modify ben …"),
        Row(
            name: "a user named as one who was erased is shown",
            edit: { Edit(.add, .user(.init(name: "user 3"))) },
            answer: "refused: a user is named as the system does: user 3 is no such name."),
        Row(
            name: "a user named as what nobody uses",
            edit: { Edit(.add, .user(.init(name: "(reservation)"))) },
            answer: "refused: a user is named as the system does: (reservation) is no such name."),
        Row(
            name: "a user's organisation that is not there",
            edit: {
                var fields = UserFields(name: "ben")
                fields.organisation = .set("nowhere")
                return Edit(.modify, .user(fields))
            }, answer: "refused: user ben: there is no organisation nowhere."),
    ]

    static let projects = [
        Row(
            name: "a new project with another one's account",
            edit: {
                var fields = ProjectFields(name: "bio")
                fields.accounts = ["astro"]
                return Edit(.add, .project(fields))
            },
            answer: "refused: account astro charges to project astro; to take it from there: atoll "
                + "project modify astro --drop-account astro"),
        Row(
            name: "a new project",
            edit: {
                var fields = ProjectFields(name: "bio")
                (fields.pi, fields.accounts) = (.set("cleo"), ["bio"])
                return Edit(.add, .project(fields))
            },
            answer: """
                add project bio: status ACTIVE, PI cleo
                add account bio: charges to project bio
                """),
        Row(
            name: "a project that is there",
            edit: { Edit(.add, .project(.init(name: "astro"))) },
            answer: "refused: there is a project astro already; use: atoll project modify astro …"),
        Row(
            name: "another PI, and a title",
            edit: {
                var fields = ProjectFields(name: "astro")
                (fields.pi, fields.title) = (.set("ben"), .set("Stars"))
                return Edit(.modify, .project(fields))
            }, answer: "change project astro: title none → Stars, pi none → ben"),
        Row(
            name: "an account that goes",
            edit: {
                var fields = ProjectFields(name: "astro")
                fields.droppedAccounts = ["astro"]
                return Edit(.modify, .project(fields))
            }, answer: "change account astro: charges to project astro no longer"),
        Row(
            name: "an account that it has not",
            edit: {
                var fields = ProjectFields(name: "astro")
                fields.droppedAccounts = ["bio"]
                return Edit(.modify, .project(fields))
            }, answer: "refused: project astro has no account bio."),
        Row(
            name: "a project stops",
            edit: { Edit(.disable, .project(.init(name: "astro"))) },
            answer: "change project astro: status ACTIVE → INACTIVE"),
        Row(
            name: "a project that is ACTIVE already",
            edit: { Edit(.enable, .project(.init(name: "astro"))) }, answer: ""),
    ]

    static let allocations = [
        Row(
            name: "a new allocation after the first",
            edit: {
                var fields = AllocationFields(name: "astro-2027")
                (fields.project, fields.initial) = ("astro", try ServiceUnits(parsing: "50"))
                fields.clusters = ["reef"]
                fields.start = try Instant(parsing: "2027-01-01")
                fields.end = .set(try Instant(parsing: "2028-01-01"))
                return Edit(.add, .allocation(fields))
            },
            answer: """
                add allocation astro-2027: status ACTIVE, 2027-01-01T00:00:00Z … 2028-01-01T00:00:00Z
                add grant astro-2027: 50.00 SU
                """),
        Row(
            name: "an allocation over another",
            edit: {
                var fields = AllocationFields(name: "second")
                (fields.project, fields.initial, fields.clusters) = ("astro", .zero, ["reef"])
                fields.end = .clear
                return Edit(.add, .allocation(fields))
            },
            answer: "refused: allocation second overlaps astro-2026 on reef for every resource, "
                + "2026-06-01T00:00:00Z … 2027-01-01T00:00:00Z."),
        Row(
            name: "an extension",
            edit: {
                var fields = AllocationFields(name: "astro-2026")
                fields.end = .set(try Instant(parsing: "2027-04-01"))
                return Edit(.modify, .allocation(fields))
            },
            answer: "change allocation astro-2026: "
                + "end 2027-01-01T00:00:00Z → 2027-04-01T00:00:00Z"),
        Row(
            name: "another first grant",
            edit: {
                var fields = AllocationFields(name: "astro-2026")
                fields.initial = .zero
                return Edit(.modify, .allocation(fields))
            },
            answer: "refused: allocation astro-2026 was made with 100.00 SU and not with 0.00. "
                + "What was granted stays; more comes with: atoll grant astro-2026 AMOUNT "
                + "--reason …"),
        Row(
            name: "fewer resources",
            edit: {
                var fields = AllocationFields(name: "astro-2026")
                fields.resources = .set(["CPU"])
                return Edit(.modify, .allocation(fields))
            }, answer: "change allocation astro-2026: resources all → CPU"),
        Row(
            name: "an end before the start",
            edit: {
                var fields = AllocationFields(name: "astro-2026")
                fields.end = .set(try Instant(parsing: "2025-01-01"))
                return Edit(.modify, .allocation(fields))
            }, answer: "refused: allocation astro-2026 would end before it begins."),
        Row(
            name: "an overdraft limit below zero",
            edit: {
                var fields = AllocationFields(name: "astro-2026")
                fields.overdraftLimit = ServiceUnits(microSU: -1)
                return Edit(.modify, .allocation(fields))
            },
            answer: "refused: allocation astro-2026: amounts are 0 to less than "
                + "1,000,000,000,000 SU."),
        Row(
            name: "a cluster that is not there",
            edit: {
                var fields = AllocationFields(name: "astro-2026")
                fields.clusters = ["lagoon"]
                return Edit(.modify, .allocation(fields))
            },
            answer: "refused: allocation astro-2026: there is no cluster lagoon; use: atoll "
                + "cluster add lagoon …"),
    ]

    static let members = [
        Row(
            name: "a new member with a cap",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ada")
                fields.cap = .set(try ServiceUnits(parsing: "7.5"))
                return Edit(.add, .member(fields))
            }, answer: "add member ada of astro-2026: status ACTIVE, cap 7.50 SU"),
        Row(
            name: "a member who is there",
            edit: {
                Edit(.add, .member(.init(allocation: "astro-2026", user: "ben")))
            },
            answer: "refused: there is a member ben already; use: atoll member modify astro-2026 "
                + "ben …"),
        Row(
            name: "a member who is not there",
            edit: {
                Edit(.disable, .member(.init(allocation: "astro-2026", user: "ada")))
            },
            answer: "refused: there is no member ada; use: atoll member add astro-2026 ada …"),
        Row(
            name: "the whole pool",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ben")
                fields.cap = .clear
                return Edit(.modify, .member(fields))
            }, answer: "change member ben of astro-2026: cap 5.00 SU → none"),
        Row(
            name: "the same cap",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ben")
                fields.cap = .set(try ServiceUnits(parsing: "5"))
                return Edit(.modify, .member(fields))
            }, answer: ""),
        Row(
            name: "a window of the member's own",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ben")
                fields.end = .set(try Instant(parsing: "2026-07-01"))
                return Edit(.modify, .member(fields))
            },
            answer: "change member ben of astro-2026: start none → 2026-01-01T00:00:00Z, "
                + "end none → 2026-07-01T00:00:00Z"),
        Row(
            name: "a window outside of the allocation's",
            edit: {
                var fields = MemberFields(allocation: "astro-2026", user: "ben")
                fields.start = .set(try Instant(parsing: "2028-01-01"))
                fields.end = .set(try Instant(parsing: "2029-01-01"))
                return Edit(.modify, .member(fields))
            },
            answer: "refused: member ben of astro-2026: 2028-01-01T00:00:00Z … "
                + "2029-01-01T00:00:00Z is outside of the allocation's "
                + "2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z."),
        Row(
            name: "a member of nothing",
            edit: { Edit(.add, .member(.init(allocation: "x", user: "ben"))) },
            answer: "refused: there is no allocation x."),
    ]

    static let rates = [
        Row(
            name: "a resource by a name that Slurm has not",
            edit: {
                var fields = ResourceFields(name: "GPU")
                fields.tres = TRESName("gpu")
                fields.rate = try rate("1", "2026-09-01", nil).span
                return Edit(.add, .resource(fields))
            },
            answer: "refused: resource GPU: gpu can't be rated; write cpu, mem, node, billing, "
                + "gres/NAME, gres/NAME:TYPE, license/NAME or bb/NAME."),
        Row(
            name: "a resource of a cluster that is not there",
            edit: {
                var fields = ResourceFields(name: "GPU")
                (fields.tres, fields.scope) = (TRESName("gres/gpu"), .init(clusters: ["lagoon"]))
                return Edit(.add, .resource(fields))
            },
            answer: "refused: resource GPU: there is no cluster lagoon; use: atoll cluster add "
                + "lagoon …"),
        Row(
            name: "a rate from a day on",
            edit: {
                Edit(.add, .rate(try rate("0.5", "2026-09-01", nil)))
            },
            answer: """
                change rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z: superseded
                add rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2026-09-01T00:00:00Z
                add rate CPU: 0.5 SU/h, 2026-09-01T00:00:00Z … open
                """),
        Row(
            name: "a rate for a week",
            edit: {
                Edit(.add, .rate(try rate("1/3", "2026-09-01", "2026-09-08")))
            },
            answer: """
                change rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z: superseded
                add rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2026-09-01T00:00:00Z
                add rate CPU: 36 SU/h, 2026-09-08T00:00:00Z … 2027-01-01T00:00:00Z
                add rate CPU: 1/3 SU/h, 2026-09-01T00:00:00Z … 2026-09-08T00:00:00Z
                """),
        Row(
            name: "the same rate",
            edit: {
                Edit(.add, .rate(try rate("36", "2026-01-01", "2027-01-01")))
            }, answer: ""),
        Row(
            name: "a rate for what was",
            edit: { Edit(.add, .rate(try rate("1", "2026-05-01", nil))) },
            answer: "refused: resource CPU: from 2026-05-01T00:00:00Z on the books have 36, here "
                + "it is 1; this changes what it cost before 2026-06-01T00:00:00Z. Write here what "
                + "the books have until now (atoll rate list --all) and let the new one begin "
                + "later, or say --backdate."),
        Row(
            name: "a rate for what was, and meant",
            edit: {
                var fields = try rate("1", "2026-05-01", nil)
                fields.backdate = true
                return Edit(.add, .rate(fields))
            },
            answer: """
                change rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2027-01-01T00:00:00Z: superseded
                add rate CPU: 36 SU/h, 2026-01-01T00:00:00Z … 2026-05-01T00:00:00Z
                add rate CPU: 1 SU/h, 2026-05-01T00:00:00Z … open
                """),
        Row(
            name: "a rate is never edited",
            edit: { Edit(.modify, .rate(try rate("1", nil, nil))) },
            answer: "refused: a rate is never edited: add one, and it supersedes what is in force "
                + "then."),
        Row(
            name: "a new resource with its rate",
            edit: {
                var fields = ResourceFields(name: "GPU")
                (fields.tres, fields.units) = (TRESName("gres/gpu"), .set(512))
                fields.rate = RateSpan(suPerHour: .one)
                return Edit(.add, .resource(fields))
            },
            answer: """
                add resource GPU: gres/gpu, type GPU
                add rate GPU: 1 SU/h, 2026-06-01T00:00:00Z … open
                """),
        Row(
            name: "a new resource without a rate",
            edit: {
                var fields = ResourceFields(name: "GPU")
                fields.tres = TRESName("gres/gpu")
                return Edit(.add, .resource(fields))
            }, answer: "refused: resource GPU: say what it costs; it may be 0."),
        Row(
            name: "a rival of a resource",
            edit: {
                var fields = ResourceFields(name: "core")
                (fields.tres, fields.rate) = (.cpu, RateSpan(suPerHour: .one))
                return Edit(.add, .resource(fields))
            },
            answer: "refused: the rates contradict one another: \"CPU\" and \"core\" rate cpu of "
                + "the same jobs, and neither is narrower; name a cluster, partition or QOS in "
                + "one of them."),
        Row(
            name: "how many there are",
            edit: {
                var fields = ResourceFields(name: "CPU")
                fields.units = .set(4_096)
                return Edit(.modify, .resource(fields))
            }, answer: "change resource CPU: units none → 4096"),
    ]

    static func rate(_ suPerHour: String, _ start: String?, _ end: String?) throws -> RateFields {
        RateFields(
            resource: "CPU",
            span: RateSpan(
                suPerHour: try Rational(parsing: suPerHour),
                start: try start.map { try Instant(parsing: $0) },
                end: try end.map { try Instant(parsing: $0) }))
    }

    /// Asked as dry runs, so that each finds the same books.
    @Test func `an edit changes one thing by its rules, or nothing at all`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        let before = books.store.tip.seq
        for row in Self.rows {
            let edit = try row.edit()
            let told = try await answer(to: edit, books, isDryRun: true)
            #expect(told == row.answer, "\(row.name)")
        }
        #expect(books.store.tip.seq == before)
        books.stopAndRemove()
    }

    @Test func `what is done is recorded, and asked for again it is nothing`() async throws {
        let books = try TestBank()
        _ = try await books.perform(.apply(.small(), backdate: false), id: "site")
        let done = Self.rows.filter { !$0.answer.hasPrefix("refused") }
        for row in done {
            let edit = try row.edit()
            let before = books.store.tip.seq
            let first = try await answer(to: edit, books)
            if first.isEmpty || first.hasPrefix("refused") {
                #expect(books.store.tip.seq == before, "\(row.name)")
            } else if !first.hasPrefix("add user") {
                #expect(books.store.tip.seq > before, "\(row.name)")
            }
            let again = try await answer(to: edit, books)
            #expect(again.isEmpty || again.hasPrefix("refused"), "\(row.name): \(again)")
        }
        #expect(try books.store.verify().finding == nil)
        books.stopAndRemove()
    }

    private func answer(
        to edit: Edit, _ books: TestBank, isDryRun: Bool = false
    ) async throws -> String {
        do {
            let root = Asker(userName: "root", isOperator: true)
            let outcome = try await books.bank.perform(
                Order(caller: "test", isDryRun: isDryRun, command: .edit(edit, by: root)))
            guard case .applied(let changes) = outcome else { return "\(outcome)" }
            return changes.map { "\($0.action.rawValue) \($0.what) \($0.name): \($0.detail)" }
                .joined(separator: "\n")
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            return "refused: \(refusal.text)"
        }
    }
}
