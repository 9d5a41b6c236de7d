/// A limit on everything a client can use up, in one place; the table in `docs/protocol.md`.

package struct Limits: Sendable {
    /// A request's line with its newline.
    package var lineBytes = 65_536
    /// The same from hooks and operators: a site file is one line.
    package var trustedLineBytes = 4 << 20
    package var connections = 512
    /// How many of the connections only hooks and operators can have.
    package var connectionsForTrusted = 64
    /// Connections of one uid that is neither hook nor operator.
    package var connectionsPerUID = 64
    /// Requests of one connection that aren't answered yet; further ones are left unread.
    package var requestsUnderWay = 128
    /// From connecting to the end of the first line.
    package var firstLine: Duration = .seconds(10)
    /// From the last line read or answered to the next line's end.
    package var idle: Duration = .seconds(60)
    package var trustedIdle: Duration = .seconds(600)
    /// How long a client may take nothing of what waits for it.
    package var unread: Duration = .seconds(5)
    /// With this much waiting for a client, its requests are left unread and its rows unmade.
    package var unreadBytes = 1 << 20
    /// Rows are made ahead until this much of them waits for its turn.
    package var rowBytes = 65_536
    /// Threads that serve connections. Quotes are answered on them.
    package var threads = 1
    /// Clients that may wait to be accepted.
    package var backlog: Int32 = 512

    package init() {}

    func lineBytes(trusted: Bool) -> Int { trusted ? trustedLineBytes : lineBytes }
    func idle(trusted: Bool) -> Duration { trusted ? trustedIdle : idle }
}
