-- The two entry points against a stand-in for atolld: what is asked, what becomes of the job, how
-- long it takes, and that nothing is left open.

local check = require "check"
local ask = require "atoll.ask"
local clock = require "atoll.clock"
local fake = require "fake_server"
local site = require "atoll.site"
local stand_in = require "slurm"
local unistd = require "posix.unistd"

local folder = os.getenv("WORK")
local path, conf = folder .. "/s", folder .. "/job_submit_atoll.conf"

local function settings(more)
  local file = assert(io.open(conf .. ".new", "w"))
  file:write("socket = " .. path .. "\ndeadline_ms = 60\nbreaker_pause_s = 1\ndaemon_user = 990\n" ..
    (more or ""))
  file:close()
  os.rename(conf .. ".new", conf)
end

-- Each case begins as slurmctld's start does.
local function fresh(more)
  settings(more)
  for name in pairs(package.loaded) do
    if name:find("^atoll") then package.loaded[name] = nil end
  end
  ask = require "atoll.ask"
  site = require "atoll.site"
  local atoll = require "atoll"
  site.find(conf)
  stand_in.take("log")
  stand_in.take("user")
  return atoll
end

local function with(mode, more, body)
  local atoll = fresh(more)
  local server = mode and fake.start(path, mode)
  body(atoll, server)
  if server then server.stop() end
end

local function job(fields)
  fields = fields or {}
  fields.user_id, fields.num_tasks = 1001, 4
  return stand_in.job(fields)
end

local record = { job_id = 71, array_job_id = 0, het_job_id = 0 }

stand_in.install()

with("ok", nil, function(atoll, server)
  local one = job { admin_comment = "kept" }
  check.equal(atoll.job_submit(one, {}, 1001), slurm.SUCCESS)
  local lines = server.lines()
  check.equal(#lines, 1)
  check.equal(one.admin_comment, "kept atoll=" .. lines[1]:match('"id":"([^"]*)"'))
  check.equal(stand_in.take("user"), "held")
  check.equal(one.account, nil)
end)

with("account", nil, function(atoll)
  local one, other = job(), job { account = "astro" }
  atoll.job_submit(one, {}, 1001)
  atoll.job_submit(other, {}, 1001)
  check.equal(one.account .. one.qos, "biolow", "the account priced and the QOS named are set")
  check.equal(other.account, "astro", "but never over the user's")
  check.equal(stand_in.take("user"), "", "no message, nothing shown")
end)

with("refused", nil, function(atoll)
  local one = job()
  check.equal(atoll.job_submit(one, {}, 1001), 2050)
  check.equal(one.admin_comment, nil, "a refusal writes no token")
  check.equal(stand_in.take("user"), "100% no", "a message is no format")
  -- Slurm before 23.02 would show a message of an update to somebody else.
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 1001), 2050)
  check.equal(stand_in.take("user"), "")
  check.so(stand_in.take("log"):find("update by uid 1001 refused: 100%% no"))
  stand_in.install { ESLURM_INVALID_QOS = 2066 }
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 1001), 2050)
  check.equal(stand_in.take("user"), "100% no", "later ones tell who asked")
  stand_in.install()
end)

with("ok", nil, function(atoll, server)
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 990), 0)
  check.equal(atoll.job_modify(stand_in.job { user_id = 1001, name = "x" }, record, {}, 1001), 0)
  check.equal(#server.lines(), 0, "atolld's own update and a new name pass unasked")
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 1001), 0)
  check.equal(#server.lines(), 1)
end)

-- Who has no say in a job is told so as by Slurm itself.
with("no_say", nil, function(atoll)
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 4242), 2010)
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 1001), 2002, "the owner")
  stand_in.take("log")
  stand_in.install { ESLURM_INVALID_QOS = 2066 }
  check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 4242), 2010)
  check.equal(stand_in.take("user"), "", "whether it would fit is not said")
  check.so(stand_in.take("log"):find("update by uid 4242 refused: no say"))
  stand_in.install()
end)

-- A het job whose third component is refused gives back what the two before it hold.
with("refuse-third", nil, function(atoll, server)
  for offset = 0, 2 do
    check.equal(atoll.job_submit(job { het_job_offset = offset }, {}, 1001),
      offset == 2 and 2050 or 0)
  end
  local lines = server.lines()
  check.equal(#lines, 5)
  for number = 1, 2 do
    check.equal(lines[3 + number]:match('"token":"(.*)"}'), lines[number]:match('"id":"([^"]*)"'))
  end
end)

-- Whatever is no answer: admitted, with the token, in silence; the log hears of it once.
for _, mode in ipairs { "wrong-id", "garbage", "half", "close", "close-unread", "long", "hang",
                        "drip", "unavailable", "full", false } do
  with(mode, nil, function(atoll)
    local one = job()
    local began = clock.now()
    check.equal(atoll.job_submit(one, {}, 1001), 0, tostring(mode))
    check.so(clock.now() - began < 0.5, tostring(mode) .. ": within the deadline")
    check.so((one.admin_comment or ""):find("^atoll=%w+$"), tostring(mode) .. ": the token stands")
    check.equal(stand_in.take("user"), "", tostring(mode))
    local log = stand_in.take("log")
    check.equal(select(2, log:gsub("can't be reached", "")), 1, tostring(mode) .. ": " .. log)
  end)
  with(mode, "when_unreachable = refuse\n", function(atoll)
    local one = job()
    check.equal(atoll.job_submit(one, {}, 1001), 2050, tostring(mode))
    check.so(stand_in.take("user"):find("Try again in a minute"), tostring(mode))
    check.equal(one.admin_comment, nil)
    check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 1001), 2050)
    check.equal(atoll.job_modify(job { time_limit = 9 }, record, {}, 0), 0, "root may")
  end)
end

-- The breaker: after three silences nobody is asked for a while; then one probe decides.
with("hang", nil, function(atoll, server)
  for _ = 1, 3 do atoll.job_submit(job(), {}, 1001) end
  check.equal(#server.lines(), 3)
  local began = clock.now()
  for _ = 1, 20 do check.equal(atoll.job_submit(job(), {}, 1001), 0) end
  check.so(clock.now() - began < 0.05, "an open breaker costs nothing")
  check.equal(#server.lines(), 3)
  server.stop()
  server = fake.start(path, "ok")
  local held, until_s = false, clock.now() + 5
  while not held and clock.now() < until_s do
    atoll.job_submit(job(), {}, 1001)
    held = stand_in.take("user") == "held"
  end
  check.so(held, "after the pause it is asked again")
  server.stop()
end)

-- Where nobody listens no pause is made: a restarted atolld is asked at once.
with(false, nil, function(atoll)
  for _ = 1, 5 do atoll.job_submit(job(), {}, 1001) end
  local server = fake.start(path, "ok")
  atoll.job_submit(job(), {}, 1001)
  check.equal(stand_in.take("user"), "held")
  server.stop()
end)

-- An error in the adapter refuses nobody, and is logged.
with("ok", nil, function(atoll)
  local broken = setmetatable({}, { __index = function() error("no such field") end })
  check.equal(atoll.job_submit(broken, {}, 1001), 0)
  check.equal(atoll.job_modify(broken, broken, {}, 1001), 0)
  check.so(stand_in.take("log"):find("this should not happen"))
end)

-- Changed settings count within a second; bad ones change nothing.
with("close", nil, function(atoll)
  check.equal(atoll.job_submit(job(), {}, 1001), 0)
  settings("when_unreachable = refuse\n#\n")
  local changed, until_s = false, clock.now() + 5
  while not changed and clock.now() < until_s do
    changed = atoll.job_submit(job(), {}, 1001) == 2050
  end
  check.so(changed, "read again")
  settings("when_unreachable = never\n")
  local told, stays = false, true
  until_s = clock.now() + 5
  while not told and clock.now() < until_s do
    stays = atoll.job_submit(job(), {}, 1001) == 2050 and stays
    told = stand_in.take("log"):find("stay")
  end
  check.so(told and stays, "a bad file changes nothing, and is told")
end)

-- No descriptor is left open.
local open = 0
for fd = 3, 200 do
  if unistd.readlink("/proc/self/fd/" .. fd) then open = open + 1 end
end
check.so(open <= 1, open .. " descriptors")
