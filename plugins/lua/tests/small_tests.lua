-- Tokens, admin_comment, het jobs, settings, JSON and answers.

local check = require "check"
local answer = require "atoll.answer"
local hetjob = require "atoll.hetjob"
local json = require "atoll.json"
local settings = require "atoll.settings"
local token = require "atoll.token"

-- The C plugin's own cases (token_tests.c) give the same tokens.
check.equal(token.from(1469918176385, ("\0"):rep(10)), "01ARYZ6S410000000000000000")
check.equal(token.from(2 ^ 48 - 1, ("\255"):rep(10)), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
check.equal(token.from(0, "\0\0\0\0\1\0\0\0\0\1"), "00000000000000000100000001")
local seen, good = {}, true
for _ = 1, 2000 do
  local one = token.make()
  good = good and one:find("^[0-7][0-9A-HJKMNP-TV-Z]+$") and #one == 26 and not seen[one]
  seen[one] = true
end
check.so(good, "2,000 tokens of the right form, no two the same")

local T = ("0"):rep(26)
for _, row in ipairs {
  { nil, "atoll=" .. T },
  { "", "atoll=" .. T },
  { "text", "text atoll=" .. T },
  { "text  ", "text atoll=" .. T },
  { "atoll=OLD", "atoll=" .. T },
  { "from lua atoll=OLD kept", "from lua kept atoll=" .. T },
  { "atoll=A atoll=B x", "x atoll=" .. T },
  { "notatoll=A", "notatoll=A atoll=" .. T },
  { ("x"):rep(1020), ("x"):rep(1024 - 33) .. " atoll=" .. T },
} do
  check.equal(token.comment(row[1], T), row[2])
end

-- A het job's tokens are those of the components right before, of the same user.
hetjob.admitted(7, 0, "a", true)
hetjob.admitted(7, 1, "b", true)
check.equal(table.concat(hetjob.before(7, 2)), "ab")
check.so(not hetjob.is_unanswered(7, 2), "all answered")
hetjob.admitted(7, 2, "c", false)
check.so(hetjob.is_unanswered(7, 3), "the one before had no answer")
check.so(not hetjob.is_unanswered(8, 3), "another user's job asks")
check.so(not hetjob.is_unanswered(7, 0), "another job of the same user asks")
hetjob.admitted(7, 3, "d", true)
check.so(hetjob.is_unanswered(7, 4), "an earlier one had none")
hetjob.admitted(7, 0, "a", true)
hetjob.admitted(7, 1, "b", true)
check.so(not hetjob.is_unanswered(7, 2), "a new job's were answered")
check.equal(#hetjob.before(8, 2), 0, "another user's")
check.equal(#hetjob.before(7, 1), 0, "another job's")
hetjob.admitted(7, 5, "z")
check.equal(#hetjob.before(7, 2), 0, "a gap forgets")
hetjob.admitted(7, 0, "c")
check.equal(table.concat(hetjob.before(7, 1)), "c", "a new first component begins anew")
hetjob.forget()
check.equal(#hetjob.before(7, 1), 0)

-- Settings: the shipped example, each key, each mistake with its line.
local function read(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  local problems = {}
  local into, outcome = settings.read(path, function(problem)
    problems[#problems + 1] = (problem:gsub("^.-:(%d+: )", "%1"))
  end)
  os.remove(path)
  return into, outcome, table.concat(problems, "\n")
end

local shipped, outcome = settings.read(os.getenv("ROOT") .. "/config/job_submit_atoll.conf",
  function(problem) check.so(false, problem) end)
check.equal(outcome, "read")
check.equal(shipped.deadline_ms, 100)
check.equal(select(2, settings.read("/nonexistent/x", error)), "absent")
local told
check.equal(select(2, settings.read("/", function(problem) told = problem end)), "faulty")
check.so(told, "a folder is no settings file")

local into, how, problems = read('cluster = "reef" # ours\nsocket=/a/b\n\n  deadline_ms = 7\n' ..
  "breaker_failures = 1\nbreaker_pause_s = 2\nwhen_unreachable = refuse\ndaemon_user = atoll")
check.equal(how .. problems, "read")
check.equal(into.cluster .. into.socket .. into.deadline_ms .. into.breaker_failures ..
  into.breaker_pause_s .. into.when_unreachable .. into.daemon_user, "reef/a/b712refuseatoll")
for text, problem in pairs {
  ["socket = a/b"] = "1: socket: must be an absolute path",
  ["\ndeadline_ms = 0"] = "2: deadline_ms: must be a whole number from 1 to 5000",
  ["deadline_ms = 5x"] = "1: deadline_ms: must be a whole number from 1 to 5000",
  ["when_unreachable = never"] = "1: when_unreachable: must be admit or refuse",
  ["colour = red"] = "1: colour: no such setting",
  ["cluster"] = "1: cluster: expected key = value",
  ["cluster ="] = "1: cluster: has no value",
  ["cluster = " .. ("x"):rep(64)] = "1: cluster: is too long",
  ["#" .. ("x"):rep(2000)] = "1: line: is too long; the rest of the file is left out",
} do
  local kept, found, said = read(text)
  check.equal(found .. " " .. said, "faulty " .. problem)
  check.equal(kept.socket .. kept.deadline_ms .. kept.when_unreachable,
    "/run/atoll/atoll.sock100admit", "faulty keys keep their defaults")
end

-- JSON, strictly.
for _, text in ipairs { "", "1", "[]", "{", '{"a"}', '{"a":}', '{"a":1,}', "{'a':1}", '{"a":01}',
  '{"a":tru}', '{"a":1} x', '{"a":"\n"}', '{"a":"\\x"}', '{"a":"\\ud800"}', '{"a":1}{"b":2}',
  '{"a":' .. ("["):rep(9) .. ("]"):rep(9) .. "}", "\0\255{{{", '{"a":1 "b":2}', '{"a":.5}' } do
  check.equal(json.object(text), nil, text)
end
local object = json.object(
  ' {"a" : [1,-2.5e1,true,false,null,{}] , "b":"\\u0041\\u00e9\\ud83d\\ude00\\n\\"\\\\/"} ')
check.equal(object.a[2], -25)
check.equal(object.a[3], true)
check.equal(object.a[4], false)
check.equal(object.a[5], json.null)
check.equal(object.b, 'A\195\169\240\159\152\128\n"\\/')

-- Answers: the shared golden lines, and what is no answer to this question.
local function golden(file)
  local lines = {}
  for line in io.lines(os.getenv("GOLDEN") .. "/" .. file) do lines[#lines + 1] = line end
  return lines
end
for _, file in ipairs { "admit-ok.ndjson", "admit-refused.ndjson", "failed.ndjson" } do
  for _, line in ipairs(golden(file)) do
    local id = json.object(line).id
    local found = answer.read(line, id == json.null and "any" or id)
    local code = line:match('"code":"([^"]*)"')
    local expected = not code and "ok" or
      (code == "unavailable" or code == "busy" or code == "outcome_unknown") and "unavailable" or
      "refused"
    check.equal(found.verdict, expected, line)
    check.equal(found.code, code, line)
    if line:find('"message"') then
      check.equal(found.message, json.object(line).message or json.object(line).error.message)
    end
  end
end
for _, line in ipairs { '{"ok":true}', '{"id":"2","ok":true}', '{"id":"1"}', '{"id":"1","ok":1}',
  '{"id":null,"ok":true}', '{"id":"1","ok":false}', '{"id":"1","ok":false,"error":{}}',
  '{"id":"2","ok":false,"error":{"code":"x"}}', '[{"id":"1","ok":true}]', "", "{" } do
  check.equal(answer.read(line, "1").verdict, "nonsense", line)
end
check.equal(answer.read('{"id":null,"ok":false,"error":{"code":"too_long"}}', "1").message,
  "atoll: refused (too_long)")
check.equal(answer.read('{"id":"1","ok":true,"message":"a\\u001bb\\nc\\n\\n"}', "1").message,
  "a?b\nc", "no control bytes, no empty lines at the end")
local long = answer.read('{"id":"1","ok":true,"message":"' .. ("\195\169"):rep(3000) .. '"}', "1")
check.equal(#long.message, 4094, "cut, never inside a character")
