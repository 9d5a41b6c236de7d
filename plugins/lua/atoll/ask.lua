-- Asks atolld and keeps count of its silences. The log hears of changes, at most once a second.

local answer = require "atoll.answer"
local clock = require "atoll.clock"
local exchange = require "atoll.exchange"

local ask = {}

local QUIET_S = 1

-- What is known of atolld between two questions.
local state

function ask.reset()
  state = {
    failures = 0, -- in a row
    retry_at = 0,
    down = false, -- the last question had no answer
    down_said = false, -- what the log was told last
    unanswered = 0, -- questions since it went down
  }
end
ask.reset()

-- Past the pause one question goes out as a probe; its outcome decides.
local function breaker_allows(settings)
  return state.failures < settings.breaker_failures or clock.now() >= state.retry_at
end

local function breaker_failed(settings)
  state.failures = math.min(state.failures + 1, settings.breaker_failures)
  if state.failures >= settings.breaker_failures then
    state.retry_at = clock.now() + settings.breaker_pause_s
  end
end

local function log(text) slurm.log_info("%s", "atoll.lua: " .. text) end

local function may_speak()
  local now = clock.now()
  if state.down == state.down_said then return false end
  if state.said_at and now - state.said_at < QUIET_S then return false end
  state.down_said, state.said_at = state.down, now
  return true
end

local function note_answered()
  state.failures = 0
  state.down = false
  if may_speak() then
    log(("atolld answers again after %d s; %d requests went without it"):format(
      math.floor(clock.now() - state.down_since), state.unanswered))
  end
end

local function describe(exchanged, read)
  if exchanged.outcome == "nobody" then return "nobody listens: " .. exchanged.because end
  if exchanged.outcome == "late" then return "no answer within the deadline" end
  if exchanged.outcome == "broken" then
    local because = exchanged.because
    return "the exchange broke off" .. (because ~= "" and ": " .. because or "")
  end
  if read.verdict == "unavailable" then return "it can't decide now: " .. read.message end
  return "its answer makes no sense"
end

local function note_unanswered(settings, exchanged, read)
  -- Where nothing listens the question took no time: a pause would spare nothing, and would let
  -- jobs pass unasked after a mere restart. Only what can cost time opens the breaker.
  if exchanged.outcome ~= "nobody" then breaker_failed(settings) end
  if not state.down then
    state.down = true
    if not state.down_said then state.down_since, state.unanswered = clock.now(), 0 end
  end
  state.unanswered = state.unanswered + 1
  if may_speak() then
    log(("atolld can't be reached at %s (%s); when_unreachable = %s"):format(
      settings.socket, describe(exchanged, read), settings.when_unreachable))
  end
end

-- Sends `request` and gives the answer when atolld decided ("ok" or "refused"). nil is
-- "unreachable": silence, nonsense, its own "can't decide now", or a pause of the breaker.
function ask.line(settings, request, id, deadline)
  if not breaker_allows(settings) then
    state.unanswered = state.unanswered + 1
    return nil
  end
  local exchanged = exchange.line(settings.socket, request, deadline)
  local read = { verdict = "nonsense" }
  if exchanged.outcome == "answered" then read = answer.read(exchanged.line, id) end
  if read.verdict == "ok" or read.verdict == "refused" then
    note_answered()
    return read
  end
  note_unanswered(settings, exchanged, read)
end

return ask
