-- job_desc to JSON: a fixed list of fields, each absent where Slurm has NO_VAL or nothing.
-- The lines are those of plugins/job_submit, byte for byte (Tests/Golden/wire).

local line = require "atoll.line"

local request = {}

local TEXT_BYTES = 1024
local LIST_BYTES = 8192 -- array indices and host lists

local NO_VAL = { u8 = 254, u16 = 65534, u32 = 4294967294 }

-- Flags: p, an estimate may depend on it: a cut is named, a change of it asked about;
-- s, of submissions only: in an update Slurm keeps something else there, or nothing;
-- l, a list that may take LIST_BYTES.
local fields = {
  { "user_id", "user_id", "u32", "" },
  { "group_id", "group_id", "u32", "s" },
  { "account", "account", "text", "p" },
  { "partition", "partition", "text", "p" },
  { "qos", "qos", "text", "p" },
  { "reservation", "reservation", "text", "p" },
  { "time_limit_minutes", "time_limit", "u32", "p" },
  { "time_min_minutes", "time_min", "u32", "p" },
  { "min_nodes", "min_nodes", "u32", "p" },
  { "max_nodes", "max_nodes", "u32", "p" },
  { "num_tasks", "num_tasks", "u32", "p" },
  { "cpus_per_task", "cpus_per_task", "u16", "p" },
  { "ntasks_per_node", "ntasks_per_node", "u16", "p" },
  { "ntasks_per_socket", "ntasks_per_socket", "u16", "p" },
  { "ntasks_per_core", "ntasks_per_core", "u16", "p" },
  { "ntasks_per_tres", "ntasks_per_tres", "u16", "p" },
  { "sockets_per_node", "sockets_per_node", "u16", "p" },
  { "min_cpus", "min_cpus", "u32", "p" },
  { "max_cpus", "max_cpus", "u32", "p" },
  { "pn_min_cpus", "pn_min_cpus", "u16", "p" },
  { "shared", "shared", "u16", "p" },
  { "overcommit", "overcommit", "u8", "p" }, -- no Slurm up to 26.05 shows it to Lua
  { "threads_per_core", "threads_per_core", "u16", "p" },
  { "core_spec", "core_spec", "u16", "p" }, -- from Slurm 26.05 on
  { "tres_per_job", "tres_per_job", "text", "p" },
  { "tres_per_node", "tres_per_node", "text", "p" },
  { "tres_per_socket", "tres_per_socket", "text", "p" },
  { "tres_per_task", "tres_per_task", "text", "p" },
  { "cpus_per_tres", "cpus_per_tres", "text", "p" },
  { "mem_per_tres", "mem_per_tres", "text", "p" },
  { "licenses", "licenses", "text", "p" },
  { "features", "features", "text", "p" },
  { "req_nodes", "req_nodes", "text", "pl" },
  { "exc_nodes", "exc_nodes", "text", "pl" },
  { "array", "array_inx", "text", "psl" },
  { "het_offset", "het_job_offset", "u32", "s" },
  { "begin", "begin_time", "time", "p" },
  { "end", "end_time", "time", "p" }, -- of updates: moves the time limit
  { "submit_line", "submit_line", "text", "s" }, -- no Slurm up to 26.05 shows it to Lua
}

-- What Slurm has there, or nil where it has nothing.
local function said(value, kind)
  if kind == "text" then
    return type(value) == "string" and value or nil
  end
  if type(value) ~= "number" then return nil end
  if kind == "time" then return value > 0 and value or nil end
  return value ~= NO_VAL[kind] and value or nil
end

-- Says whether anything was written that a price may depend on.
local function write_job(into, job, is_submission)
  local priced, cut = false, {}
  into:open("job", "{")
  for _, field in ipairs(fields) do
    local name, member, kind, flags = field[1], field[2], field[3], field[4]
    local value
    if is_submission or not flags:find("s") then value = said(job[member], kind) end
    if value and kind == "text" then
      local whole = into:text(name, value, flags:find("l") and LIST_BYTES or TEXT_BYTES)
      if not whole and flags:find("p") then cut[#cut + 1] = name end
    elseif value then
      into:unsigned(name, value)
    end
    if value and flags:find("p") then priced = true end
  end
  -- Not pn_min_memory: its top bit, "per CPU", is lost in a Lua number.
  for name, member in pairs { mem_per_cpu_mib = "min_mem_per_cpu",
                              mem_per_node_mib = "min_mem_per_node" } do
    local value = job[member]
    if type(value) == "number" and value < 2 ^ 63 then
      into:unsigned(name, value)
      priced = true
    end
  end
  -- In an update Slurm has ArrayTaskThrottle where an array's indices are: a number alone, 0 for any.
  local throttle = not is_submission and type(job.array_inx) == "string" and
    tonumber(job.array_inx:match("^%d+"))
  if throttle then
    into:unsigned("array_throttle", throttle)
    priced = true
  end
  into:close("}")
  if #cut > 0 then
    into:open("cut", "[")
    for _, name in ipairs(cut) do into:text(nil, name, TEXT_BYTES) end
    into:close("]")
  end
  return priced
end

local function start(id, operation, cluster)
  local into = line.start()
  into:unsigned("v", 1)
  into:text("id", id, TEXT_BYTES)
  into:text("op", operation, TEXT_BYTES)
  into:text("cluster", cluster, TEXT_BYTES)
  return into
end

-- Each gives one whole line, or nil where there is nothing to send.

function request.admit(token, cluster, job)
  local into = start(token, "admit", cluster)
  write_job(into, job, true)
  return into:finish()
end

-- nil also where nothing changes that a price could depend on. `which`: {job_id, job_id_str}.
function request.modify(id, cluster, caller_uid, which, job)
  local into = start(id, "modify", cluster)
  into:unsigned("job_id", which.job_id)
  if which.job_id_str then into:text("job_id_str", which.job_id_str, TEXT_BYTES) end
  into:unsigned("caller_uid", caller_uid)
  local priced = write_job(into, job, false)
  return priced and into:finish() or nil
end

function request.void(id, cluster, token)
  local into = start(id, "void", cluster)
  into:text("token", token, TEXT_BYTES)
  return into:finish()
end

-- Which job an update is about, as users name it: Lua is shown the record, not what was typed.
function request.which(record)
  local function number(value, none)
    return type(value) == "number" and value ~= NO_VAL.u32 and value ~= none and value or nil
  end
  local array, task = number(record.array_job_id, 0), number(record.array_task_id)
  if array and task then
    return { job_id = array, job_id_str = string.format("%.0f_%.0f", array, task) }
  end
  local het, offset = number(record.het_job_id, 0), number(record.het_job_offset)
  if het and offset then
    return { job_id = het, job_id_str = string.format("%.0f+%.0f", het, offset) }
  end
  local id = number(record.job_id, 0)
  return id and { job_id = id, job_id_str = string.format("%.0f", id) }
end

return request
