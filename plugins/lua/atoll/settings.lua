-- job_submit_atoll.conf: "key = value" lines; `#` starts a comment, a value may stand in double
-- quotes. The same file as the C plugin's.

local settings = {}

local LINE_BYTES = 1023

function settings.defaults()
  return {
    cluster = "", -- "": Slurm's own ClusterName
    socket = "/run/atoll/atoll.sock",
    deadline_ms = 100, -- for connecting, asking and reading together
    breaker_failures = 3,
    breaker_pause_s = 10,
    when_unreachable = "admit",
    daemon_user = "", -- name or uid; "": none
  }
end

-- Each gives the value, or nil and what is wrong.

local function text(bytes)
  return function(value)
    if #value >= bytes then return nil, "is too long" end
    return value
  end
end

local function number(low, high)
  return function(value)
    local whole = value:match("^[+-]?%d+$") and tonumber(value)
    if whole and whole >= low and whole <= high then return whole end
    return nil, ("must be a whole number from %d to %d"):format(low, high)
  end
end

local function path(value)
  if value:sub(1, 1) ~= "/" then return nil, "must be an absolute path" end
  return text(108)(value)
end

local function policy(value)
  if value == "admit" or value == "refuse" then return value end
  return nil, "must be admit or refuse"
end

local KEYS = {
  cluster = text(64),
  socket = path,
  deadline_ms = number(1, 5000),
  breaker_failures = number(1, 1000),
  breaker_pause_s = number(1, 3600),
  when_unreachable = policy,
  daemon_user = text(64),
}

local function set(into, content, complain)
  content = content:gsub("#.*", ""):match("^%s*(.-)%s*$")
  if content == "" then return end
  local key, value = content:match("^([^=]-)%s*=%s*(.*)$")
  if not key then return complain(content, "expected key = value") end
  value = value:match('^"(.*)"$') or value
  if value == "" then return complain(key, "has no value") end
  if not KEYS[key] then return complain(key, "no such setting") end
  local good, wrong = KEYS[key](value)
  if good == nil then return complain(key, wrong) end
  into[key] = good
end

-- The settings, always usable, and how they were read: "read", "absent" (no such file) or "faulty"
-- (`tell` heard each problem as "FILE:LINE: KEY: what is wrong"; faulty keys have their defaults).
function settings.read(file_path, tell)
  local into, outcome, line = settings.defaults(), "read", 0
  local function complain(key, what)
    outcome = "faulty"
    tell(("%s:%d: %s: %s"):format(file_path, line, key:sub(1, 64), what))
  end
  local file, because, code = io.open(file_path, "r")
  if not file then
    if code == 2 then return into, "absent" end -- ENOENT
    complain("open", because or "failed")
    return into, outcome
  end
  local content = file:read("*a")
  file:close()
  if not content then
    complain("read", "failed")
    return into, outcome
  end
  for one in content:gmatch("([^\n]*)\n?") do
    line = line + 1
    if #one > LINE_BYTES then
      complain("line", "is too long; the rest of the file is left out")
      break
    end
    set(into, one, complain)
  end
  return into, outcome
end

return settings
