"""Every form of a request, and what the plugin must make of it.

A row: the command, what the request's job must hold, what it must not name.
"""

GPU = ("-p", "gpu")

# (options of sbatch, fields that must be there, fields that must be absent)
SBATCH = [
    ((), {"min_cpus": 1},
     "account partition qos time_limit_minutes num_tasks mem_per_node_mib mem_per_cpu_mib begin "
     "min_nodes het_offset array shared overcommit licenses tres_per_node"),
    (("--mem=4G",), {"mem_per_node_mib": 4096}, "mem_per_cpu_mib"),
    (("--mem=0",), {"mem_per_node_mib": 0}, "mem_per_cpu_mib"),
    (("--mem-per-cpu=2G", "-n2"), {"mem_per_cpu_mib": 2048, "num_tasks": 2, "min_cpus": 2},
     "mem_per_node_mib"),
    ((*GPU, "--gpus=2"), {"partition": "gpu", "tres_per_job": "gres:gpu:2"}, "tres_per_node"),
    ((*GPU, "--gpus-per-node=h200:1", "-N2"),
     {"tres_per_node": "gres:gpu:h200:1", "min_nodes": 2, "max_nodes": 2}, "tres_per_job"),
    ((*GPU, "--gpus-per-task=1", "-n2"), {"tres_per_task": "gres:gpu:1", "num_tasks": 2}, ""),
    ((*GPU, "--gpus-per-socket=1", "--sockets-per-node=1"), {"tres_per_socket": "gres:gpu:1"}, ""),
    ((*GPU, "--gpus=4", "--ntasks-per-gpu=2"),
     {"tres_per_job": "gres:gpu:4", "ntasks_per_tres": 2, "num_tasks": 8}, ""),
    ((*GPU, "--gres=gpu:h200:1"), {"tres_per_node": "gres:gpu:h200:1"}, ""),
    ((*GPU, "--gpus=1", "--cpus-per-gpu=4"), {"cpus_per_tres": "gres:gpu:4"}, ""),
    ((*GPU, "--gpus=1", "--mem-per-gpu=8G"), {"mem_per_tres": "gres:gpu:8192"}, "mem_per_node_mib"),
    (("-N2-4", "-n8"), {"min_nodes": 2, "max_nodes": 4, "num_tasks": 8}, ""),
    (("-n4", "-c2"), {"num_tasks": 4, "cpus_per_task": 2, "min_cpus": 8}, ""),
    (("-n64", "--mem=100G"), {"num_tasks": 64, "mem_per_node_mib": 102400}, "min_nodes"),
    (("--exclusive",), {"shared": 0}, ""),
    (("--exclusive=user",), {"shared": 2}, ""),
    (("-s",), {"shared": 1}, ""),
    (("-O", "-n4"), {"overcommit": 1, "num_tasks": 4}, ""),
    (("-a", "0-9:3%2"), {"array": "0-9:3%2"}, ""),
    (("-p", "cpu,gpu"), {"partition": "cpu,gpu"}, ""),
    (("-A", "astro", "--qos=normal"), {"account": "astro", "qos": "normal"}, ""),
    (("--time=UNLIMITED",), {"time_limit_minutes": 4294967295}, ""),
    (("-t", "1-0", "--time-min=30"), {"time_limit_minutes": 1440, "time_min_minutes": 30}, ""),
    (("-t", "90"), {"time_limit_minutes": 90}, "time_min_minutes"),
    (("-L", "matlab:2,abaqus"), {"licenses": "matlab:2,abaqus"}, ""),
    (("-w", "n1", "-x", "n2"), {"req_nodes": "n1", "exc_nodes": "n2"}, ""),
    (("--mincpus=3", "--threads-per-core=1"), {"pn_min_cpus": 3, "threads_per_core": 1}, ""),
    (("-n4", "--ntasks-per-node=2", "--ntasks-per-socket=1", "--ntasks-per-core=1"),
     {"ntasks_per_node": 2, "ntasks_per_socket": 1, "ntasks_per_core": 1}, ""),
    (("-n4", "--sockets-per-node=2"), {"sockets_per_node": 2}, "ntasks_per_socket"),
]

# Submitted too, but Slurm itself refuses them afterwards on this testbed.
REFUSED_BY_SLURM = [
    (("-C", "skylake&ib"), {"features": "skylake&ib"}, ""),
    (("--reservation=maint",), {"reservation": "maint"}, ""),
    (("-A", 'a","user_id":0,"x":"'), {"account": 'a","user_id":0,"x":"'}, ""),
    (("-A", "h\u00e9\x1b[31m"), {"account": "h???[31m"}, ""),
]

# What changes of a waiting job reach the server, with which fields; None: it isn't asked.
UPDATES = [
    ("TimeLimit=2:00:00", {"time_limit_minutes": 120}),
    ("NumCPUs=4", {"min_cpus": 4}),
    ("NumNodes=2", {"min_nodes": 2}),
    ("MinMemoryCPU=2000", {"mem_per_cpu_mib": 2000}),
    ("MinMemoryNode=3000", {"mem_per_node_mib": 3000}),
    ("TresPerNode=gres:gpu:1", {"tres_per_node": "gres:gpu:1"}),
    ("Account=astro", {"account": "astro"}),
    ("QOS=normal", {"qos": "normal"}),
    ("Partition=cpu", {"partition": "cpu"}),
    ("Comment=hello", None),
    ("JobName=other", None),
    ("Nice=5", None),
    ("AdminComment=by-operator", None),
]
