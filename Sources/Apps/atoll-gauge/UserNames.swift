import Glibc

/// User names by uid, each looked up once; slurmctld tells only uids.
struct UserNames {
    private var known: [Int64: String?] = [:]

    /// Nil where the name service knows no such uid.
    mutating func name(ofUID uid: Int64) -> String? {
        if let name = known[uid] { return name }
        let name = uid_t(exactly: uid).flatMap(Self.lookUp)
        known[uid] = .some(name)
        return name
    }

    private static func lookUp(_ uid: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var size = 1 << 10
        while size <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: size)
            let code = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
            if code == ERANGE {
                size *= 4
                continue
            }
            // `found` points into `buffer`.
            return code == 0 ? found.map { String(cString: $0.pointee.pw_name) } : nil
        }
        return nil
    }
}
