-- The settings as they are in force: read beside job_submit.lua, read again when the file changes.
-- A bad file never stops slurmctld: at start the good lines count and the bad ones leave defaults;
-- later the settings in force stay as they are.

local clock = require "atoll.clock"
local pwd = require "posix.pwd"
local settings = require "atoll.settings"
local stat = require "posix.sys.stat"
local unistd = require "posix.unistd"

local site = {}

local path, current, daemon_uid, seen, looked_at

-- job_submit.lua lies beside slurm.conf, and it is among those who have called us while it loads.
local function folder()
  for level = 2, 30 do
    local caller = debug.getinfo(level, "S")
    if not caller then break end
    local found = caller.source:match("^@(.*)/job_submit%.lua$")
    if found then return found end
  end
  local conf = os.getenv("SLURM_CONF") or "/etc/slurm/slurm.conf"
  return conf:match("^(.*)/[^/]*$") or "."
end

-- A name may ask a slow name service and so is looked up at start only; a number costs nothing.
local function resolve(user, at_start)
  if user == "" then return nil end
  if user:find("^%d+$") then return tonumber(user) end
  if not at_start then
    if user == current.daemon_user then return daemon_uid end
    slurm.log_error("%s", "atoll.lua: " .. path .. ": daemon_user: a new name counts from " ..
      "slurmctld's next start (a uid counts at once)")
    return nil
  end
  local entry = pwd.getpwnam(user)
  if entry then return entry.pw_uid end
  slurm.log_error("%s", "atoll.lua: " .. path .. ": daemon_user: no user " .. user)
end

-- What tells a changed file from the one that was read.
local function look()
  looked_at = clock.now()
  local now = stat.stat(path)
  return now and table.concat({ now.st_ino, now.st_size, now.st_mtime }, " ") or ""
end

local function tell(problem) slurm.log_error("%s", "atoll.lua: " .. problem) end

-- While job_submit.lua loads.
function site.find(told_path) path = told_path or folder() .. "/job_submit_atoll.conf" end

local function load()
  local outcome
  seen = look()
  current, outcome = settings.read(path, tell)
  daemon_uid = resolve(current.daemon_user, true)
  if site.cluster() == "" then
    tell(path .. ": cluster: must be set, for Slurm's own ClusterName isn't known here; no " ..
      "submission can be checked")
  end
  if outcome == "faulty" then
    tell(path .. " has errors; the settings named above have their defaults")
  end
  slurm.log_info("%s", ("atoll.lua: cluster %s, socket %s, deadline %d ms, when unreachable: %s%s")
    :format(site.cluster(), current.socket, current.deadline_ms, current.when_unreachable,
      outcome == "absent" and " (no job_submit_atoll.conf; defaults)" or ""))
end

local function reload()
  local fresh, outcome = settings.read(path, tell)
  if outcome ~= "read" then
    tell(path .. (outcome == "absent" and " is gone" or " has errors") ..
      "; the settings in force stay")
    return
  end
  daemon_uid = resolve(fresh.daemon_user, false)
  current = fresh
  slurm.log_info("%s", "atoll.lua: " .. path .. " read again")
end

-- The settings now; looks at the file at most once a second.
function site.now()
  if not current then
    load()
  elseif clock.now() - looked_at >= 1 then
    local now = look()
    if now ~= seen then
      seen = now
      reload()
    end
  end
  return current
end

-- "" where nothing says it.
function site.cluster()
  if current.cluster ~= "" then return current.cluster end
  return slurm.CLUSTER_NAME or ""
end

function site.is_daemon(uid) return daemon_uid ~= nil and uid == daemon_uid end

-- root or SlurmUser, as whom slurmctld runs.
function site.is_administrator(uid) return uid == 0 or uid == unistd.geteuid() end

return site
