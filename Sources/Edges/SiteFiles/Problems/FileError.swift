/// What is wrong with a file: every problem that was found, by line.

/// Where something stands in a file; both count from 1, columns in Unicode scalars.
package struct Place: Hashable, Comparable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

    package static func < (a: Self, b: Self) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}

/// One thing that is wrong, with its remedy.
package struct Problem: Equatable, Sendable {
    /// nil where the file as a whole is meant.
    package let place: Place?
    /// The key it is about, `project[0].allocation[1].su`; empty for the whole file.
    package let path: String
    package let complaint: Complaint
}

/// Why a file was not taken; never empty.
package struct FileError: Error, Equatable, Sendable {
    /// As it was named by the caller; `(stdin)` for standard input.
    package let file: String
    /// Sorted by line.
    package let problems: [Problem]
}

extension FileError: CustomStringConvertible {
    /// One line a problem: `site.toml:14:1: project[0].allocation[1].su: what, and the remedy`.
    package var description: String {
        problems.map { problem in
            let place = problem.place.map { ":\($0.line):\($0.column)" } ?? ""
            let path = problem.path.isEmpty ? "" : "\(problem.path): "
            return "\(file)\(place): \(path)\(problem.complaint)"
        }.joined(separator: "\n")
    }
}

/// Gathers problems while a file is read, so that all are told at once.
final class Problems {
    let file: String
    private var found: [Problem] = []

    init(file: String) { self.file = file }

    func add(_ complaint: Complaint, at node: Node) {
        add(complaint, path: node.path, place: node.place)
    }

    func add(_ complaint: Complaint, path: String, place: Place?) {
        found.append(Problem(place: place, path: path, complaint: complaint))
    }

    func throwIfAny() throws(FileError) {
        guard !found.isEmpty else { return }
        let inOrder = found.enumerated().sorted { a, b in
            let first = a.element.place ?? Place(line: 0, column: 0)
            let second = b.element.place ?? Place(line: 0, column: 0)
            return first == second ? a.offset < b.offset : first < second
        }
        throw FileError(file: file, problems: inOrder.map(\.element))
    }
}
