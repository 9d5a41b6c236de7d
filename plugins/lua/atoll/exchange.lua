-- One question and its answer over the Unix socket, within one hard deadline.
-- A connection a question: a kept one would save some 20 µs, and need care when atolld restarts.

local clock = require "atoll.clock"
local errno = require "posix.errno"
local fcntl = require "posix.fcntl"
local poll = require "posix.poll"
local socket = require "posix.sys.socket"
local unistd = require "posix.unistd"

local ANSWER_BYTES = 65536
local PATH_BYTES = 108 -- with its end, as long as a Unix socket's address can be

local exchange = {}

-- outcome: "answered" (one whole line), "nobody" (nothing listens: known at once, without waiting),
-- "late" (the deadline passed) or "broken" (closed early, a line too long, a failing system call).
local function ended(outcome, because)
  return { outcome = outcome, because = because or "" }
end

-- Waits until the socket is ready; false once the deadline has passed. Errors show at the next call.
local function wait_for(fd, event, deadline)
  while true do
    local left = deadline - clock.now()
    if left <= 0 then return false end
    local fds = fd and { [fd] = { events = { [event] = true } } } or {}
    local ready, _, code = poll.poll(fds, math.ceil(left * 1000))
    if ready and ready > 0 then return true end
    if not ready and code ~= errno.EINTR then return false end
  end
end

local function connect_by(fd, path, deadline)
  while true do
    local done, because, code = socket.connect(fd, { family = socket.AF_UNIX, path = path })
    if done then return nil end
    if code == errno.EAGAIN then
      -- The listener's backlog is full and Linux can't poll for that: look again in 1 ms.
      local again = clock.now() + 0.001
      if again >= deadline then return ended("late") end
      wait_for(nil, nil, again)
    elseif code ~= errno.EINTR then
      return ended("nobody", because)
    end
  end
end

local function send_by(fd, bytes, deadline)
  while #bytes > 0 do
    local sent, because, code = socket.send(fd, bytes)
    if sent then
      bytes = bytes:sub(sent + 1)
    elseif code == errno.EAGAIN then
      if not wait_for(fd, "OUT", deadline) then return ended("late") end
    elseif code == errno.EPIPE or code == errno.ECONNRESET then
      return nil -- it may have answered before it closed (`busy`): go and read
    elseif code ~= errno.EINTR then
      return ended("broken", because)
    end
  end
end

local function receive_by(fd, deadline)
  local parts, length = {}, 0
  while true do
    local got, because, code = socket.recv(fd, ANSWER_BYTES - length)
    if got and #got > 0 then
      local newline = got:find("\n", 1, true)
      parts[#parts + 1] = newline and got:sub(1, newline - 1) or got
      length = length + #got
      if newline then return { outcome = "answered", line = table.concat(parts) } end
      if length >= ANSWER_BYTES then return ended("broken", "Message too long") end
      if clock.now() >= deadline then return ended("late") end -- a drip of bytes can't stretch it
    elseif got then
      return ended("broken")
    elseif code == errno.EAGAIN then
      if not wait_for(fd, "IN", deadline) then return ended("late") end
    elseif code ~= errno.EINTR then
      return ended("broken", because)
    end
  end
end

local function talk(fd, path, request, deadline)
  fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
  local flags = fcntl.fcntl(fd, fcntl.F_GETFL)
  -- Without O_NONBLOCK a full socket would block for good. No bit operators in Lua 5.1: a fresh
  -- socket has it unset, so adding it is setting it.
  if fcntl.fcntl(fd, fcntl.F_SETFL, flags + fcntl.O_NONBLOCK) ~= 0 then return ended("nobody") end
  return connect_by(fd, path, deadline) or send_by(fd, request, deadline) or
    receive_by(fd, deadline)
end

-- Connects, sends `request` and reads one line. Everything together ends by `deadline` of the
-- monotonic clock, and no descriptor outlives the call.
function exchange.line(path, request, deadline)
  if #path >= PATH_BYTES then return ended("nobody", "File name too long") end
  local fd, because = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0)
  if not fd then return ended("nobody", because) end
  local good, result = pcall(talk, fd, path, request, deadline)
  unistd.close(fd)
  if not good then error(result, 0) end
  return result
end

return exchange
