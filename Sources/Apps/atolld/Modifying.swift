/// A change of a job, asked by slurmctld before its own permission check: who wants what → what it may
/// cost then → the Bank's answer in words. Nothing here waits for the gauge.

import Bank
import Books
import Codec
import Collector
import Dispatch
import Estimate
import Ledger
import Logging
import Registry
import Server
import SiteFiles
import Store
import Units
import Wire

extension Handler {
    func modify(
        _ request: Request.Modify, id: RequestID, _ policy: Policy, _ answer: AnswerSink
    ) {
        if let error = unusable(request.cut) { return answer.failed(error) }
        guard let view = collector.view(of: request.cluster) else {
            return answer.failed(mustPassOver(request.cluster))
        }
        names.resolve(request.change.userID) { ownerName in
            self.names.resolve(request.callerUID) { callerName in
                let owner = ownerName ?? "uid:\(request.change.userID)"
                let caller = callerName ?? "uid:\(request.callerUID)"
                if policy.exemptUsers.contains(owner) { return answer.done(.modify(.init())) }
                var meant = request.meant(
                    self.collector.arrayTask(request.jobID, on: request.cluster))
                // An array has one throttle, whichever task it is changed by.
                if request.change.arrayThrottle != nil, meant.part.tasks != nil {
                    meant.part = .whole
                }
                var asked = Modification(
                    cluster: request.cluster, job: meant.job, part: meant.part, ownerName: owner,
                    callerName: caller, callerMayAll: policy.mayChangeAnyJob(request.callerUID),
                    wish: request.wish)
                asked.admitsShort = policy.admission.whenInsufficient == .warn
                asked.admitsUnknownAccount = policy.admission.unknownAccount == .admit
                if view.associations.operators.contains(caller) { asked.callerMayAll = true }
                asked.coordinated = view.associations.accounts(coordinatedBy: caller)
                asked.parents = view.associations.parents
                asked.callerID = Int64(request.callerUID)
                asked.ranksReadAt = self.collector.shapeReadAt(of: request.cluster)
                let polls = self.collector.polls(of: request.cluster)
                (asked.pollsBegun, asked.pollsShown) = (polls?.begun ?? 0, polls?.shown ?? 0)
                do throws(WireError) {
                    try asked.take(request.change, view: view, policy)
                } catch {
                    return answer.failed(error)
                }
                if request.change.account != nil, asked.accountLineage == nil {
                    // Perhaps the association is newer than our view of them.
                    self.collector.refreshShape(of: request.cluster)
                }
                guard asked.changesPrice else { return answer.done(.modify(.init())) }
                guard asked.changesSize || asked.partition != nil else {
                    return self.submit(asked, request, id, policy, answer)
                }
                // What was asked for at submission lies on the disk: event loops must not wait.
                self.reading.operators.async { [asked] in
                    var asked = asked
                    asked.options = self.options(of: asked, request.change, view: view, policy)
                    self.submit(asked, request, id, policy, answer)
                }
            }
        }
    }

    /// What a task may use after the change, worked out from what was asked for at submission.
    private func options(
        of asked: Modification, _ change: JobRequest, view: ClusterView, _ policy: Policy
    ) -> [Admission.Option]? {
        // A het job's components were submitted each on its own.
        let job: Int64 =
            if case .component(let offset) = asked.part { asked.job + Int64(offset) } else {
                asked.job
            }
        guard
            let memo = try? store.memo(
                ofJob: job, owner: asked.ownerName, cluster: asked.cluster),
            let line = try? Codec.decodeRequest(Array(memo.utf8)),
            case .admit(let submitted) = line.operation
        else { return nil }
        var changed = submitted.job
        changed.change(to: change)
        guard
            let footprints = try? estimate(
                changed, userName: asked.ownerName, view: view, options: policy.estimate)
        else { return nil }
        let charged = footprints.filter { !policy.exemptPartitions.contains($0.partition) }
        return charged.isEmpty
            ? nil : charged.map { .init(partition: $0.partition, footprint: $0.perTask) }
    }

    private func submit(
        _ asked: Modification, _ request: Request.Modify, _ id: RequestID, _ policy: Policy,
        _ answer: AnswerSink
    ) {
        let order = Order(
            caller: "hook:\(asked.cluster)", id: id.description,
            digest: digest(of: .modify(request)), command: .modify(asked))
        bank.submit(order) { [self] result in
            if result.isOfStranger { lookWhoMay(request) }
            switch result {
            case .success(.modified(let modified)) where modified.tolerated != nil:
                answer.done(.modify(.init(message: modified.tolerated?.warning)))
            case .success(.modified(let modified)):
                let says = modified.isShort || policy.admission.messageOnAdmit
                answer.done(.modify(.init(message: says ? modifiedText(modified) : nil)))
            case .success:
                answer.failed(.init(.conflict, "atoll: this id was used for something else."))
            case .failure(let error): answer.failed(wireError(error, notes: []))
            }
        }
    }
}

extension BankResult {
    /// Of a raise whose asker has no such say in the job, as far as it is known.
    fileprivate var isOfStranger: Bool {
        switch self {
        case .success(.modified(let modified)): modified.isPassedOver
        case .failure(.refused(.noSay)): true
        default: false
        }
    }
}

extension Handler {
    /// How short after a look into Slurm a stranger brings about no other.
    private static let ranksSeconds: Int64 = 10

    /// Slurm refuses whom it has not made an operator; perhaps it has, since the last look.
    private func lookWhoMay(_ request: Request.Modify) {
        let at = collector.shapeReadAt(of: request.cluster)
        // Anybody may ask, and as often as they like.
        guard
            collector.refreshShape(of: request.cluster, unlessReadWithin: Self.ranksSeconds)
        else { return }
        logger.notice(
            "a change that may raise a job: its asker has no such say in it",
            metadata: [
                "cluster": "\(request.cluster)", "job": "\(request.jobID)",
                "uid": "\(request.callerUID)",
                "as_read_at": "\(at.map(\.description) ?? "never")",
            ])
    }
}

func modifiedText(_ modified: Modified) -> String? {
    guard modified.held > .zero, let allocation = modified.allocation else { return nil }
    if modified.isShort {
        return "atoll: warning: up to \(modified.held) SU more held, which \(allocation) does not "
            + "cover: \(modified.left) SU left."
    }
    return "atoll: up to \(modified.held) SU more held, \(modified.left) SU left in \(allocation)."
}

extension Policy {
    /// Root, SlurmUser and the settings' operators. Whom Slurm lets change any job beside them is in
    /// slurmdbd.
    func mayChangeAnyJob(_ uid: UInt32) -> Bool {
        uid == 0 || hooks.contains(uid) || operators.contains(uid)
    }
}

extension Modification {
    var changesPrice: Bool {
        timeLimitSeconds != nil || endsAt != nil || partition != nil || qos != nil
            || accountLineage != nil || changesSize || tasksAtOnce != nil
    }

    /// Takes over what of `change` Slurm may do. What it will refuse is left out, for the rest of an
    /// update may be done all the same.
    fileprivate mutating func take(
        _ change: JobRequest, view: ClusterView, _ policy: Policy
    ) throws(WireError) {
        let associations = view.associations
        if let named = change.partition, !named.isEmpty {
            let names = named.split(separator: ",").map(String.init)
            if names.allSatisfy({ view.partition($0) != nil }) { partition = named }
        }
        if let minutes = change.timeLimitMinutes {
            timeLimitSeconds = try seconds(ofMinutes: minutes, view)
        }
        endsAt = change.end
        tasksAtOnce = change.arrayThrottle.map { max($0, 0) }
        changesSize = change.changesSize
        if let named = change.account {
            let account =
                named.isEmpty ? associations.defaultAccounts[ownerName] : named.lowercased()
            let isAssociated =
                account.map {
                    associations.isEmpty || associations.includes(user: ownerName, account: $0)
                }
                ?? false
            if let account, isAssociated || !view.config.enforcesAssociations,
                !policy.exemptAccounts.contains(account)
            {
                accountLineage = associations.lineage(of: account)
                ownerIsAssociated = isAssociated
            }
        }
        if let named = change.qos {
            let account = accountLineage?.first ?? associations.defaultAccounts[ownerName] ?? ""
            qos =
                named.isEmpty
                ? associations.defaultQOS(user: ownerName, account: account) : named
        }
    }

    /// Without a limit a job may run as long as the longest partition lets it.
    private func seconds(
        ofMinutes minutes: Int64, _ view: ClusterView
    ) throws(WireError) -> Int64 {
        guard minutes >= JobRequest.unlimitedMinutes else { return minutes * 60 }
        let names = partition.map { $0.split(separator: ",").map(String.init) }
        let partitions = (names ?? view.partitionNames).compactMap { view.partition($0) }
        guard let most = partitions.compactMap(\.record.maxTimeMinutes).max() else {
            throw WireError(
                .cannotEstimate, "atoll: refused: a job without a time limit can't be priced.")
        }
        return most * 60
    }
}

extension JobRequest {
    /// Whether it asks for another size.
    fileprivate var changesSize: Bool {
        let numbers = [
            minNodes, maxNodes, numTasks, cpusPerTask, ntasksPerNode, ntasksPerSocket,
            ntasksPerCore, ntasksPerTRES, socketsPerNode, minCPUs, maxCPUs, pnMinCPUs,
            memoryPerNodeMiB, memoryPerCPUMiB, shared, threadsPerCore, coreSpec,
        ]
        let texts = [
            tresPerJob, tresPerNode, tresPerSocket, tresPerTask, cpusPerTRES, memPerTRES, licenses,
            features, requiredNodes,
        ]
        return overcommit || numbers.contains { $0 != nil } || texts.contains { $0 != nil }
    }

    /// Puts what `change` names in the place of what was asked for.
    fileprivate mutating func change(to change: JobRequest) {
        func take<Value>(_ path: WritableKeyPath<JobRequest, Value?>) {
            if let value = change[keyPath: path] { self[keyPath: path] = value }
        }
        for path in [
            \JobRequest.minNodes, \.maxNodes, \.numTasks, \.cpusPerTask, \.ntasksPerNode,
            \.ntasksPerSocket, \.ntasksPerCore, \.ntasksPerTRES, \.socketsPerNode, \.minCPUs,
            \.maxCPUs, \.pnMinCPUs, \.shared, \.threadsPerCore, \.coreSpec, \.timeLimitMinutes,
        ] { take(path) }
        for path in [
            \JobRequest.tresPerJob, \.tresPerNode, \.tresPerSocket, \.tresPerTask, \.cpusPerTRES,
            \.memPerTRES, \.licenses, \.features, \.requiredNodes, \.excludedNodes, \.partition,
            \.account, \.qos,
        ] { take(path) }
        if change.overcommit { overcommit = true }
        // Slurm has one number for both.
        if change.memoryPerNodeMiB != nil || change.memoryPerCPUMiB != nil {
            memoryPerNodeMiB = change.memoryPerNodeMiB
            memoryPerCPUMiB = change.memoryPerCPUMiB
        }
    }
}

extension Request.Modify {
    /// The base job, and what of it.
    ///
    /// - Parameter task: the array's task that has this job id, where one has.
    fileprivate func meant(_ task: ArrayTask?) -> (job: Int64, part: JobPart) {
        // `71_4` names the task of array 71, whatever else has the number 71.
        let isNumber = jobName.map { Int64($0) == jobID } ?? true
        guard isNumber, let task else { return (jobID, JobPart(naming: jobName ?? "")) }
        return (task.job, .tasks(String(task.number)))
    }

    /// `71: time limit 02:00:00, account bio`.
    fileprivate var wish: String {
        var words: [String] = []
        if let minutes = change.timeLimitMinutes {
            words.append(
                "time limit "
                    + (minutes >= JobRequest.unlimitedMinutes
                        ? "unlimited" : slurmDuration(seconds: minutes * 60)))
        }
        if let end = change.end { words.append("end \(end)") }
        for (name, value) in [
            ("account", change.account), ("partition", change.partition), ("QOS", change.qos),
        ] {
            if let value { words.append("\(name) \(value.isEmpty ? "by default" : value)") }
        }
        if let tasks = change.arrayThrottle {
            words.append(tasks > 0 ? "\(tasks) tasks at once" : "any number of tasks at once")
        }
        if change.changesSize { words.append("another size") }
        return "\(jobName ?? String(jobID)): "
            + (words.isEmpty ? "a change" : words.joined(separator: ", "))
    }
}
