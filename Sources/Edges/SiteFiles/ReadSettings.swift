/// The daemon's settings file → `Settings`; every problem it has is told at once.

/// The settings in the file at `path`; `-` reads standard input.
package func readSettings(path: String) throws(FileError) -> Settings {
    let (text, file) = try FileText.read(path)
    return try readSettings(text: text, file: file)
}

/// The settings in `text`; `file` is the name that its problems are told with.
package func readSettings(text: String, file: String) throws(FileError) -> Settings {
    let problems = Problems(file: file)
    let root = try parseTOML(text, problems: problems)
    root.expect([
        "server", "log", "access", "cluster", "admission", "exempt", "estimate", "charging",
        "start",
        "reservations", "backstop", "reconcile",
    ])
    var settings = Settings()
    root.section("server").read(into: &settings.server)
    root.section("log").read(into: &settings.log)
    root.section("access").read(into: &settings.access)
    root.section("admission").read(into: &settings.admission)
    root.section("exempt").read(into: &settings.exempt)
    root.section("estimate").read(into: &settings.estimate)
    root.section("charging").read(into: &settings.charging)
    root.section("start").read(into: &settings.start)
    root.section("reservations").read(into: &settings.reservations)
    root.section("backstop").read(into: &settings.backstop)
    root.section("reconcile").read(into: &settings.reconcile)
    let clusters = root.tables("cluster")
    root.checkEachOnce(clusters, key: "name", kind: "cluster")
    settings.clusters = clusters.compactMap { $0.clusterSettings() }
    try problems.throwIfAny()
    return settings
}
