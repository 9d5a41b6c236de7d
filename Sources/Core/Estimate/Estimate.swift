/// From a request and the cluster's view to what it may cost: one footprint for each partition.
///
/// The steps, each with its own refusal: account → partitions → array → and for each partition
/// time limit → what slurmctld fills in → nodes → TRES.

import Units

/// What `request` may be allocated, a footprint for each partition it names, in that order.
///
/// Never empty. The user's name is nil where it could not be resolved: then the request must name
/// its account. With several partitions the caller prices each and takes the dearest.
package func estimate(
    _ request: JobRequest, userName: String?, view: ClusterView,
    options: EstimateOptions = EstimateOptions()
) throws(EstimateRefusal) -> [Footprint] {
    guard view.isKnown else { throw .viewMissing(cluster: view.cluster) }
    try request.checkBounds()
    var notes: [EstimateNote] = []
    notes.reserveCapacity(6)
    let account = try account(of: request, userName: userName, view: view, notes: &notes)
    let partitions = try partitions(of: request, view: view, notes: &notes)
    var array: ArraySpec?
    if let text = request.arrayIndices, !text.isEmpty {
        array = try ArraySpec(reading: text, maxArraySize: view.config.maxArraySize)
    }
    let licences = try readLicences(request.licenses)
    let qos =
        request.qos
        ?? userName.flatMap {
            view.associations.defaultQOS(user: $0, account: account)
        }
    var footprints: [Footprint] = []
    footprints.reserveCapacity(partitions.count)
    for partition in partitions {
        var footprint = try estimate(
            request, in: partition, first: partitions[0], licences: licences, view: view,
            strict: options.bound == .strict, notes: notes)
        (footprint.account, footprint.qos, footprint.begin) = (account, qos, request.begin)
        (footprint.tasks, footprint.concurrentTasks) = (array?.tasks ?? 1, array?.concurrent)
        footprint.testOnlyHint = request.looksLikeTest
        footprints.append(footprint)
    }
    return footprints
}

private func account(
    of request: JobRequest, userName: String?, view: ClusterView, notes: inout [EstimateNote]
) throws(EstimateRefusal) -> String {
    if let named = request.account, !named.isEmpty { return named.lowercased() }
    guard let userName, let usual = view.associations.defaultAccounts[userName] else {
        throw .needsAccount(user: userName)
    }
    notes.append(.defaultAccount(usual))
    return usual
}

private func partitions(
    of request: JobRequest, view: ClusterView, notes: inout [EstimateNote]
) throws(EstimateRefusal) -> [Partition] {
    guard let text = request.partition, !text.isEmpty else {
        guard let name = view.defaultPartition, let partition = view.partition(name) else {
            throw .needsPartition
        }
        notes.append(.defaultPartition(name))
        return [partition]
    }
    if let partition = view.partition(text) { return [partition] }
    var partitions: [Partition] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let partition = view.partition(String(name)) else {
            throw .unknownPartition(String(name))
        }
        if !partitions.contains(where: { $0.name == partition.name }) {
            partitions.append(partition)
        }
    }
    return partitions
}

/// One partition's part; account, QOS and array are filled in by the caller.
private func estimate(
    _ request: JobRequest, in partition: Partition, first: Partition,
    licences: [(name: TRESName, count: Int64)], view: ClusterView, strict: Bool,
    notes: [EstimateNote]
) throws(EstimateRefusal) -> Footprint {
    var notes = notes
    let config = view.config
    let limit = try TimeLimit(request, in: partition, first: first)
    if let note = limit.note { notes.append(note) }
    let candidates = try Candidates(request, partition: partition, nodes: view.nodes)
    var ask = try Ask(request, requiredNodes: candidates.required, selection: config.selection)
    if config.allowsSpecResources, request.coreSpec != nil { ask.wholeNodes = true }
    ask.settle(in: partition, config: config, notes: &notes)
    let choice = try Choice(
        ask, candidates: candidates, partition: partition, config: config, strict: strict)
    choice.explain(to: &notes, strict: strict)
    var counts = choice.allocation.counts(accounted: config.accountedTRES)
    for (name, count) in licences {
        if config.countsAllLicences || config.accountedTRES?.contains(name) ?? true {
            counts[name, default: 0] += count
        } else {
            notes.append(.notAccounted(name))
        }
    }
    counts[.billing] = partition.billing.billing(of: counts, dearestOnly: config.billsDearestTRES)
    if let (name, _) = counts.first(where: { $0.value > largestCount }) {
        throw .tooLarge(field: name.description, limit: largestCount)
    }
    var minutes = limit.minutes
    if strict, let over = partition.record.overTimeLimitMinutes ?? config.overTimeLimitMinutes,
        over > 0
    {
        minutes += over
        notes.append(.overTime(minutes: over))
    }
    return Footprint(
        account: "", partition: partition.name, timeLimitSeconds: minutes * 60,
        perTask: TRESCounts(counts),
        notes: notes, isExact: choice.isExact)
}

extension Choice {
    fileprivate func explain(to notes: inout [EstimateNote], strict: Bool) {
        if fitsNowhere { notes.append(.fitsNowhere) }
        if unlikeNodes { notes.append(.unlikeNodes) }
        if strict, mostNodes > 1 {
            notes.append(.mostNodes(mostNodes))
        } else if mostNodes > allocation.nodes {
            notes.append(.fewestNodes(allocation.nodes))
        }
    }
}

extension JobRequest {
    /// `--test-only` among the options, before the script's name.
    ///
    /// A user's text and so only a hint: which options take a value isn't known, a word after an
    /// option that could have one is taken for it.
    fileprivate var looksLikeTest: Bool {
        guard let bytes = submitLine?.utf8, bytes.count > 11 else { return false }
        var mayBeValue = false
        for word in bytes.split(separator: UInt8(ascii: " ")).dropFirst() {
            if word.elementsEqual("--test-only".utf8) { return true }
            if word.first == UInt8(ascii: "-") {
                let isLong = word.starts(with: "--".utf8)
                mayBeValue = isLong ? !word.contains(UInt8(ascii: "=")) : word.count == 2
            } else if mayBeValue {
                mayBeValue = false
            } else {
                return false
            }
        }
        return false
    }
}
