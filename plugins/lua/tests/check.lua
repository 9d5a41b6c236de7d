-- Counts the checks of all files of tests.

local check = { passed = 0, failed = 0 }

function check.so(condition, text)
  if condition then
    check.passed = check.passed + 1
    return
  end
  check.failed = check.failed + 1
  local where = debug.getinfo(2, "Sl")
  io.stderr:write(("%s:%d: not so: %s\n"):format(where.short_src:match("[^/]*$"),
    where.currentline, text or ""))
end

function check.equal(got, expected, text)
  if got == expected then
    check.passed = check.passed + 1
    return
  end
  check.failed = check.failed + 1
  local where = debug.getinfo(2, "Sl")
  io.stderr:write(("%s:%d: %s\n  got  %s\n  want %s\n"):format(
    where.short_src:match("[^/]*$"), where.currentline, text or "", tostring(got),
    tostring(expected)))
end

return check
