/// PrologSlurmctld and EpilogSlurmctld of the testbed: the scripts that are shipped, switched on by the
/// tests that want them; and who may release jobs where there is no slurmdbd.

import Foundation

extension Testbed {
    private var switchFile: String { folder + "/run/hooks-on" }
    var hookLog: String {
        (try? String(contentsOfFile: folder + "/hooks.log", encoding: .utf8)) ?? ""
    }

    func switchHooks(on: Bool) throws {
        if on {
            _ = FileManager.default.createFile(atPath: switchFile, contents: nil)
        } else {
            try? FileManager.default.removeItem(atPath: switchFile)
        }
    }

    /// Lines for slurm.conf, which slurmctld reads only as it starts.
    func makeHooks() throws -> String {
        var conf = ""
        for (key, name) in [("Prolog", "prolog-slurmctld"), ("Epilog", "epilog-slurmctld")] {
            let shipped = try String(
                contentsOfFile: Self.root + "/plugins/prolog/\(name).sh", encoding: .utf8)
            let options =
                "--settings \(folder)/plugin.conf --gauge \(folder)/bin/atoll-gauge --timeout 5"
            let edited = shipped.replacing(
                "#SLURM_CONF=/etc/slurm/slurm.conf; export SLURM_CONF",
                with: "SLURM_CONF=\(environment["SLURM_CONF"] ?? ""); export SLURM_CONF\n"
                    + "[ -e \(switchFile) ] || exit 0"
            ).replacing(
                "\natoll hook \(name)",
                with: "\n\(folder)/bin/atoll hook \(name) \(options) 2>>\(folder)/hooks.log")
            precondition(edited.contains(options), "the shipped script is not as expected")
            let path = "\(folder)/\(name).sh"
            try edited.write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: path)
            conf += "\(key)Slurmctld=\(path)\n"
        }
        _ = FileManager.default.createFile(
            atPath: folder + "/hooks.log", contents: nil,
            attributes: [.posixPermissions: 0o666])
        return conf
    }

    // MARK: Without slurmdbd nobody is an operator but SlurmUser

    /// What atolld runs as scontrol: Slurm's own, or what stands for a rule of sudo's.
    var scontrol: String { hasAccounting ? "/usr/bin/scontrol" : folder + "/bin/scontrol" }

    /// Hands atolld's commands to a shell of root's, as sudo would, and waits for their end.
    func makeStandIn() throws -> ChildProcess? {
        guard !hasAccounting else { return nil }
        let asked = folder + "/asked"
        try FileManager.default.createDirectory(
            atPath: asked, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o1777])
        for name in ["scontrol", "scancel"] {
            let script = """
                #!/bin/bash
                f=\(asked)/$$
                printf '%s\\0' \(name) "$@" >"$f.new" && mv "$f.new" "$f.ask"
                until [[ -e $f.rc ]]; do sleep 0.02; done
                cat "$f.err" >&2
                exit "$(<"$f.rc")"

                """
            let path = "\(folder)/bin/\(name)"
            try script.write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let server = """
            while :; do
                for f in \(asked)/*.ask; do
                    [[ -e $f ]] || continue
                    base=${f%.ask}
                    xargs -0 -a "$f" env >/dev/null 2>"$base.err"; rc=$?
                    rm -f "$f"; echo $rc >"$base.tmp"; mv "$base.tmp" "$base.rc"
                done
                sleep 0.02
            done
            """
        return try ChildProcess(
            ["bash", "-c", server], environment: environment,
            files: .init(errors: folder + "/asked.log"))
    }
}
