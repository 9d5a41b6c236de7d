/// What asks atolld at submission: the plugin in C, or a site's own job_submit.lua with ours in it.

import Foundation

enum SubmitHook: Sendable {
    case plugin
    case lua
    /// Slurm as it is without us.
    case absent
}

extension Testbed {
    /// Builds or installs it; the words that tell `scripts/testbed up` of it.
    func makeSubmitHook() throws -> [String] {
        switch hook {
        case .plugin:
            try must(
                ["make", "-s", "-C", Self.root + "/plugins/job_submit", "BUILD=\(folder)/plugin"],
                limit: 180)
            return ["--plugin", folder + "/plugin/job_submit_atoll.so"]
        case .absent: return []
        case .lua:
            try must(
                ["make", "-s", "-C", Self.root + "/plugins/lua", "install", "LUADIR=\(folder)/lua"])
            try siteScript.write(
                toFile: folder + "/job_submit.lua", atomically: true, encoding: .utf8)
            return ["--lua", folder + "/job_submit.lua"]
        }
    }

    /// A site's script with a rule of its own before ours.
    private var siteScript: String {
        """
        package.path = "\(folder)/lua/?.lua;" .. package.path
        local atoll = require "atoll"

        function slurm_job_submit(job_desc, part_list, submit_uid)
          if job_desc.name == "noted" then
            job_desc.admin_comment = "the site's note"
            slurm.log_user("the site speaks first")
          end
          return atoll.job_submit(job_desc, part_list, submit_uid)
        end

        function slurm_job_modify(job_desc, job_rec, part_list, modify_uid)
          return atoll.job_modify(job_desc, job_rec, part_list, modify_uid)
        end

        """
    }

    /// Slurm 23.02 and later show what a hook says of a change; before, only that it was refused.
    func tellsWhyOfChanges() throws -> Bool {
        try slurm("scontrol", "-V").firstMatch(of: /(\d+)\.(\d+)\./).map {
            (Int($0.1) ?? 0, Int($0.2) ?? 0) >= (23, 2)
        } ?? false
    }
}
