-- The lines are the C plugin's and the Swift tests': Tests/Golden/wire, byte by byte.

local check = require "check"
local request = require "atoll.request"
local stand_in = require "slurm"

local golden = os.getenv("GOLDEN")

local function golden_line(file, number)
  for line in io.lines(golden .. "/" .. file) do
    number = number - 1
    if number == 0 then return line .. "\n" end
  end
end

local jobs = {
  stand_in.job {
    user_id = 1001, group_id = 1001, time_limit = 60, min_nodes = 1, num_tasks = 4, min_cpus = 4,
    submit_line = "sbatch -n4 -t 1:00:00 job.sh",
  },
  stand_in.job {
    user_id = 1002, group_id = 100, account = "astro", partition = "gpu,cpu", qos = "high",
    reservation = "maint", time_limit = 4294967295, time_min = 30, min_nodes = 2, max_nodes = 4,
    num_tasks = 8, cpus_per_task = 2, ntasks_per_node = 4, ntasks_per_socket = 2,
    ntasks_per_core = 1, ntasks_per_tres = 3, sockets_per_node = 2, min_cpus = 16, max_cpus = 64,
    pn_min_cpus = 8, shared = 0, overcommit = 1, threads_per_core = 1, core_spec = 2,
    tres_per_job = "gres:gpu:h200:8", tres_per_node = "gres:gpu:2,gres:nvme:1",
    tres_per_socket = "gres:gpu:1", tres_per_task = "gres:gpu:1", cpus_per_tres = "gres:gpu:4",
    mem_per_tres = "gres:gpu:4096", licenses = "matlab:2,abaqus",
    features = "[skylake*2&icelake]", req_nodes = "n[1-4]", exc_nodes = "n16",
    array_inx = "0-99:3%2", begin_time = 1763712000, submit_line = "sbatch --exclusive j.sh",
    min_mem_per_cpu = 2000,
  },
  stand_in.job {
    user_id = 1003, account = 'a","user_id":0,"x":"',
    submit_line = 'sbatch --wrap "echo \'h\195\169llo\' \\\\ \27[31m\n"', min_mem_per_node = 0,
  },
  stand_in.job {
    user_id = 1001, group_id = 1001, num_tasks = 1, min_cpus = 1, het_job_offset = 1,
    submit_line = "sbatch -n1 : -n1 job.sh", min_mem_per_node = 4096,
  },
}

for number, job in ipairs(jobs) do
  check.equal(request.admit("01JDABCDEFGHJKMNPQRSTVWX0" .. number, "reef", job),
    golden_line("admit-request.ndjson", number), "admit " .. number)
end

local first = request.which { job_id = 71, array_job_id = 0, array_task_id = 4294967294,
                              het_job_id = 0, het_job_offset = 0 }
check.equal(request.modify("01JDABCDEFGHJKMNPQRSTVWX05", "reef", 0, first,
  stand_in.job { user_id = 1001, time_limit = 120 }), golden_line("modify-request.ndjson", 1))
local task = request.which { job_id = 73, array_job_id = 71, array_task_id = 1, het_job_id = 0,
                             het_job_offset = 0 }
check.equal(request.modify("01JDABCDEFGHJKMNPQRSTVWX06", "reef", 1001, task,
  stand_in.job { user_id = 1001, account = "bio", qos = "" }),
  golden_line("modify-request.ndjson", 2))
check.equal(request.void("01JDABCDEFGHJKMNPQRSTVWX07", "reef", "01JDABCDEFGHJKMNPQRSTVWX04"),
  golden_line("void-request.ndjson", 1))

local component = request.which { job_id = 81, array_job_id = 0, array_task_id = 4294967294,
                                  het_job_id = 80, het_job_offset = 1 }
check.equal(component.job_id_str, "80+1")
check.equal(component.job_id, 80)
local waiting = request.which { job_id = 90, array_job_id = 90, array_task_id = 4294967294,
                                het_job_id = 0, het_job_offset = 4294967294 }
check.equal(waiting.job_id_str, "90", "an array whose tasks wait")
check.equal(request.which {}, nil)

local function change(fields)
  fields.user_id, fields.group_id = 1001, 1001
  fields.het_job_offset = 0 -- Slurm sets it in every update
  fields.name, fields.comment, fields.priority = "new", "text", 0
  return request.modify("1", "reef", 0, first, stand_in.job(fields))
end
check.equal(change {}, nil, "name, comments, hold: nothing to ask")
for _, fields in ipairs { { min_mem_per_node = 100 }, { min_cpus = 3 }, { end_time = 1763712000 },
                          { features = "" } } do
  local line = change(fields)
  check.so(line and not line:find("het_offset") and not line:find("array") and
    not line:find("group_id"), "asked about, without what an update never says")
end

check.so(change { array_inx = "2" }:find('"array_throttle":2}', 1, true), "ArrayTaskThrottle")
check.so(change { array_inx = "0" }:find('"array_throttle":0}', 1, true))
check.equal(change { array_inx = "all" }, nil)

-- What is cut, is named; the longest line there can be stays below the limit.
local function cut_of(job)
  local line = request.admit("1", "reef", job)
  return line and line:match('"cut":(%[.-%])') or "", line and #line or 0
end
check.equal(cut_of(stand_in.job { submit_line = ('"'):rep(2 ^ 20) }), "", "only a hint")
check.equal(cut_of(stand_in.job { array_inx = ("1"):rep(8192) }), "")
check.equal(cut_of(stand_in.job { array_inx = ("1"):rep(8193) }), '["array"]')
local everything = {}
for name in ("account partition qos reservation tres_per_job tres_per_node tres_per_socket " ..
  "tres_per_task cpus_per_tres mem_per_tres licenses features req_nodes exc_nodes array_inx " ..
  "submit_line"):gmatch("%S+") do everything[name] = ("\\"):rep(70000) end
local cut, bytes = cut_of(stand_in.job(everything))
check.so(cut:find('"account"') and cut:find('"array"') and not cut:find("submit_line"), cut)
check.so(bytes > 0 and bytes < 65536 - 8192, bytes .. " bytes")

-- No byte breaks the line: it is read back by the strict reader.
local json = require "atoll.json"
for byte = 0, 255 do
  local text = "x" .. string.char(byte):rep(3)
  local line = request.admit("1", "reef", stand_in.job { account = text })
  local seen = json.object((line:gsub("\n", ""))).job.account
  check.equal(seen, byte >= 0x20 and byte < 0x7f and text or "x???", "byte " .. byte)
end
