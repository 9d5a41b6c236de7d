-- Atoll for sites that have a job_submit.lua: each submission and each change that costs is put to
-- atolld. An adapter without any policy of its own, as plugins/job_submit (C) is; README.md.
--
--     local atoll = require "atoll"
--     function slurm_job_submit(job_desc, part_list, submit_uid)
--       ...
--       return atoll.job_submit(job_desc, part_list, submit_uid)
--     end
--     function slurm_job_modify(job_desc, job_rec, part_list, modify_uid)
--       ...
--       return atoll.job_modify(job_desc, job_rec, part_list, modify_uid)
--     end
--
-- slurmctld calls with its job lock held. So everything ends by a hard deadline, and whatever goes
-- wrong here ends in a return value.

local ask = require "atoll.ask"
local clock = require "atoll.clock"
local hetjob = require "atoll.hetjob"
local request = require "atoll.request"
local site = require "atoll.site"
local token = require "atoll.token"

local atoll = {}

local NO_VAL = 4294967294

local UNREACHABLE = "atoll: refused: accounting can't be reached, and this cluster admits no job " ..
  "without it.\natoll: Nothing was submitted. Try again in a minute; if this lasts, tell the " ..
  "support staff."

site.find()

-- slurm.log_user takes a format.
local function show(text)
  if text ~= "" then slurm.log_user("%s", text) end
end

-- Slurm before 23.02 has no way to tell who changes a job why: there log_user would keep the text
-- and show it to whoever submits next. Only later releases name all of Slurm's errors here.
-- What fits is not for a stranger to know, so that one has Slurm's own words alone.
local function show_of_modify(text, uid, is_refusal, code)
  if slurm.ESLURM_INVALID_QOS and code ~= "no_say" then
    show(text)
  elseif is_refusal then
    slurm.log_info("%s", ("atoll.lua: update by uid %.0f refused: %s"):format(
      uid, text:match("^[^\n]*")))
  end
end

-- Gives back what the components before a refused one hold, in what is left of the deadline.
local function void_components_before(settings, offset, submit_uid, deadline)
  for _, held in ipairs(hetjob.before(submit_uid, offset)) do
    local id = token.make()
    local line = id and request.void(id, site.cluster(), held)
    -- Otherwise the rest lapses by itself, as holds whose job never appears.
    if not line or not ask.line(settings, line, id, deadline) then break end
  end
  hetjob.forget()
end

local function take_answer(job_desc, answer)
  if answer.account ~= "" and (job_desc.account or "") == "" then
    job_desc.account = answer.account
  end
  if answer.qos ~= "" then job_desc.qos = answer.qos end
  show(answer.message)
end

-- What goes wrong in here counts as silence.
local function guarded(call)
  local good, result = pcall(call)
  if good then return result end
  slurm.log_error("%s", "atoll.lua: this should not happen: " .. tostring(result))
end

local function submit(job_desc, submit_uid)
  local settings = site.now()
  local offset = job_desc.het_job_offset
  local is_component = type(offset) == "number" and offset ~= NO_VAL
  local new = token.make()
  local deadline = clock.now() + settings.deadline_ms / 1000
  -- slurmctld hands over a het job's components one by one: the job waits for one deadline in all.
  local is_worth_asking = not is_component or not hetjob.is_unanswered(submit_uid, offset)
  local answer = is_worth_asking and guarded(function()
    local line = new and site.cluster() ~= "" and request.admit(new, site.cluster(), job_desc)
    return line and ask.line(settings, line, new, deadline) or nil
  end)

  if answer and answer.verdict == "refused" then
    show(answer.message)
    if is_component then
      guarded(function() void_components_before(settings, offset, submit_uid, deadline) end)
    end
    return slurm.ESLURM_ACCOUNTING_POLICY
  end
  if not answer and settings.when_unreachable == "refuse" then
    show(UNREACHABLE)
    return slurm.ESLURM_ACCOUNTING_POLICY
  end
  if answer then take_answer(job_desc, answer) end
  if new then -- on every outcome but a refusal: the hold's answer may be lost
    job_desc.admin_comment = token.comment(job_desc.admin_comment, new)
    if is_component then hetjob.admitted(submit_uid, offset, new, answer and true) end
  end
  return slurm.SUCCESS
end

-- What Slurm itself would say (ESLURM_ACCESS_DENIED to the owner, ESLURM_USER_ID_MISSING): who has no
-- say in a job must not learn what its project has left. 22.05 names neither here.
local function refusal(answer, job_desc, modify_uid)
  if answer.code ~= "no_say" then return slurm.ESLURM_ACCOUNTING_POLICY end
  return modify_uid == job_desc.user_id and 2002 or 2010
end

local function modify(job_desc, job_rec, modify_uid)
  local settings = site.now()
  if site.is_daemon(modify_uid) then
    return slurm.SUCCESS -- atolld's own update must not wait for atolld
  end
  local id, line = token.make(), nil
  if id and site.cluster() ~= "" then
    local which = request.which(job_rec)
    line = which and request.modify(id, site.cluster(), modify_uid, which, job_desc)
  end
  if not line then return slurm.SUCCESS end -- nothing that a price depends on
  local answer = guarded(function()
    return ask.line(settings, line, id, clock.now() + settings.deadline_ms / 1000)
  end)
  if answer then
    show_of_modify(answer.message, modify_uid, answer.verdict == "refused", answer.code)
    return answer.verdict == "ok" and slurm.SUCCESS or refusal(answer, job_desc, modify_uid)
  end
  if settings.when_unreachable == "admit" or site.is_administrator(modify_uid) then
    return slurm.SUCCESS
  end
  show_of_modify(UNREACHABLE, modify_uid, true)
  return slurm.ESLURM_ACCOUNTING_POLICY
end

-- An error in the adapter itself refuses nobody.
local function safely(call, ...)
  local good, result = pcall(call, ...)
  if good then return result end
  slurm.log_error("%s", "atoll.lua: this should not happen: " .. tostring(result))
  return slurm.SUCCESS
end

-- To be returned by slurm_job_submit, as its last step: Slurm's SUCCESS or why it is refused.
function atoll.job_submit(job_desc, _, submit_uid)
  return safely(submit, job_desc, submit_uid)
end

-- To be returned by slurm_job_modify, as its last step.
function atoll.job_modify(job_desc, job_rec, _, modify_uid)
  return safely(modify, job_desc, job_rec, modify_uid)
end

return atoll
