-- A stand-in for atolld in a process of its own: answers each connection as its mode says.

local poll = require "posix.poll"
local signal = require "posix.signal"
local socket = require "posix.sys.socket"
local unistd = require "posix.unistd"
local wait = require "posix.sys.wait"

local fake = {}

local MODES = {
  ok = function(id) return ('{"id":"%s","ok":true,"message":"held"}\n'):format(id) end,
  account = function(id)
    return ('{"id":"%s","ok":true,"account":"bio","qos":"low"}\n'):format(id)
  end,
  refused = function(id)
    return ('{"id":"%s","ok":false,"error":{"code":"insufficient_credit","message":"100%% no"}}\n')
      :format(id)
  end,
  no_say = function(id)
    return ('{"id":"%s","ok":false,"error":{"code":"no_say","message":"no say"}}\n'):format(id)
  end,
  unavailable = function(id)
    return ('{"id":"%s","ok":false,"error":{"code":"unavailable"}}\n'):format(id)
  end,
  ["refuse-third"] = function(id, line)
    local refused = line:find('"het_offset":2', 1, true)
    return refused and ('{"id":"%s","ok":false,"error":{"code":"no_rate"}}\n'):format(id) or
      ('{"id":"%s","ok":true}\n'):format(id)
  end,
  ["wrong-id"] = function() return '{"id":"another","ok":true}\n' end,
  garbage = function() return "\0\255{{{\n" end,
  half = function() return '{"id":' end,
  close = function() return "" end,
  long = function() return ("x"):rep(71680) .. "\n" end,
  hang = function() return nil end,
  drip = function() return "drip" end,
}

local function serve(listener, mode, record)
  local kept = {}
  while true do
    local fd = socket.accept(listener)
    if fd and mode == "close-unread" then
      unistd.close(fd)
    elseif fd then
      local line = ""
      while not line:find("\n", 1, true) do
        local got = socket.recv(fd, 65536)
        if not got or got == "" then break end
        line = line .. got
      end
      local file = assert(io.open(record, "a"))
      file:write(line)
      file:close()
      local said = MODES[mode](line:match('"id":"([^"]*)"'), line)
      if said == "drip" then
        for _ = 1, 200 do
          if not socket.send(fd, " ") then break end
          poll.poll({}, 5)
        end
      end
      if said then
        socket.send(fd, said)
        unistd.close(fd)
      else
        kept[#kept + 1] = fd
      end
    end
  end
end

-- Starts one; stop it with :stop(), ask what it was sent with :lines().
function fake.start(path, mode)
  os.remove(path)
  local record = path .. ".record"
  os.remove(record)
  local listener = assert(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0))
  assert(socket.bind(listener, { family = socket.AF_UNIX, path = path }))
  assert(socket.listen(listener, mode == "full" and 0 or 64))
  local pid = 0
  if mode ~= "full" then
    pid = assert(unistd.fork())
    if pid == 0 then
      pcall(serve, listener, mode, record)
      unistd._exit(1)
    end
    unistd.close(listener)
  end
  return {
    lines = function()
      local all = {}
      local file = io.open(record)
      if file then
        for line in file:lines() do all[#all + 1] = line end
        file:close()
      end
      return all
    end,
    stop = function()
      if pid == 0 then
        unistd.close(listener)
      else
        signal.kill(pid, signal.SIGKILL)
        wait.wait(pid)
      end
      os.remove(path)
      os.remove(record)
    end,
  }
end

return fake
