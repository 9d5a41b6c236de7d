/// `atolld`: the daemon. Open store → replay → watch clusters → listen; shutdown in reverse.

import ArgumentParser
import Foundation
import SiteFiles

@main
struct Atolld: AsyncParsableCommand {
    static let version = "0.1.0"
    static let configuration = CommandConfiguration(
        commandName: "atolld",
        abstract: "The credit-accounting daemon for Slurm.",
        discussion: """
            Reads /etc/atoll/atoll.toml, opens the journal in its state folder and answers on a Unix \
            socket. It stays in the foreground and logs to stderr.

            SIGTERM lets what is under way be recorded, and stops. SIGHUP reads the settings again. \
            Most of them count at once; these only at the next start, and the log names those that \
            have changed:
              [server]     everything
              [backstop]   look_seconds
              [[cluster]]  everything but cutover, reservations and backstop

            EXAMPLES
              atolld                                  as systemd starts it
              atolld --config ./atoll.toml            with settings of your own
              atolld --config ./atoll.toml --check    say what is wrong; as its user

            EXIT CODES
              0  stopped as asked
              1  an error, said on stderr; with --check: it lacks something here
              2  usage, or bad settings
            """,
        version: "atolld \(version)")

    @Option(help: ArgumentHelp("The settings file.", valueName: "path"))
    var config = "/etc/atoll/atoll.toml"

    @Flag(
        help: """
            Read the settings, print them in full with the defaults, say what of folders, \
            programs and slurm.conf is missing or closed to this user and whether the cluster has \
            another name, and exit. That Slurm is down is no error.
            """)
    var check = false

    func run() async throws {
        let settings: Settings
        let places: SettingPlaces
        do {
            (settings, places) = try readPlacedSettings(path: config)
        } catch {
            complain("\(error)")
            throw ExitCode(2)
        }
        guard !check else {
            do {
                for warning in try Policy(settings).warnings {
                    complain("\(config): warning: \(warning)")
                }
            } catch {
                complain("\(config): \(error)")
                throw ExitCode(2)
            }
            print(settings.text)
            let findings = startFindings(settings) + slurmFindings(settings)
            let isBooted = isBootedWithSystemd()
            for finding in findings {
                let isWarning = finding.isWarning(withSystemd: isBooted)
                let place = places.prefix(of: finding.path)
                complain(place + (isWarning ? "warning: " : "") + finding.text)
            }
            if findings.contains(where: { !$0.isWarning(withSystemd: isBooted) }) {
                throw ExitCode(1)
            }
            return
        }
        do {
            try await Daemon(settings: settings, path: config).run()
        } catch {
            complain("atolld: \(error)")
            throw ExitCode(1)
        }
    }
}

func complain(_ text: String) {
    writeToStandardError(text + "\n")
}
