/// A good site file, which tests change in one place, and what is said about a changed one.

import Foundation
import SiteFiles
import Testing

let sampleSite = """
    [[cluster]]
    name = "reef"
    [[cluster]]
    name = "lagoon"
    [[resource]]
    name = "CPU"
    type = "CPU"
    tres = "cpu"
    [[resource.rate]]
    su_per_hour = "0.01"
    start = 2026-01-01T00:00:00Z
    end = 2027-01-01T00:00:00Z
    [[resource.rate]]
    hours_per_su = 50
    start = 2027-01-01T00:00:00Z
    [[resource]]
    name = "GPU"
    type = "GPU"
    tres = "gres/gpu"
    clusters = ["reef"]
    [[resource.rate]]
    su_per_hour = 1
    start = 2026-01-01T00:00:00Z
    [[factor]]
    qos = "high"
    factor = "2"
    start = 2026-01-01T00:00:00Z
    [[organisation]]
    name = "Institute"
    [[project]]
    name = "astro"
    organisation = "Institute"
    accounts = ["astro"]
    [[project.allocation]]
    name = "astro-cpu"
    clusters = ["reef"]
    resources = ["CPU"]
    su = "1000"
    start = 2026-01-01T00:00:00Z
    end = 2027-01-01T00:00:00Z
    [[project.allocation.member]]
    user = "ben"
    cap = "50"
    [[project.allocation]]
    name = "astro-gpu"
    clusters = ["reef"]
    resources = ["GPU"]
    su = 10
    start = 2026-01-01T00:00:00Z
    end = 2027-01-01T00:00:00Z
    [[project]]
    name = "bio"
    accounts = ["bio", "bio-test"]

    """

/// A change of the sample, and all that is said about the result.
struct Row: CustomTestStringConvertible {
    let line: String
    let instead: String
    let says: String
    var testDescription: String { instead.isEmpty ? "without \(line)" : instead }

    /// Replaces the first `line` of the sample by `instead`; an empty `line` adds at the end.
    init(_ line: String, _ instead: String, _ says: String) {
        (self.line, self.instead, self.says) = (line, instead, says)
    }

    var text: String {
        guard !line.isEmpty else { return sampleSite + instead + "\n" }
        guard let range = sampleSite.range(of: line + "\n") else { return "no such line" }
        return sampleSite.replacingCharacters(in: range, with: instead + "\n")
    }
}

func complaints(aboutSite text: String) -> String {
    do throws(FileError) {
        _ = try readSite(text: text, file: "site.toml")
        return "good"
    } catch {
        return error.description
    }
}

func complaints(aboutSettings text: String) -> String {
    do throws(FileError) {
        _ = try readSettings(text: text, file: "atoll.toml")
        return "good"
    } catch {
        return error.description
    }
}

func complaints(atPath path: String) -> String {
    do throws(FileError) {
        _ = try readSite(path: path)
        return "good"
    } catch {
        return error.description
    }
}
