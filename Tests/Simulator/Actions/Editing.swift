/// Single edits, as an operator's commands make them: members, allocations, projects, pull-backs; and
/// those of somebody who may not.

import Books
import Registry
import Units

extension Action {
    static let edit = Action(name: "edit", weight: 4) { scene in
        guard let (project, place) = scene.place() else { return [] }
        var asker = Asker(userName: "root", isOperator: true)
        if scene.random.isHit(oneIn: 15) { asker = Asker(userName: "eve", isOperator: false) }
        let allocation = scene.world.site.projects[project].allocations[place]
        let edit: Edit =
            switch scene.random.number(0...9) {
            case 0...2: scene.editMember(of: allocation)
            case 3: scene.switchProject(scene.world.site.projects[project].name)
            case 4...5: scene.editPullback(of: allocation)
            default: scene.editAllocation(allocation)
            }
        return [
            Ask(.edit(edit, by: asker), in: &scene.world) { world, _ in
                world.site.take(edit, project, place)
            }
        ]
    }
}

extension Scene {
    fileprivate mutating func editMember(of allocation: SiteAllocation) -> Edit {
        let user = random.pick(Site.users) ?? "ada"
        let isThere = allocation.members.contains { $0.user == user }
        var fields = MemberFields(allocation: allocation.name, user: user)
        if random.isHit(oneIn: 2) {
            fields.cap =
                random.isHit(oneIn: 2)
                ? .clear : .set(ServiceUnits(microSU: random.number(0...150_000_000)))
        }
        let right: [Edit.Verb] = isThere ? [.modify, .enable, .enable, .disable] : [.add]
        return Edit(
            random.isHit(oneIn: 8) ? .modify : random.pick(right) ?? .modify, .member(fields))
    }

    fileprivate mutating func switchProject(_ name: String) -> Edit {
        Edit(random.isHit(oneIn: 4) ? .disable : .enable, .project(ProjectFields(name: name)))
    }

    /// Deleted only now and then: it is final.
    fileprivate mutating func editAllocation(_ allocation: SiteAllocation) -> Edit {
        var fields = AllocationFields(name: allocation.name)
        switch random.number(0...9) {
        case 0: return Edit(.delete, .allocation(fields))
        case 1: return Edit(.disable, .allocation(fields))
        case 2...4: return Edit(.enable, .allocation(fields))
        case 5...6:
            let end = max(allocation.window.start, now)
                .advanced(bySeconds: random.number(1...2_000_000))
            fields.end = .set(random.isHit(oneIn: 15) ? Instant(epochSeconds: 1) : end)
        case 7: fields.holdPolicy = random.pick(HoldPolicy.allCases)
        default:
            fields.overdraftLimit = ServiceUnits(microSU: random.number(0...60_000_000))
        }
        return Edit(.modify, .allocation(fields))
    }

    fileprivate mutating func editPullback(of allocation: SiteAllocation) -> Edit {
        var fields = AllocationFields(name: allocation.name)
        let known = auditor.pullbacks.keys.filter { $0.allocation == allocation.name }
            .map(\.at).sorted()
        if random.isHit(oneIn: 4), let at = random.pick(known) {
            fields.droppedPullbacks = [at]
        } else {
            let keep = try? Rational(Int128(random.number(0...7)), over: 7)
            fields.pullbacks = [
                SitePullback(
                    at: now.advanced(bySeconds: random.number(-2_000...60_000)),
                    keep: keep ?? .one)
            ]
        }
        return Edit(.modify, .allocation(fields))
    }
}

extension Site {
    /// So that a file that is applied later says the same.
    mutating func take(_ edit: Edit, _ project: Int, _ place: Int) {
        switch edit.thing {
        case .project: projects[project].status = edit.verb == .disable ? .inactive : .active
        case .allocation(let fields):
            let before = projects[project].allocations[place]
            projects[project].allocations[place] = before.edited(edit.verb, fields) ?? before
        case .member(let fields):
            var members = projects[project].allocations[place].members
            let before =
                members.first { $0.user == fields.user } ?? SiteMember(user: fields.user)
            members.removeAll { $0.user == fields.user }
            members.append(before.edited(edit.verb, fields))
            projects[project].allocations[place].members = members
        default: break
        }
    }
}
