/// The files that are shipped in `config/` are good and say what they claim to.

import Foundation
import Registry
import SiteFiles
import Testing
import Units

@Suite struct ConfigFilesTests {
    private let config = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "config")

    @Test func `atoll.toml holds every default`() throws {
        let path = config.appending(path: "atoll.toml").path
        var expected = Settings()
        expected.clusters = [Settings.Cluster(name: "reef")]
        #expect(try readSettings(path: path) == expected)
    }

    @Test func `atoll.toml names every key`() throws {
        let file = try String(
            contentsOf: config.appending(path: "atoll.toml"), encoding: .utf8)
        var settings = Settings()
        settings.clusters = [Settings.Cluster(name: "reef")]
        let written = file.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(written == settings.text.split(separator: "\n"))
    }

    @Test func `the demo's site tells the story that its comment tells`() throws {
        let site = try readSite(path: config.appending(path: "demo-site.toml").path)
        let perSecond = site.resources.map { resource in
            "\(resource.name) \(resource.rates.map { "\($0.suPerHour)" })"
        }
        #expect(perSecond == [#"CPU ["36"]"#, #"GPU ["360"]"#])
        let allocations = site.projects.flatMap(\.allocations)
        #expect(
            allocations.map { "\($0.name) \($0.initial)" }
                == ["astro-2026 20.00", "bio-2026 10.00"])
        #expect(
            allocations.flatMap(\.members).map { "\($0.user) \($0.cap?.description ?? "-")" }
                == ["atoll-ada -", "atoll-ben 5.00", "atoll-cleo -"])
    }
}
