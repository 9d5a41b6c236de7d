-- What stands for slurmctld's Lua: the table `slurm`, and job_desc as it looks where nothing is said.

local stand_in = { log = {}, user = {} }

function stand_in.install(more)
  slurm = {
    SUCCESS = 0,
    ESLURM_ACCOUNTING_POLICY = 2050,
    CLUSTER_NAME = "reef",
    log_user = function(format, ...) stand_in.user[#stand_in.user + 1] = format:format(...) end,
    log_info = function(format, ...) stand_in.log[#stand_in.log + 1] = format:format(...) end,
  }
  slurm.log_error = slurm.log_info
  for key, value in pairs(more or {}) do slurm[key] = value end
end

function stand_in.take(name)
  local text = table.concat(stand_in[name], "\n")
  stand_in[name] = {}
  return text
end

-- As Slurm pushes them: unsigned numbers of their C width.
function stand_in.unsaid()
  local job = {}
  for name in ("user_id group_id time_limit time_min min_nodes max_nodes num_tasks min_cpus " ..
    "max_cpus het_job_offset"):gmatch("%S+") do job[name] = 4294967294.0 end
  for name in ("cpus_per_task ntasks_per_node ntasks_per_socket ntasks_per_core " ..
    "ntasks_per_tres sockets_per_node pn_min_cpus shared threads_per_core core_spec")
    :gmatch("%S+") do job[name] = 65534.0 end
  job.overcommit = 254.0
  job.begin_time, job.end_time = 0.0, 0.0
  return job
end

function stand_in.job(fields)
  local job = stand_in.unsaid()
  for key, value in pairs(fields) do job[key] = value end
  return job
end

return stand_in
