/// Tells on stderr how far a long work has come: only to a person, only after two seconds.

struct Progress {
    /// Shorter works need no telling, and two lines a second are enough.
    private static let quietSeconds = 2.0
    private static let pauseSeconds = 0.5

    private let surroundings: Surroundings
    private let began: Double
    private var toldAt: Double?

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        began = surroundings.uptimeSeconds()
    }

    /// - Parameter text: of one line; it is given the seconds since the work began.
    mutating func tell(_ text: (_ seconds: Double) -> String) {
        guard surroundings.isWatched else { return }
        let now = surroundings.uptimeSeconds()
        guard now - began > Self.quietSeconds, now - (toldAt ?? began) >= Self.pauseSeconds
        else { return }
        toldAt = now
        surroundings.complain("\r\u{1b}[K" + text(now - began))
    }

    /// Takes the line away again.
    func clear() {
        if toldAt != nil { surroundings.complain("\r\u{1b}[K") }
    }
}
