#!/usr/bin/env python3
"""The checks of plugin-test.sh, in the order in which a site would meet their subjects."""

import concurrent.futures
import os
import re
import statistics
import sys
import time

import bench
from bench import Bench, check
from submissions import REFUSED_BY_SLURM, SBATCH, UPDATES

GRANTED = "atoll: up to 96.00 SU held, 404.00 SU left in astro-2026."
REFUSED = ["error: atoll: refused: this job may cost 96.00 SU.",
           "error: atoll: 12.50 SU are available in astro-2026."]
TOKEN = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def only_request(options, requests, operation="admit"):
    good = len(requests) == 1 and requests[0]["request"]["op"] == operation
    check(good, f"{options}: one {operation} request", requests)
    return requests[0]["request"] if good else {"id": "", "job": {}}


def in_old_words(value):
    """Generic resources as Slurm 22.05 writes them: later ones write gres/gpu:2, or gres/gpu=2."""
    if isinstance(value, str):
        return re.sub(r"gres/(\w+)[:=]", r"gres:\1:", value)
    return value


def check_fields(b, options, request, present, absent=""):
    job = request["job"]
    for name, value in present.items():
        if name in b.unseen:
            check(name not in job, f"{options}: {name} can't be seen", job)
            continue
        check(in_old_words(job.get(name)) == value, f"{options}: {name} is {value!r}", job)
    for name in absent.split():
        check(name not in job, f"{options}: {name} is absent", job)


def check_token(token, job_id, b, text):
    comments = {job.get("AdminComment") for job in b.jobs(job_id)}
    check(comments == {"atoll=" + token}, f"{text}: admin_comment is the token", comments)


def check_forms(b):
    for options, present, absent in SBATCH:
        done, requests = b.asked(lambda o=options: b.sbatch(*o))
        request = only_request(options, requests)
        check(done.job and GRANTED in done.out, f"{options}: admitted, with its message", done.out)
        check_fields(b, options, request, present, absent)
        if done.job:
            check_token(request["id"], done.job, b, options)
    check(TOKEN.fullmatch(request["id"]), "the id is a token", request)
    check(request["v"] == 1 and request["cluster"] == "reef", "version and cluster", request)
    check(request["job"]["user_id"] == b.uid("atoll-ada"), "user_id is the submitter's", request)
    check(requests[0]["peer_uid"] == b.uid("slurm"), "the peer is SlurmUser", requests)

    for options, present, absent in REFUSED_BY_SLURM:
        done, requests = b.asked(lambda o=options: b.sbatch(*o))
        check_fields(b, options, only_request(options, requests), present, absent)
        check(not done.job, f"{options}: Slurm itself refuses", done.out)

    begin = time.time() + 3600
    _, requests = b.asked(lambda: b.sbatch("--begin=now+1hour"))
    said = only_request("--begin", requests)["job"].get("begin", 0)
    check(abs(said - begin) < 30, "--begin is sent as seconds", said, begin)


def check_commands(b):
    for command in (["srun", "-n1", "--mem=1G", "true"], ["salloc", "-n1", "--mem=1G", "true"]):
        done, requests = b.asked(lambda c=command: b.run(*c))
        request = only_request(command, requests)
        check(done.code == 0 and GRANTED in done.out, f"{command}: runs, with its message", done.out)
        check_fields(b, command, request, {
            "num_tasks": 1, "mem_per_node_mib": 1024, "submit_line": " ".join(command)})
    for command in (["sbatch", "--test-only", "-n4", "--wrap", "true"],
                    ["srun", "--test-only", "-n4", "true"]):
        done, requests = b.asked(lambda c=command: b.run(*c))
        request = only_request(command, requests)
        check("to start at" in done.out and GRANTED in done.out, f"{command}: a quote", done.out)
        told = "--test-only" in request["job"].get("submit_line", "")
        check(told != b.lua, f"{command}: tells itself where its line is seen", request)


def check_long(b):
    done, requests = b.asked(lambda: b.run("sbatch", "--wrap", "true #" + '"' * 100_000))
    request = only_request("a long line", requests)
    check(done.job, "a long command line is admitted", done.out)
    check("cut" not in request, "a cut submit_line isn't named", request)
    array = ",".join(str(i) for i in range(1, 9000, 2))
    _, requests = b.asked(lambda: b.sbatch("-a", array, "--hold"))
    request = only_request("a long array", requests)
    check(request.get("cut") == ["array"], "a cut array is named", request.get("cut"))
    check(array.startswith(request["job"].get("array", "-")), "and cut at its end")


def check_het(b):
    options = ("-n1", ":", "-n2", ":", "-n3")
    done, requests = b.asked(lambda: b.sbatch(*options))
    asked = [r["request"] for r in requests]
    check([r["job"].get("het_offset") for r in asked] == [0, 1, 2], "het: a call each", asked)
    shown = [job.get("AdminComment") for job in b.jobs(done.job)]
    check(sorted(shown) == sorted("atoll=" + r["id"] for r in asked), "het: own tokens", shown)

    for refused_at in (1, 2, 0):
        b.mode(f"refuse-het {refused_at}")
        done, requests = b.asked(lambda: b.sbatch(*options))
        asked = [r["request"] for r in requests]
        admits = [r["id"] for r in asked if r["op"] == "admit"]
        voids = [r["token"] for r in asked if r["op"] == "void"]
        check(not done.job and REFUSED[1] in done.out.replace(f"{refused_at}: ", ""),
              f"het: refused at {refused_at}", done.out)
        check(len(admits) == refused_at + 1 and voids == admits[:-1],
              f"het: refused at {refused_at} voids those before it", asked)
    b.mode("ok")


def check_refusal(b):
    b.mode("refused")
    for command in (["sbatch", "--wrap", "true"], ["srun", "-n1", "true"], ["salloc", "true"]):
        done = b.run(*command)
        check(done.code != 0, f"{command[0]}: refused", done.out)
        for line in REFUSED:
            check(f"{command[0]}: {line}" in done.out, f"{command[0]}: shows {line}", done.out)
    pid, descriptors = b.slurmctld(), len(os.listdir(f"/proc/{b.slurmctld()}/fd"))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: b.sbatch(), range(200)))
    check(all(d.code != 0 and REFUSED[1] in d.out for d in done), "200 refusals, each with words")
    check(b.slurmctld() == pid, "slurmctld survives 200 refusals", pid, b.slurmctld())
    # The last connections of slurmctld's own are closed by its threads in their own time; what
    # the plugin kept would stay, and would be one for each refusal.
    until = time.monotonic() + 15
    now = len(os.listdir(f"/proc/{pid}/fd"))
    while now > descriptors + 4 and time.monotonic() < until:
        time.sleep(0.1)
        now = len(os.listdir(f"/proc/{pid}/fd"))
    check(now <= descriptors + 4, "and keeps no descriptors", descriptors, now)
    b.mode("ok")


def check_answers(b):
    b.mode("account astro")
    done = b.sbatch()
    check(b.jobs(done.job)[0].get("Account") == "astro", "the account priced is set", done.out)
    b.mode("account bio")
    done = b.sbatch("-A", "astro")
    check(b.jobs(done.job)[0].get("Account") == "astro", "but never over the user's", done.out)
    b.mode("qos normal")
    done = b.sbatch()
    check(b.jobs(done.job)[0].get("QOS") == "normal", "a QOS named is set", done.out)
    b.mode("silent-ok")
    done = b.sbatch()
    check(done.job and "atoll" not in done.out, "without a message nothing is shown", done.out)
    b.mode("huge-message")
    done = b.sbatch()
    check(done.job and 4000 < len(done.out) < 5000, "a huge message is cut", len(done.out))
    b.mode("code bad_request")
    done = b.sbatch()
    check(not done.job and "atoll: bad_request" in done.out, "an error refuses", done.out)
    b.mode("ok")


def check_faults(b):
    for mode in ("garbage", "wrong-id", "half", "close", "long", "code unavailable", "code busy",
                 "code outcome_unknown", "hang", "slow 300"):
        b.mode(mode)
        done, requests = b.asked(b.sbatch)
        request = only_request(mode, requests)
        check(done.job and "atoll" not in done.out, f"{mode}: admitted, silently", done.out)
        if done.job:
            check_token(request["id"], done.job, b, mode)
        b.mode("ok")
        time.sleep(0.25 if mode == "slow 300" else 0)
        check(GRANTED in b.sbatch().out, f"{mode}: over")


def check_breaker(b):
    time.sleep(1.1)  # the log speaks of changes at most once a second
    b.sbatch()
    time.sleep(1.1)
    usual = statistics.median(b.sbatch().seconds for _ in range(15))
    down, up = b.logged("can't be reached"), b.logged("answers again")
    b.mode("hang")
    for i in range(3):
        done, requests = b.asked(b.sbatch)
        more = done.seconds - usual
        check(done.job and len(requests) == 1, f"hang {i}: asked and admitted", done.out)
        check(0.08 < more < 1, f"hang {i}: delayed by about the deadline", more)
    opened = time.monotonic()
    done, requests = b.asked(lambda: [b.sbatch() for _ in range(15)])
    check(not requests and all(d.job for d in done), "open: admitted without asking", requests)
    paused = statistics.median(d.seconds for d in done)
    check(paused - usual < 0.08, "open: no delay", paused, usual)
    b.mode("ok")
    time.sleep(max(0.0, opened + 2.1 - time.monotonic()))
    done, requests = b.asked(b.sbatch)
    check(len(requests) == 1 and GRANTED in done.out, "after the pause it is asked again", done.out)
    check(b.logged("can't be reached") == down + 1, "the log hears of it once")
    time.sleep(1.1)
    b.sbatch()
    check(b.logged("answers again") == up + 1, "and once of its end")
    print(f"sbatch: {usual * 1e3:.1f} ms asked, {paused * 1e3:.1f} ms with an open breaker")


def check_restart_of_server(b):
    b.stop_server()
    done = [b.sbatch() for _ in range(5)]
    check(all(d.job for d in done), "nobody listens: admitted")
    check(statistics.median(d.seconds for d in done) < 1, "at once")
    b.start_server()
    done, requests = b.asked(b.sbatch)
    check(len(requests) == 1 and GRANTED in done.out, "asked at once after a restart", done.out)


def check_settings(b):
    usual = b.conf.read_text()
    b.mode("close")
    b.settings(usual + "when_unreachable = refuse\n")
    done = b.sbatch()
    check(not done.job and "accounting can't be reached" in done.out, "refuse when so set", done.out)
    check("Try again in a minute" in done.out, "and says what to do", done.out)
    b.settings(usual + "when_unreachable = never\ncolour = red\n")
    done = b.sbatch()
    line = usual.count("\n") + 1
    check(b.logged(f"{b.conf}:{line}: when_unreachable: must be admit or refuse") == 1, "logged")
    check(b.logged(f"{b.conf}:{line + 1}: colour: no such setting") == 1, "logged too")
    check(not done.job, "a bad file changes nothing", done.out)
    b.mode("ok")
    b.settings(usual)
    check(GRANTED in b.sbatch().out, "mended")
    b.run("scontrol", "reconfigure", user="root")
    check(GRANTED in b.sbatch().out, "scontrol reconfigure changes nothing")


def check_updates(b):
    job = b.sbatch("--begin=now+1day").job
    for change, present in UPDATES:
        done, requests = b.asked(
            lambda c=change: b.run("scontrol", "update", f"JobId={job}", c, user="root"))
        if present is None:
            check(not requests, f"{change}: passes without asking", requests)
            continue
        request = only_request(change, requests, "modify")
        check(request.get("job_id") == int(job) and request.get("caller_uid") == 0, change, request)
        job_said = {name: in_old_words(value) for name, value in request["job"].items()}
        if b.is_newer and "min_nodes" in present:
            present = {**present, "max_nodes": present["min_nodes"]}
        check(job_said == {"user_id": b.uid("atoll-ada"), **present}, change, request)
    done, requests = b.asked(lambda: b.run("scontrol", "hold", job, user="root"))
    check(not requests, "hold: passes without asking", requests)
    done, requests = b.asked(
        lambda: b.run("scontrol", "update", f"JobId={job}", "TimeLimit=9", user="atoll-ben"))
    if b.is_newer:
        check(not requests, "another's job: Slurm looks at that first", requests)
    else:
        request = only_request("another's job", requests, "modify")
        check(request.get("caller_uid") == b.uid("atoll-ben"), "the caller is named", request)
    check(done.code != 0, "Slurm itself refuses another's update", done.out)

    b.mode("refused")
    done = b.run("scontrol", "update", f"JobId={job}", "TimeLimit=7:00:00")
    check(done.code != 0 and "policy" in done.out, "an update is refused", done.out)
    told = REFUSED[0].removeprefix("error: ") in done.out
    check(told == (b.release >= (23, 2)), "with words where Slurm passes them on", done.out)
    check(b.jobs(job)[0]["TimeLimit"] == "02:00:00", "and changes nothing", b.jobs(job))
    done, requests = b.asked(
        lambda: b.run("scontrol", "update", f"JobId={job}", "TimeLimit=30", user="atoll"))
    check(not requests and b.jobs(job)[0]["TimeLimit"] == "00:30:00",
          "atolld's own user isn't asked about", done.out, requests)
    b.mode("ok")

    array = b.sbatch("-a", "1-5", "--begin=now+1day").job
    _, requests = b.asked(lambda: b.run(
        "scontrol", "update", f"JobId={array}_2", "TimeLimit=9", user="root"))
    request = only_request("a task", requests, "modify")
    check((request.get("job_id"), request.get("job_id_str")) == (int(array), f"{array}_2"),
          "a task of an array is named", request)

    job = b.run("sbatch", "-t60", "--mem=1G", "--wrap", "sleep 60").job
    b.wait(lambda: b.jobs(job)[0]["JobState"] == "RUNNING")
    _, requests = b.asked(lambda: b.run(
        "scontrol", "update", f"JobId={job}", "EndTime=now+3hours", user="root"))
    end = only_request("EndTime", requests, "modify")["job"].get("end", 0)
    check(abs(end - time.time() - 10800) < 30, "a running job's EndTime is asked about", end)
    check(b.jobs(job)[0]["TimeLimit"] != "01:00:00", "for it moves the limit", b.jobs(job))
    b.run("scancel", job)


def check_together(b):
    """Many submissions at once, het jobs among them: each refused one voids its own tokens only."""
    b.mode("refuse-het 1")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        done, requests = b.asked(lambda: list(pool.map(
            lambda i: b.sbatch(*(["-n1", ":", "-n2"] if i % 2 else [])), range(60))))
    check(sum(1 for d in done if d.job) == 30, "plain ones pass, het ones don't")
    asked = [r["request"] for r in requests]
    first = {r["id"] for r in asked if r["op"] == "admit" and r["job"].get("het_offset") == 0}
    voided = [r["token"] for r in asked if r["op"] == "void"]
    check(len(voided) == 30 and set(voided) == first, "each het job voids its own token")
    b.mode("ok")


def check_behind_lua(b):
    """Another plugin before ours: its text stays, and an old token of ours goes."""
    (b.bed / "etc" / "job_submit.lua").write_text("""
function slurm_job_submit(job, partitions, uid)
    if job.name == "noted" then
        job.admin_comment = "from lua atoll=01ARYZ6S41ZZZZZZZZZZZZZZZZ kept"
        slurm.log_user("lua speaks first")
    elseif job.name == "long" then
        job.admin_comment = string.rep("x", 1020)
    end
    return slurm.SUCCESS
end
function slurm_job_modify(job, record, partitions, uid)
    return slurm.SUCCESS
end
""")
    extra = b.work / "extra.conf"
    extra.write_text(extra.read_text() + "JobSubmitPlugins=lua,atoll\n")
    done = b.testbed("up", b.bed, "--slurm-conf-extra", extra)
    check(done.returncode == 0, "slurmctld comes up behind lua", done.stdout, done.stderr)
    done, requests = b.asked(lambda: b.sbatch("-J", "noted"))
    token = only_request("behind lua", requests)["id"]
    shown = b.jobs(done.job)[0].get("AdminComment")
    check(shown == f"from lua kept atoll={token}", "its comment is kept", shown)
    check("lua speaks first" in done.out and GRANTED in done.out, "both speak", done.out)
    done, requests = b.asked(lambda: b.sbatch("-J", "long"))
    token = only_request("a long comment", requests)["id"]
    shown = b.jobs(done.job)[0].get("AdminComment") if done.job else done.out
    check(shown.endswith(f"xx atoll={token}"), "a long comment makes room", shown)


def main(work):
    b = Bench(work)
    b.start_server()
    pid = b.slurmctld()
    check(pid, "slurmctld is up with the plugin")
    usual = b.conf.read_text()
    # What is not about the deadline must not fail by it on a busy machine.
    patient = usual.replace("deadline_ms = 100", "deadline_ms = 5000")
    for settings, parts in (
            (patient, (check_forms, check_commands, check_long, check_het, check_refusal,
                       check_answers)),
            (usual, (check_faults, check_breaker, check_restart_of_server)),
            (patient, (check_settings, check_updates, check_together))):
        b.settings(settings)
        for part in parts:
            part(b)
    check(b.is_newer or b.slurmctld() == pid, "slurmctld is the same process at the end")
    check(" UP" in b.run("scontrol", "ping").out, "slurmctld lives")
    if not b.lua:
        check_behind_lua(b)
    b.stop_server()
    print(f"{bench.passed} passed, {bench.failed} failed")
    return bench.failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
