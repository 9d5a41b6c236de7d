/// A site file (or a file of rates alone) → what it declares; every problem it has is told at once.
///
/// Names of clusters, resources and organisations are looked up among those that the file itself
/// declares, and only where it declares any of the kind: a file of one project alone is checked
/// against the rest when the books take it.

import Registry
import Units

/// The site declared by the file at `path`; `-` reads standard input.
package func readSite(path: String) throws(FileError) -> Site {
    let (text, file) = try FileText.read(path)
    return try readSite(text: text, file: file)
}

/// The site declared by `text`; `file` is the name that its problems are told with.
package func readSite(text: String, file: String) throws(FileError) -> Site {
    let problems = Problems(file: file)
    let draft = SiteDraft(try parseTOML(text, problems: problems))
    draft.checkNames()
    draft.checkReferences()
    draft.checkRates()
    draft.checkProjects()
    try problems.throwIfAny()
    return draft.site
}
