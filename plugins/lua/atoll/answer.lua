-- Judges an answer. What is doubtful is nonsense, and so "unreachable".

local json = require "atoll.json"

local answer = {}

local MESSAGE_BYTES = 4095
local WORD_BYTES = 255
local CODE_BYTES = 63

local UNAVAILABLE = { unavailable = true, busy = true, outcome_unknown = true }

-- Text for a terminal or slurmctld: no control bytes but newlines, cut to fit.
local function text_of(value, limit)
  if type(value) ~= "string" then return "" end
  local text = value:gsub("[%z\1-\9\11-\31\127]", "?")
  if #text > limit then
    text = text:sub(1, limit)
    while text:byte(-1) and value:byte(#text + 1) >= 0x80 and value:byte(#text + 1) < 0xc0 do
      text = text:sub(1, -2) -- never cut inside a UTF-8 sequence
    end
  end
  return (text:gsub("\n+$", ""))
end

-- Reads one line without its newline. It must carry `id`; only an error may carry null instead.
-- verdict: "ok", "refused" (also a request that atolld could not read), "unavailable" (it says
-- itself that it can't decide now) or "nonsense".
function answer.read(line, id)
  local nonsense = { verdict = "nonsense" }
  local root = json.object(line)
  if not root or type(root.ok) ~= "boolean" or root.id == nil then return nonsense end
  if root.ok then
    if root.id ~= id then return nonsense end
    return {
      verdict = "ok",
      account = text_of(root.account, WORD_BYTES),
      qos = text_of(root.qos, WORD_BYTES),
      message = text_of(root.message, MESSAGE_BYTES),
    }
  end
  local failure = root.error
  if type(failure) ~= "table" or not (root.id == id or root.id == json.null) then
    return nonsense
  end
  local code = text_of(failure.code, CODE_BYTES)
  if code == "" then return nonsense end
  local message = text_of(failure.message, MESSAGE_BYTES)
  return {
    verdict = UNAVAILABLE[code] and "unavailable" or "refused",
    code = code,
    message = message ~= "" and message
      or UNAVAILABLE[code] and code or "atoll: refused (" .. code .. ")",
  }
end

return answer
