/// Members ask for more, less, another end, status or cap; operators approve or reject, now and then
/// for another amount, and those who asked take it back.

import Books
import Registry
import Requests
import Units

extension Action {
    static let openRequest = Action(name: "open a request", weight: 3) { scene in
        guard let (project, place) = scene.place() else { return [] }
        let allocation = scene.world.site.projects[project].allocations[place]
        let wish = scene.wish(for: allocation)
        return [
            Ask(
                .request(
                    RequestOrder(.open(allocation: allocation.name, wish), by: scene.asker())),
                in: &scene.world)
        ]
    }

    static let stepRequest = Action(name: "end a request", weight: 3) { scene in
        let pending = scene.auditor.requests.filter { $0.value.isPending }.keys.sorted()
        let all = scene.auditor.requests.keys.sorted()
        guard let id = scene.random.pick(scene.random.isHit(oneIn: 9) ? all : pending),
            let request = scene.auditor.requests[id]
        else { return [] }
        var amount: ServiceUnits?
        if scene.random.isHit(oneIn: 4) {
            amount = ServiceUnits(microSU: scene.random.number(0...20_000_000))
        }
        let steps: [RequestStep] = [.approve(amount: amount), .approve(amount: nil), .reject]
        var asker = Asker(userName: "root", isOperator: true)
        var step = scene.random.pick(steps) ?? .reject
        if scene.random.isHit(oneIn: 5) { (asker, step) = (scene.asker(), .withdraw) }
        let order = RequestOrder(
            .step(ChangeRequestID(id), step), by: asker,
            approvesOwn: scene.random.isHit(oneIn: 2))
        return [
            Ask(.request(order), in: &scene.world) { [step] world, _ in
                guard case .approve(let amount) = step else { return }
                world.site.take(request.wish.approved(amount), of: request.allocation)
            }
        ]
    }
}

extension Scene {
    fileprivate mutating func asker() -> Asker {
        let ada = Asker(userName: "ada", isOperator: false, accountLineages: [["astro"], ["geo"]])
        let others = [
            ada, ada, Asker(userName: "eve", isOperator: false),
            Asker(userName: "root", isOperator: true),
        ]
        return random.pick(others) ?? ada
    }

    fileprivate mutating func wish(for allocation: SiteAllocation) -> NamedWish {
        let amount = ServiceUnits(microSU: random.number(0...40_000_000))
        switch random.number(0...6) {
        case 0...1: return .more(amount)
        case 2...3: return .less(amount)
        case 4: return .status(random.isHit(oneIn: 3) ? .inactive : .active)
        case 5: return .end(now.advanced(bySeconds: random.number(-500...2_000_000)))
        default:
            let user = random.isHit(oneIn: 3) ? "ben" : "ada"
            return .cap(user: user, random.isHit(oneIn: 3) ? nil : amount)
        }
    }
}

extension Site {
    fileprivate mutating func take(_ wish: NamedWish, of allocation: String) {
        for project in projects.indices {
            for place in projects[project].allocations.indices
            where projects[project].allocations[place].name == allocation {
                let members = projects[project].allocations[place].members
                let edit = wish.edit(of: allocation) { user, _ in
                    members.contains { $0.user == user }
                }
                if let edit { take(edit, project, place) }
            }
        }
    }
}
