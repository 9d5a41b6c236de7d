/// The forms of sacct's JobID: `123`, `123_4`, `123_[1-9%2]`, `123+1`; behind a point, a step.
struct JobIdentifier: Equatable {
    /// The number in front: the job's own, its array's or its het job's leader's.
    var base: Int64
    var arrayTaskID: Int64?
    /// What stands between the brackets of a pending array.
    var arrayTaskString: String?
    var hetOffset: Int64?
    /// `123.batch`, `123.extern`, `123.0`: a step, which is part of what its job is charged for.
    var isStep = false

    var isArray: Bool { arrayTaskID != nil || arrayTaskString != nil }

    /// Nil where it is none of these forms.
    init?(_ field: Field) {
        var place = 0
        while place < field.count, field[place] &- 48 <= 9 { place += 1 }
        guard let base = field.slice(0..<place).unsigned else { return nil }
        self.base = base
        guard place < field.count else { return }
        let rest = field.slice(place + 1..<field.count)
        switch field[place] {
        case UInt8(ascii: "."):
            isStep = true
        case UInt8(ascii: "_"):
            if rest.count > 2, rest[0] == UInt8(ascii: "["),
                rest[rest.count - 1] == UInt8(ascii: "]")
            {
                arrayTaskString = rest.slice(1..<rest.count - 1).string
            } else {
                guard let task = number(rest) else { return nil }
                arrayTaskID = task
            }
        case UInt8(ascii: "+"):
            guard let offset = number(rest) else { return nil }
            hetOffset = offset
        default:
            return nil
        }
    }

    /// Digits up to the end, or up to the point behind which a step's name stands.
    private mutating func number(_ rest: Field) -> Int64? {
        guard let point = rest.firstPlace(of: UInt8(ascii: ".")) else { return rest.unsigned }
        isStep = true
        return rest.slice(0..<point).unsigned
    }
}
