-- Runs every file of tests; the closing line counts the checks.

local signal = require "posix.signal"
signal.signal(signal.SIGPIPE, signal.SIG_IGN) -- as slurmctld does

local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/../?.lua;" .. here .. "/?.lua;" .. package.path

local check = require "check"
require("slurm").install()
for _, name in ipairs { "request_tests", "small_tests", "hook_tests" } do
  dofile(here .. "/" .. name .. ".lua")
end
print(check.passed .. " passed, " .. check.failed .. " failed")
os.exit(check.failed == 0 and 0 or 1)
