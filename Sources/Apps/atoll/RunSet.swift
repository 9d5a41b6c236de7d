/// Which runs have been met: dumps of one day and the next both have what ran over midnight.
///
/// A table of its own, because the standard library's hashing costs more than pricing a run does.
struct RunSet {
    /// A job that changes its size twice within a second has two rows with one submit time, so the
    /// end belongs to the key.
    struct Key: Equatable {
        let cluster: Int64
        /// More than 0: 0 marks an empty place.
        let jobID: Int64
        let submitSeconds: Int64
        let endSeconds: Int64

        /// Eight jobs that follow each other lie side by side, as they mostly come: so the memory at
        /// hand has the next ones, too. Runs of one job are scattered by the day.
        fileprivate var hash: UInt64 {
            var hash = UInt64(bitPattern: jobID >> 3) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ UInt64(bitPattern: submitSeconds >> 16)) &* 0xD6E8_FEB8_6659_FD93
            hash = (hash ^ hash >> 32 ^ UInt64(bitPattern: cluster)) &* 0x94D0_49BB_1331_11EB
            return (hash ^ hash >> 29) & ~7 | UInt64(bitPattern: jobID) & 7
        }

        fileprivate static let none = Key(cluster: 0, jobID: 0, submitSeconds: 0, endSeconds: 0)
    }

    private(set) var count = 0
    /// A power of two of places, at most half of them taken.
    private var places = [Key](repeating: .none, count: 1_024)

    /// False where the key is there already.
    mutating func insert(_ key: Key) -> Bool {
        if count * 2 >= places.count { grow() }
        let place = Self.place(of: key, in: places)
        guard places[place].jobID == 0 else { return false }
        places[place] = key
        count += 1
        return true
    }

    /// Where the key is, or the empty place for it.
    private static func place(of key: Key, in places: [Key]) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: key.hash) & mask
        while places[place].jobID != 0, places[place] != key { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        var larger = [Key](repeating: .none, count: places.count * 2)
        for key in places where key.jobID != 0 { larger[Self.place(of: key, in: larger)] = key }
        places = larger
    }
}
