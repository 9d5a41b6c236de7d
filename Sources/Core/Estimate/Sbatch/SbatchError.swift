/// Why a command line of sbatch's asks for no job; mostly what sbatch would say too.

package enum SbatchError: Error, Hashable, Sendable {
    case unknownOption(String)
    case ambiguousOption(String, candidates: [String])
    case missingValue(option: String)
    case needlessValue(option: String)
    /// `wanted` is what to write instead.
    case badValue(option: String, value: String, wanted: String)
    case exclusive([String])
    /// A GPU option that needs or contradicts another.
    case gres(String)
    case openQuote(line: Int)
    /// A directive of the script that is no option.
    case strayWord(String, line: Int)
    case hetJob
    case nodeFile(option: String)
}

extension SbatchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownOption(let option): "\(option): sbatch has no such option"
        case .ambiguousOption(let option, let candidates):
            "\(option) may be \(candidates.map { "--\($0)" }.joined(separator: ", "))"
        case .missingValue(let option): "\(option) needs a value"
        case .needlessValue(let option): "\(option) takes no value"
        case .badValue(let option, let value, let wanted): "\(option) \(value): write \(wanted)"
        case .exclusive(let options):
            "\(options.joined(separator: ", ")): only one of them, sbatch takes no two together"
        case .gres(let problem): problem
        case .openQuote(let line): "line \(line) of the script: a quote is left open"
        case .strayWord(let word, let line): "line \(line) of the script: \(word) is no option"
        case .hetJob: "a heterogeneous job: ask for each of its components alone"
        case .nodeFile(let option): "\(option): a file of nodes is not read; name the nodes"
        }
    }
}
