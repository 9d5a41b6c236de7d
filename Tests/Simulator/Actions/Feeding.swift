/// What an allocation programme decides: more and less credit, of grants that are known and unknown.

import Books
import Registry
import Requests
import Units

extension Action {
    static let feed = Action(name: "feed", weight: 3) { scene in
        guard let project = scene.random.pick(scene.world.site.projects),
            let allocation = scene.random.pick(project.allocations)
        else { return [] }
        let known = project.originatedID ?? "nobody"
        var record = FeedRecord(
            source: scene.random.isHit(oneIn: 3) ? "access" : "ACCESS", id: "r",
            project: scene.random.isHit(oneIn: 20) ? "nobody" : known,
            allocation: scene.random.isHit(oneIn: 8) ? nil : allocation.name,
            .adjustment(ServiceUnits(microSU: scene.random.number(-30_000_000...30_000_000))))
        if scene.random.isHit(oneIn: 2) {
            let start = scene.now.advanced(bySeconds: scene.random.number(-3_000...100_000))
            record.change = .supplement(
                ServiceUnits(microSU: scene.random.number(0...30_000_000)),
                start: scene.random.isHit(oneIn: 2) ? nil : start,
                end: scene.random.isHit(oneIn: 2)
                    ? nil : start.advanced(bySeconds: scene.random.number(-500...150_000)))
        }
        let root = Asker(userName: "root", isOperator: true)
        return [Ask(.feed(FeedOrder(record, by: root)), in: &scene.world)]
    }
}
