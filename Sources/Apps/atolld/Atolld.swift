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
            Reads /etc/atoll/atoll.toml, opens the journal in its state folder and answers on a Unix
            socket. SIGTERM lets what is under way be recorded and stops; SIGHUP reads the settings
            again: [server], look_seconds of [backstop], and of each [[cluster]] all but cutover,
            reservations and backstop count at the next start, and the log names what has changed of
            them; everything else counts at once.

            EXAMPLES
              atolld                                  as systemd starts it
              atolld --config ./atoll.toml            with settings of your own
              atolld --config ./atoll.toml --check    say what is wrong with them, and exit

            EXIT CODES
              0  stopped as asked    1  an error, said on stderr    2  usage, or bad settings
            """,
        version: "atolld \(version)")

    @Option(help: ArgumentHelp("The settings file.", valueName: "path"))
    var config = "/etc/atoll/atoll.toml"

    @Flag(help: "Read the settings, print them in full with the defaults, and exit.")
    var check = false

    func run() async throws {
        let settings: Settings
        do {
            settings = try readSettings(path: config)
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
