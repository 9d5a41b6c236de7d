/// The words for every complaint: what is wrong, then what to write instead.

import Units

extension Complaint: CustomStringConvertible {
    /// One line, without place and key.
    package var description: String {
        fileText ?? keyText ?? amountText ?? valueText ?? relationText
    }

    private var fileText: String? {
        switch self {
        case .cannotRead(let reason): "can't be read: \(reason)"
        case .fileTooLarge(let limit):
            "is larger than \(limit >> 20) MiB; is it the right file?"
        case .notUTF8: "is not UTF-8; save it as UTF-8"
        case .containsNUL: "has a NUL byte; is it the right file?"
        case .notTOML(let words): "not TOML: \(words)"
        default: nil
        }
    }

    private var keyText: String? {
        switch self {
        case .unknownKey(let suggestion, let known):
            "unknown key; \(didYouMean(suggestion) ?? "known here: \(listed(known))")"
        case .missing(let example): "missing; write \(example)"
        case .wrongType(let found, let wanted): "is \(found); write \(wanted)"
        case .missingOneOf(let keys, let example):
            "one of \(listed(keys)) is missing; write \(example)"
        case .givenTogether(let keys): "\(listed(keys)) are given together; keep one of them"
        default: nil
        }
    }

    private var amountText: String? {
        switch self {
        case .floatAmount(let written, let exact):
            "\(written) is a float and not exact; write "
                + (exact.map { "it in quotes: \(quoted($0))" }
                    ?? "a plain decimal in quotes, such as \"0.5\"")
        case .notAnAmount(let text):
            "\(quoted(text)) is not an amount; write a plain decimal such as \"1000\" or \"0.5\""
        case .overPrecise(let text):
            "\(quoted(text)) has more than six decimals; round it to 0.000001 SU"
        case .negative(let text): "\(quoted(text)) is negative; write \"0\" or more"
        case .amountTooLarge(let text):
            "\(quoted(text)) is too large; stay below 1,000,000,000,000 SU"
        case .notARatio(let text):
            "\(quoted(text)) is not a number; write a decimal such as \"0.01\" "
                + "or a fraction such as \"1/3\""
        case .ratioOutOfBounds(let text):
            "\(quoted(text)) is too large or too fine; in lowest terms neither part of the "
                + "fraction may pass 1,000,000,000,000"
        case .zeroHours: "no hours would buy an SU; for a free resource write su_per_hour = \"0\""
        case .rateTimesFactors(let resource):
            "times the rate of \(quoted(resource)) it is too large or too fine; in lowest terms "
                + "neither part of the fraction may pass 1,000,000,000,000"
        default: nil
        }
    }

    private var valueText: String? {
        switch self {
        case .noZone(let written, let remedy):
            "\(written) has no time zone; write \(remedy) for UTC"
        case .fractionalSecond(let written): "\(written) has a fraction; write whole seconds"
        case .quotedTime(let text): "\(quoted(text)) is a string; write the time without quotes"
        case .notOneOf(let word, let allowed, let suggestion):
            "\(quoted(word)) is not one of \(listed(allowed))"
                + (didYouMean(suggestion).map { "; \($0)" } ?? "")
        case .notATRES(let text, let suggestion):
            "\(quoted(text)) is not a TRES that can be rated; "
                + (didYouMean(suggestion) ?? "write \(TRESWord.forms)")
        case .badName(let name, let why): "\(quoted(name)) \(why)"
        case .outOfRange(let value, let lowest, let highest):
            "\(value) is out of range; write \(lowest) to \(highest)"
        case .notAbsolute(let path): "\(quoted(path)) is relative; write a path that begins with /"
        case .pathTooLong(let bytes, let limit):
            "is \(bytes) bytes long; a socket's path may have \(limit)"
        case .notAPercentage(let text):
            "\(quoted(text)) is not a percentage; write one such as \"2%\""
        case .emptyList(let example): "is empty; write \(example)"
        case .listedTwice(let name): "\(quoted(name)) is listed twice; keep it once"
        default: nil
        }
    }

    private var relationText: String {
        switch self {
        case .endBeforeStart(let start): "is before the start, \(start); write a later end"
        case .emptyWindow: "is the start itself, so nothing lies between; write a later end"
        case .outsideAllocation(let window):
            "the membership lies outside its allocation, \(window); let the two overlap"
        case .pullbackOutside(let window):
            "the pull-back lies outside its allocation, \(window); name a time within"
        case .duplicate(let kind, let name, let line):
            "the \(kind) \(quoted(name)) is on line \(line) already; name each once"
        case .unknownName(let kind, let name, let suggestion, let known):
            "there is no \(kind) \(quoted(name)); "
                + (didYouMean(suggestion) ?? "declared here: \(listed(known))")
        case .windowOverlap(let kind, let line, let overlap):
            "overlaps the \(kind) on line \(line) in \(overlap); end one where the other starts"
        case .resourceOverlap(let other, let line, let tres):
            "counts \(tres) in jobs where \(quoted(other)) on line \(line) counts it too, and "
                + "neither is narrower; name a cluster, partition or QOS in one of them"
        case .accountOfTwo(let account, let project, let line):
            "the account \(quoted(account)) belongs to project \(quoted(project)) on line "
                + "\(line); an account charges to one project"
        case .allocationOverlap(let other, let line, let what, let cluster, let overlap):
            "overlaps allocation \(quoted(other)) on line \(line): both cover \(what) on "
                + "\(cluster) in \(overlap); part their windows, clusters or resources"
        default: preconditionFailure("a complaint without words")
        }
    }
}

private func didYouMean(_ word: String?) -> String? { word.map { "did you mean \(quoted($0))?" } }

private func listed(_ words: [String]) -> String { words.joined(separator: ", ") }
