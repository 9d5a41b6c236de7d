import Units

extension Surroundings {
    /// The moment that the value of an option names.
    func time(_ text: String?, of option: String, _ tense: Tense) throws -> Instant? {
        guard let text else { return nil }
        do {
            return try Instant(slurm: text, tense, clock: clock)
        } catch {
            throw Failure(
                "\(option) \(text): no time; write 2026-01-01, 06/30-12:00, now-7days or today.",
                status: ExitStatus.usage)
        }
    }

    /// A window of two options; both may be left out.
    func window(
        start: String?, end: String?, _ tense: Tense
    ) throws -> (start: Instant?, end: Instant?) {
        let from = try time(start, of: "--start", tense)
        let to = try time(end, of: "--end", tense)
        if let from, let to, to <= from {
            throw Failure("--end has to be later than --start.", status: ExitStatus.usage)
        }
        return (from, to)
    }
}
