import Registry
import Requests
import Testing
import Units

private let ada = UserID(1)
private let root = UserID(2)
private let at = Instant(epochSeconds: 100)

private func su(_ text: String) -> ServiceUnits {
    guard let amount = try? ServiceUnits(parsing: text) else { preconditionFailure(text) }
    return amount
}

struct StepRow: Sendable, CustomTestStringConvertible {
    let wish: Wish
    let step: RequestStep
    let user: UserID
    let isOperator: Bool
    var approvesOwn = false
    let result: Result<RequestState, StepProblem>
    var testDescription: String { "\(wish), \(step), by \(user): \(result)" }
}

@Suite struct RequestStepTests {
    private static let more = Wish.more(su("500"))
    static let rows = [
        StepRow(
            wish: more, step: .approve(amount: nil), user: root, isOperator: true,
            result: .success(.approved)),
        StepRow(
            wish: more, step: .approve(amount: su("300")), user: root, isOperator: true,
            result: .success(.approved)),
        StepRow(
            wish: more, step: .reject, user: root, isOperator: true,
            result: .success(.rejected)),
        StepRow(
            wish: more, step: .withdraw, user: ada, isOperator: false,
            result: .success(.withdrawn)),
        StepRow(
            wish: more, step: .approve(amount: nil), user: ada, isOperator: false,
            result: .failure(.notAnOperator)),
        StepRow(
            wish: more, step: .reject, user: ada, isOperator: false,
            result: .failure(.notAnOperator)),
        StepRow(
            wish: more, step: .approve(amount: nil), user: ada, isOperator: true,
            result: .failure(.ownRequest)),
        StepRow(
            wish: more, step: .approve(amount: nil), user: ada, isOperator: true,
            approvesOwn: true, result: .success(.approved)),
        StepRow(
            wish: more, step: .withdraw, user: root, isOperator: true,
            result: .failure(.notTheRequester)),
        StepRow(
            wish: more, step: .approve(amount: .zero), user: root, isOperator: true,
            result: .failure(.badAmount)),
        StepRow(
            wish: .end(at), step: .approve(amount: su("1")), user: root, isOperator: true,
            result: .failure(.noAmount(.end))),
        StepRow(
            wish: .status(.inactive), step: .approve(amount: su("1")), user: root,
            isOperator: true, result: .failure(.noAmount(.status))),
        StepRow(
            wish: .cap(ada, su("50")), step: .approve(amount: .zero), user: root,
            isOperator: true, result: .success(.approved)),
    ]

    @Test(arguments: rows) func `a pending request takes the steps that are its own`(
        row: StepRow
    ) throws {
        var request = ChangeRequest(
            id: ChangeRequestID(1), allocation: AllocationID(1), requester: ada, wish: row.wish,
            createdAt: at)
        let before = request
        do {
            try request.take(
                row.step, by: row.user, isOperator: row.isOperator, approvesOwn: row.approvesOwn,
                at: at)
            #expect(row.result == .success(request.state))
            #expect(request.decidedAt == at && request.decidedBy == row.user)
        } catch {
            #expect(row.result == .failure(error))
            #expect(request == before)
        }
    }

    @Test(arguments: [RequestStep.approve(amount: nil), .reject, .withdraw])
    func `what is over stays as it is`(step: RequestStep) throws {
        for end in [RequestStep.approve(amount: nil), .reject] {
            var request = ChangeRequest(
                id: ChangeRequestID(1), allocation: AllocationID(1), requester: ada,
                wish: Self.more, createdAt: at)
            try request.take(end, by: root, isOperator: true, approvesOwn: false, at: at)
            let over = request
            let user = step == .withdraw ? ada : root
            #expect(throws: StepProblem.over(over.state)) {
                try request.take(
                    step, by: user, isOperator: true, approvesOwn: false, at: at)
            }
            #expect(request == over)
        }
    }

    @Test func `what is granted is the wish for the approved amount`() throws {
        var request = ChangeRequest(
            id: ChangeRequestID(1), allocation: AllocationID(1), requester: ada, wish: Self.more,
            createdAt: at)
        try request.take(
            .approve(amount: su("300")), by: root, isOperator: true, approvesOwn: false, at: at)
        #expect(request.granted == .more(su("300")))
        #expect(request.wish == Self.more && request.approvedAmount == su("300"))
    }
}
