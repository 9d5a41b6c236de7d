/// What operators do: grants, rates, windows, limits, caps and statuses, right and wrong.

import Books
import Rates
import Registry
import Units

extension Action {
    static let grant = Action(name: "grant", weight: 4) { scene in
        guard let allocation = scene.random.pick(scene.allocations) else { return [] }
        let start: Instant? =
            scene.random.isHit(oneIn: 2)
            ? nil : scene.now.advanced(bySeconds: scene.random.number(-3_000...100_000))
        let from = start ?? scene.now
        let end: Instant? =
            scene.random.isHit(oneIn: 3)
            ? nil : from.advanced(bySeconds: scene.random.number(-500...150_000))
        let most: Int64 = scene.random.isHit(oneIn: 3) ? 400_000_000 : 30_000_000
        return [
            Ask(
                .grant(
                    GrantRequest(
                        allocation: scene.random.isHit(oneIn: 40) ? "nobody" : allocation.name,
                        amount: ServiceUnits(microSU: scene.random.number(1...most)),
                        start: start, end: end)),
                in: &scene.world)
        ]
    }

    /// A resource costs something else from some time on; now and then from before.
    static let changeRates = Action(name: "change rates", weight: 1) { scene in
        let index = Int(scene.random.number(0...Int64(scene.world.site.resources.count - 1)))
        let backdate = scene.random.isHit(oneIn: 3)
        let turn = scene.now.advanced(
            bySeconds: scene.random.number(backdate ? -50_000...0 : 0...100_000))
        var site = scene.world.site
        var rates = site.resources[index].rates.filter { $0.window.start < turn }
        if let last = rates.popLast() {
            let end = min(last.window.end, turn)
            rates.append(
                SiteRate(
                    suPerHour: last.suPerHour,
                    window: Interval(start: last.window.start, end: end)!))
        }
        rates.append(try .random(&scene.random, Interval(start: turn, end: nil)!))
        site.resources[index].rates = rates
        return [scene.apply(site, backdate: backdate)]
    }

    /// Its end, its overdraft limit, the way it holds.
    static let changeAllocation = Action(name: "change an allocation", weight: 2) { scene in
        var site = scene.world.site
        guard let (project, index) = scene.place() else { return [] }
        var allocation = site.projects[project].allocations[index]
        switch scene.random.number(0...3) {
        case 0:
            let end = max(allocation.window.start, scene.now)
                .advanced(bySeconds: scene.random.number(1...2_000_000))
            allocation.window = Interval(start: allocation.window.start, end: end)!
        case 1:
            allocation.overdraftLimit = ServiceUnits(
                microSU: scene.random.number(0...60_000_000))
        case 2: allocation.holdPolicy = scene.random.pick(HoldPolicy.allCases) ?? .submit
        default: allocation.windowPolicy = scene.random.pick(WindowPolicy.allCases) ?? .whole
        }
        site.projects[project].allocations[index] = allocation
        return [scene.apply(site)]
    }

    static let changeMember = Action(name: "change a member", weight: 2) { scene in
        var site = scene.world.site
        guard let (project, index) = scene.place() else { return [] }
        let user = scene.random.pick(Site.users) ?? "ada"
        var members = site.projects[project].allocations[index].members
        members.removeAll { $0.user == user }
        members.append(
            SiteMember(
                user: user,
                cap: scene.random.isHit(oneIn: 2)
                    ? ServiceUnits(microSU: scene.random.number(0...150_000_000)) : nil,
                status: scene.random.isHit(oneIn: 8) ? .inactive : .active))
        site.projects[project].allocations[index].members = members
        return [scene.apply(site)]
    }

    /// What is INACTIVE is mostly made ACTIVE again, or nothing would be admitted for long.
    static let changeStatus = Action(name: "change a status", weight: 2) { scene in
        var site = scene.world.site
        guard let (project, index) = scene.place() else { return [] }
        if scene.random.isHit(oneIn: 3) {
            switch scene.random.number(0...2) {
            case 0: site.projects[project].status = .inactive
            case 1: site.projects[project].allocations[index].status = .inactive
            default: site.setMembers(.inactive, of: project, index)
            }
        } else {
            site.projects[project].status = .active
            for place in site.projects[project].allocations.indices
            where site.projects[project].allocations[place].status != .deleted {
                site.projects[project].allocations[place].status = .active
                site.setMembers(.active, of: project, place)
            }
        }
        return [scene.apply(site)]
    }

    /// What has to be refused whole: a price of the past, or two pools of one thing.
    static let applyWrong = Action(name: "apply wrong", weight: 1) { scene in
        var site = scene.world.site
        // Something right beside it, which must not come in either.
        site.clusters[0].title = "title \(scene.now)"
        if scene.random.isHit(oneIn: 2) {
            site.resources[0].rates = [
                SiteRate(
                    suPerHour: try Rational(9, over: 1),
                    window: Interval(start: Instant(epochSeconds: 1), end: nil)!)
            ]
        } else {
            var second = site.projects[0].allocations[0]
            // Nothing overlaps what is deleted.
            guard second.status != .deleted else { return [] }
            second.name = "second"
            site.projects[0].allocations.append(second)
        }
        return [scene.apply(site)]
    }
}

extension Site {
    /// With one cluster and one user more.
    static func grown(_ site: Site, at now: Instant) -> Site {
        var site = site
        site.clusters.append(SiteCluster(name: "atoll\(now.epochSeconds)"))
        site.projects[0].allocations[0].members.append(SiteMember(user: "fay"))
        return site
    }

    fileprivate mutating func setMembers(_ status: Status, of project: Int, _ allocation: Int) {
        for index in projects[project].allocations[allocation].members.indices {
            projects[project].allocations[allocation].members[index].status = status
        }
    }
}

extension Scene {
    var allocations: [SiteAllocation] { world.site.projects.flatMap(\.allocations) }

    mutating func place() -> (project: Int, allocation: Int)? {
        random.pick(
            world.site.projects.indices.flatMap { project in
                world.site.projects[project].allocations.indices.map { (project, $0) }
                    .filter {
                        world.site.projects[$0].allocations[$1].status != .deleted
                    }
            })
    }

    /// The world's site is the new one once it is applied.
    mutating func apply(_ site: Site, backdate: Bool = false) -> Ask {
        Ask(.apply(site, backdate: backdate), in: &world) { world, _ in world.site = site }
    }
}
