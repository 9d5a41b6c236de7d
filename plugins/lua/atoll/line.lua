-- Builds one line of JSON. Users' bytes can neither break it nor push it over its size.

local line = {}
line.__index = line

line.BYTES = 65536 -- a line with its newline, docs/protocol.md

function line.start()
  return setmetatable({ parts = { "{" }, has_value = false }, line)
end

local function begin_value(self, name)
  local parts = self.parts
  if self.has_value then parts[#parts + 1] = "," end
  self.has_value = true
  if name then parts[#parts + 1] = '"' .. name .. '":' end
end

function line:open(name, bracket)
  begin_value(self, name)
  self.parts[#self.parts + 1] = bracket
  self.has_value = false
end

function line:close(bracket)
  self.parts[#self.parts + 1] = bracket
  self.has_value = true
end

-- Whole numbers up to 2^53, whichever kind of number this Lua has.
function line:unsigned(name, value)
  begin_value(self, name)
  self.parts[#self.parts + 1] = string.format("%.0f", value)
end

-- Writes a string and says whether it is whole. Bytes that aren't printable ASCII become '?', a
-- quote and a backslash are escaped, and what would pass `limit` bytes, counted as escaped, is cut.
function line:text(name, text, limit)
  local head = text:sub(1, limit + 1) -- more never fits
  local escaped = head:gsub("[^\32-\126]", "?"):gsub('["\\]', "\\%0")
  local whole = #escaped <= limit
  if not whole then
    escaped = escaped:sub(1, limit)
    if #escaped:match("\\*$") % 2 == 1 then escaped = escaped:sub(1, -2) end
  end
  begin_value(self, name)
  self.parts[#self.parts + 1] = '"' .. escaped .. '"'
  return whole
end

-- The line with its newline; nil where it is too long to be sent.
function line:finish()
  self:close("}")
  local bytes = table.concat(self.parts) .. "\n"
  return #bytes <= line.BYTES and bytes or nil
end

return line
