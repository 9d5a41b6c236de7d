-- Reads one line of JSON, strictly. What is wrong in any way is nil: there is nothing to repair.

local json = {}

json.null = setmetatable({}, { __tostring = function() return "null" end })
local DEEPEST = 8

local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r",
                  t = "\t" }

local function wrong(what) error({ json = what }, 0) end

local function utf8_of(code)
  local floor = math.floor
  if code < 0x80 then return string.char(code) end
  if code < 0x800 then
    return string.char(0xc0 + floor(code / 0x40), 0x80 + code % 0x40)
  end
  if code < 0x10000 then
    return string.char(0xe0 + floor(code / 0x1000), 0x80 + floor(code / 0x40) % 0x40,
                       0x80 + code % 0x40)
  end
  return string.char(0xf0 + floor(code / 0x40000), 0x80 + floor(code / 0x1000) % 0x40,
                     0x80 + floor(code / 0x40) % 0x40, 0x80 + code % 0x40)
end

-- Each reader takes the text and a place, and gives a value and the place after it.

local function skip(text, at) return text:find("[^ \t\r\n]", at) or #text + 1 end

local function read_unicode(text, at)
  local code = tonumber(text:match("^%x%x%x%x", at) or wrong("escape"), 16)
  if code < 0xd800 or code > 0xdfff then return utf8_of(code), at + 4 end
  local low = tonumber(text:match("^\\u(%x%x%x%x)", at + 4) or "", 16)
  if code > 0xdbff or not low or low < 0xdc00 or low > 0xdfff then wrong("surrogate") end
  return utf8_of(0x10000 + (code - 0xd800) * 0x400 + low - 0xdc00), at + 10
end

local function read_string(text, at)
  local parts = {}
  while true do
    local plain, stop = text:match('^([^"\\%c]*)()', at)
    parts[#parts + 1] = plain
    local byte = text:sub(stop, stop)
    if byte == '"' then return table.concat(parts), stop + 1 end
    if byte ~= "\\" then wrong("string") end
    local letter = text:sub(stop + 1, stop + 1)
    if letter == "u" then
      parts[#parts + 1], at = read_unicode(text, stop + 2)
    else
      parts[#parts + 1], at = ESCAPES[letter] or wrong("escape"), stop + 2
    end
  end
end

local function read_number(text, at)
  local whole = text:match("^-?%d+", at) or wrong("number")
  if whole:find("^-?0%d") then wrong("number") end
  local fraction = text:match("^%.%d+", at + #whole) or ""
  local power = text:match("^[eE][+-]?%d+", at + #whole + #fraction) or ""
  local digits = whole .. fraction .. power
  return tonumber(digits), at + #digits
end

local read_value

-- The members of an object or a list, up to the closing bracket.
local function read_members(text, at, depth, closing, take)
  if depth >= DEEPEST then wrong("too deep") end
  at = skip(text, at)
  if text:sub(at, at) == closing then return at + 1 end
  while true do
    at = skip(text, take(at))
    local byte = text:sub(at, at)
    if byte == closing then return at + 1 end
    if byte ~= "," then wrong("comma") end
    at = skip(text, at + 1)
  end
end

local function read_object(text, at, depth)
  local object = {}
  local after = read_members(text, at, depth, "}", function(place)
    if text:sub(place, place) ~= '"' then wrong("key") end
    local key, value
    key, place = read_string(text, place + 1)
    place = skip(text, place)
    if text:sub(place, place) ~= ":" then wrong("colon") end
    value, place = read_value(text, skip(text, place + 1), depth + 1)
    object[key] = value
    return place
  end)
  return object, after
end

local function read_list(text, at, depth)
  local list = {}
  local after = read_members(text, at, depth, "]", function(place)
    list[#list + 1], place = read_value(text, place, depth + 1)
    return place
  end)
  return list, after
end

local WORDS = { ["true"] = true, ["false"] = false, ["null"] = json.null }

function read_value(text, at, depth)
  local byte = text:sub(at, at)
  if byte == "{" then return read_object(text, at + 1, depth) end
  if byte == "[" then return read_list(text, at + 1, depth) end
  if byte == '"' then return read_string(text, at + 1) end
  local word = text:match("^%a+", at)
  if word then
    if WORDS[word] == nil then wrong("word") end
    return WORDS[word], at + #word
  end
  return read_number(text, at)
end

-- The object that the text is, or nil where it is anything else.
function json.object(text)
  local good, value, after = pcall(function()
    local at = skip(text, 1)
    if text:sub(at, at) ~= "{" then wrong("no object") end
    return read_value(text, at, 0)
  end)
  if not good then
    if type(value) == "table" and value.json then return nil end
    error(value, 0)
  end
  return skip(text, after) > #text and value or nil
end

return json
