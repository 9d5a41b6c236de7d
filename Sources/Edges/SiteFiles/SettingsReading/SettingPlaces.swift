/// Where the settings stand in their file, for what is found out about them later.

package struct SettingPlaces: Sendable {
    package let file: String
    private let places: [String: Place]

    package init(file: String, text: String) {
        (self.file, places) = (file, PlaceIndex(scanning: text).places)
    }

    /// `atoll.toml:14:1: `, the place of a key; of its table, where the key is left out, and the file
    /// alone where that is, too.
    ///
    /// - Parameter path: as problems have it, such as `cluster[0].gauge`.
    package func prefix(of path: String) -> String {
        var path = path[...]
        while true {
            if let place = places[String(path)] {
                return "\(file):\(place.line):\(place.column): "
            }
            guard let dot = path.lastIndex(of: ".") else { return "\(file): " }
            path = path[..<dot]
        }
    }
}

/// The settings in the file at `path`, with where they stand; `-` reads standard input.
package func readPlacedSettings(
    path: String
) throws(FileError) -> (settings: Settings, places: SettingPlaces) {
    let (text, file) = try FileText.read(path)
    let settings = try readSettings(text: text, file: file)
    return (settings, SettingPlaces(file: file, text: text))
}
