-- The one clock: monotonic, in seconds, so that no step of the wall clock stretches a deadline.

local time = require "posix.time"

local clock = {}

function clock.now()
  local now = time.clock_gettime(time.CLOCK_MONOTONIC)
  return now.tv_sec + now.tv_nsec / 1e9
end

-- Milliseconds since 1970.
function clock.wall_ms()
  local now = time.clock_gettime(time.CLOCK_REALTIME)
  return now.tv_sec * 1000 + math.floor(now.tv_nsec / 1e6)
end

return clock
