-- A job's token: 26 characters, time-ordered and random, made before anything is sent; and its
-- place in the job's admin_comment, the word "atoll=<token>". Unique, not secret.

local clock = require "atoll.clock"

local token = {}

local ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ" -- Crockford's base 32
local RANDOM_BYTES = 10
local COMMENT_BYTES = 1024 -- slurmctld refuses a longer admin_comment
local LENGTH = 26

local function base32(number, digits)
  local text = ""
  for _ = 1, digits do
    local digit = number % 32
    text = ALPHABET:sub(digit + 1, digit + 1) .. text
    number = math.floor(number / 32)
  end
  return text
end

-- From given parts, for the tests: milliseconds since 1970 and ten bytes.
function token.from(milliseconds, random)
  local text = base32(milliseconds, 10)
  for first = 1, RANDOM_BYTES, 5 do -- 40 bits at a time: a Lua number holds 53 exactly
    local bits = 0
    for _, byte in ipairs { random:byte(first, first + 4) } do bits = bits * 256 + byte end
    text = text .. base32(bits, 8)
  end
  return text
end

-- A fresh one. Where the kernel gives no random bytes there is none: nil.
function token.make()
  local file = io.open("/dev/urandom", "rb")
  if not file then return nil end
  file:setvbuf("no") -- or it would read a whole buffer
  local random = file:read(RANDOM_BYTES)
  file:close()
  if not random or #random < RANDOM_BYTES then return nil end
  return token.from(clock.wall_ms(), random)
end

-- What stood there, without earlier tokens of ours, then a space and "atoll=<token>". Text that
-- would push the token over Slurm's limit is cut at its end. `before` may be nil.
function token.comment(before, new)
  local room = COMMENT_BYTES - #"atoll=" - LENGTH - 1
  local kept = (" " .. (before or "")):gsub("%f[^ ]atoll=[^ ]* ?", ""):sub(2)
  kept = kept:sub(1, room):gsub(" +$", "")
  return (kept ~= "" and kept .. " " or "") .. "atoll=" .. new
end

return token
