/// A file's text from disk or standard input, within a limit.

import Glibc

enum FileText {
    /// No site of any size needs more; a larger file is a mistake, such as a database given as one.
    static let limitBytes = 16 << 20

    /// The text of the file at `path`; `-` is standard input.
    static func read(_ path: String) throws(FileError) -> (text: String, file: String) {
        let file = path == "-" ? "(stdin)" : path
        let problems = Problems(file: file)
        do {
            return (try contents(of: path), file)
        } catch {
            problems.add(error, path: "", place: nil)
        }
        try problems.throwIfAny()
        preconditionFailure("a file that was not read has added its problem")
    }

    private static func contents(of path: String) throws(Complaint) -> String {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotRead(String(cString: strerror(errno))) }
        defer { if path != "-" { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .cannotRead(String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += chunk.prefix(count)
            guard bytes.count <= limitBytes else { throw .fileTooLarge(limitBytes: limitBytes) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        return text
    }
}
