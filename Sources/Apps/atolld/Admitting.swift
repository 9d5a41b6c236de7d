/// Admission and quotes: who asks → what it may cost → the Bank's or the picture's answer in words.

import Bank
import Books
import Codec
import Collector
import Crypto
import Estimate
import Foundation
import Registry
import Server
import SiteFiles
import Units
import Wire

extension Handler {
    func admit(
        _ request: Request.Admit, id: RequestID, _ policy: Policy, _ answer: AnswerSink
    ) {
        guard collector.view(of: request.cluster) != nil else {
            return answer.failed(mustPassOver(request.cluster))
        }
        names.resolve(request.job.userID) { name in
            let asked = Asked(
                cluster: request.cluster, job: request.job,
                user: name ?? "uid:\(request.job.userID)", isKnownUser: name != nil)
            if let error = self.unusable(request.cut) {
                return self.fail(error, asked, answer)
            }
            switch self.work(out: asked, policy) {
            case .failed(let error): self.fail(error, asked, answer)
            case .passes(let reason):
                answer.done(.admit(.init(held: .zero, notes: [reason])))
            case .asks(var admission, let footprint):
                admission.token = id.description
                admission.memo = self.memo(of: request, id, footprint)
                admission.isPerhapsTest = footprint.testOnlyHint
                self.hold(admission, footprint, asked, policy, answer)
            }
        }
    }

    private func hold(
        _ admission: Admission, _ footprint: Footprint, _ asked: Asked, _ policy: Policy,
        _ answer: AnswerSink
    ) {
        var order = Order(
            caller: "hook:\(admission.cluster)", id: admission.token, digest: asked.digest,
            command: .admit(admission))
        order.isRebuildable = policy.admission.durability == .rebuild
        bank.submit(order) { result in
            switch result {
            case .success(.admitted(let admitted)):
                let text = admittedText(admitted, isTest: footprint.testOnlyHint)
                answer.done(
                    .admit(
                        .init(
                            message: policy.admission.messageOnAdmit ? text : nil,
                            account: admitted.account, allocation: admitted.allocation,
                            held: admitted.held, left: admitted.left,
                            notes: footprint.explanation)))
            case .success(.tolerated(let it)):
                answer.done(.admit(.init(tolerated: it, notes: footprint.explanation)))
            case .success:
                answer.failed(.init(.conflict, "atoll: this id was used for something else."))
            case .failure(.refused(.unknownAccount(let account)))
            where policy.admission.unknownAccount == .admit:
                answer.done(
                    .admit(.init(held: .zero, notes: ["no project has account \(account)"])))
            case .failure(let error):
                self.fail(
                    wireError(error, notes: footprint.explanation), asked, answer,
                    lineage: admission.accountLineage)
            }
        }
    }

    func void(_ request: Request.Release, _ answer: AnswerSink) {
        let order = Order(
            caller: "hook:\(request.cluster)",
            command: .void(cluster: request.cluster, token: request.token.description))
        bank.submit(order) { result in
            switch result {
            case .success(.released(let amount)): answer.done(.void(.init(released: amount)))
            case .success: answer.done(.void(.init(released: .zero)))
            case .failure(let error): answer.failed(wireError(error, notes: []))
            }
        }
    }

    func quote(_ request: Request.Quote, _ policy: Policy, _ answer: AnswerSink) {
        if let error = unusable(request.cut) { return answer.failed(error) }
        let names = collector.clusterNames
        guard let cluster = request.cluster ?? (names.count == 1 ? names[0] : nil) else {
            return answer.failed(
                .init(
                    .invalid,
                    "there are several clusters (\(names.joined(separator: ", "))); say which."))
        }
        self.names.resolve(request.job.userID) { name in
            let asked = Asked(
                cluster: cluster, job: request.job, user: name ?? "uid:\(request.job.userID)",
                isKnownUser: name != nil)
            switch self.work(out: asked, policy) {
            case .failed(let error): answer.failed(error)
            case .passes(let reason):
                answer.failed(.init(.cannotEstimate, "this job is not accounted for: \(reason)"))
            case .asks(let admission, let footprint):
                let quoted = self.bank.picture.quote(admission, at: .now)
                answer.finish(
                    quoted, of: admission, footprint,
                    mode: self.bank.modes.mode(
                        on: cluster, lineage: admission.accountLineage))
            }
        }
    }

    /// What is kept of a submission; what its user wrote to submit it is not.
    private func memo(
        of request: Request.Admit, _ id: RequestID, _ footprint: Footprint
    ) -> SubmissionMemo {
        var asked = request
        asked.job.submitLine = nil
        let line = Codec.encode(Request(id: id, .admit(asked)))
        return SubmissionMemo(
            notes: footprint.explanation, request: String(decoding: line, as: UTF8.self))
    }

    /// A request whose estimate would need a field that had to be cut.
    func unusable(_ cut: [String]) -> WireError? {
        // Nodes that are left out make nothing dearer.
        let needed = cut.filter { $0 != "exc_nodes" && $0 != "submit_line" }
        guard !needed.isEmpty else { return nil }
        return .init(
            .cannotEstimate,
            "atoll: refused: \(needed.joined(separator: ", ")) is too long to be priced.")
    }
}

/// Who submits what.
struct Asked: Sendable {
    let cluster: String
    let job: JobRequest
    let user: String
    let isKnownUser: Bool

    /// SHA-256 of all that was asked, for a token that comes twice.
    var digest: [UInt8] {
        var bytes = Array("\(cluster)\n\(user)\n".utf8)
        for field in job.canonicalFields {
            bytes += field.utf8
            bytes.append(10)
        }
        return Array(SHA256.hash(data: bytes))
    }
}

extension JobRequest {
    /// Every field that money depends on, in a fixed order; an absent one leaves its place empty.
    fileprivate var canonicalFields: [String] {
        let texts = [
            account, partition, qos, reservation, tresPerJob, tresPerNode, tresPerSocket,
            tresPerTask, cpusPerTRES, memPerTRES, licenses, features, requiredNodes,
            excludedNodes, arrayIndices,
        ]
        let numbers: [Int64?] = [
            Int64(userID), timeLimitMinutes, timeMinMinutes, minNodes, maxNodes, numTasks,
            cpusPerTask, ntasksPerNode, ntasksPerSocket, minCPUs, maxCPUs, pnMinCPUs,
            memoryPerNodeMiB, memoryPerCPUMiB, shared, threadsPerCore, coreSpec, hetOffset,
            begin?.epochSeconds, ntasksPerCore, ntasksPerTRES, socketsPerNode, overcommit ? 1 : 0,
        ]
        return texts.map { $0 ?? "" } + numbers.map { $0.map(String.init) ?? "" }
    }
}
