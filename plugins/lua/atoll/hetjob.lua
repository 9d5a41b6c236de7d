-- The tokens of het jobs that are being submitted, component by component.
--
-- slurmctld submits the components of one job in order in one thread, so a thread that sees
-- anything but the next offset of the same user knows that the job remembered was given up. What is
-- forgotten lapses in atolld, as holds whose job never came. All threads share this Lua: Slurm
-- 22.05 submits one job at a time, later releases several.

local unistd = require "posix.unistd"

local THREADS = 256 -- remembered at most

local hetjob = {}

local jobs, count = {}, 0

-- The calling thread; one name for all where /proc doesn't tell.
local function thread() return unistd.readlink("/proc/thread-self") or "?" end

-- The tokens of the same het job before the component at `offset`.
function hetjob.before(submit_uid, offset)
  local job = jobs[thread()]
  if not job or job.submit_uid ~= submit_uid or #job.tokens ~= offset then return {} end
  return job.tokens
end

-- Whether a component before the one at `offset` was let in without an answer: those behind it are
-- not to wait for one, too.
function hetjob.is_unanswered(submit_uid, offset)
  return #hetjob.before(submit_uid, offset) > 0 and jobs[thread()].unanswered
end

-- Remembers the token of the component at `offset`, which was admitted, answered or not.
function hetjob.admitted(submit_uid, offset, token, is_answered)
  local name = thread()
  local tokens = hetjob.before(submit_uid, offset)
  if #tokens ~= offset then return hetjob.forget() end
  if not jobs[name] then
    if count >= THREADS then jobs, count = {}, 0 end
    count = count + 1
  end
  if offset == 0 then tokens = {} end
  tokens[#tokens + 1] = token
  local unanswered = not is_answered or offset > 0 and jobs[name].unanswered
  jobs[name] = { submit_uid = submit_uid, tokens = tokens, unanswered = unanswered }
end

function hetjob.forget()
  local name = thread()
  if jobs[name] then jobs[name], count = nil, count - 1 end
end

return hetjob
