"""What the checks share: commands as a user, the stand-in's record, and the counting."""

import json
import os
import pathlib
import pwd
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
passed = 0
failed = 0


def check(so, text, *seen):
    """Counts one check; a failed one says what was seen instead."""
    global passed, failed
    if so:
        passed += 1
        return
    failed += 1
    print(f"not so: {text}", *(f"\n    {str(thing).strip()[:2000]}" for thing in seen))


class Outcome:
    def __init__(self, done, seconds):
        self.code, self.out, self.seconds = done.returncode, done.stdout + done.stderr, seconds
        found = re.search(r"(?:Submitted batch job|allocation) (\d+)", self.out)
        self.job = found and found.group(1)


class Bench:
    def __init__(self, work):
        self.work = pathlib.Path(work)
        self.lua = os.environ.get("HOOK") == "lua"
        # What Slurm up to 26.05 doesn't show to Lua.
        self.unseen = {"overcommit", "submit_line"} if self.lua else set()
        self.bed = self.work / "bed"
        self.conf = self.bed / "etc" / "job_submit_atoll.conf"
        self.log = self.bed / "log" / "slurmctld.log"
        told = self.run("sinfo", "-V", user="root").out
        self.release = tuple(map(int, re.search(r"(\d+)\.(\d+)", told).groups()))
        # Since 23.11 `scontrol reconfigure` puts a new process in slurmctld's place; at the latest
        # since 24.11 Slurm looks whether a caller may change a job before it asks about that.
        self.is_newer = self.release >= (23, 11)
        self.server = None
        self.record = self.work / "requests"
        self.record.write_text("")

    def start_server(self, mode="ok"):
        self.mode(mode)
        socket = self.work / "atoll.sock"
        socket.unlink(missing_ok=True)
        log = open(self.work / "fake.log", "a", encoding="utf-8")
        self.server = subprocess.Popen(
            [sys.executable, HERE / "fake_atolld.py", socket, self.work], stderr=log)
        self.wait(lambda: socket.exists() and socket.stat().st_mode & 0o002)

    def stop_server(self):
        self.server.terminate()
        self.server.wait()

    def mode(self, text):
        draft = self.work / "mode.new"
        draft.write_text(text)
        draft.rename(self.work / "mode")

    def settings(self, text):
        """Puts another job_submit_atoll.conf in place, and waits until the plugin looks again."""
        draft = self.work / "conf.new"
        draft.write_text(text)
        draft.chmod(0o644)
        draft.rename(self.conf)
        time.sleep(1.1)

    def run(self, *command, user="atoll-ada"):
        entry = pwd.getpwnam(user)
        began = time.monotonic()
        done = subprocess.run(
            [str(word) for word in command], user=entry.pw_uid, group=entry.pw_gid,
            extra_groups=[], cwd=self.bed / "out", capture_output=True, text=True, timeout=60,
            errors="replace", check=False)
        return Outcome(done, time.monotonic() - began)

    def uid(self, user):
        return pwd.getpwnam(user).pw_uid

    def sbatch(self, *options, user="atoll-ada"):
        return self.run("sbatch", *options, "--wrap", "true", user=user)

    def asked(self, action):
        """Does the action; returns its outcome and the requests that reached the server."""
        before = self.record.stat().st_size
        outcome = action()
        with open(self.record, encoding="utf-8") as record:
            record.seek(before)
            return outcome, [json.loads(line) for line in record]

    def jobs(self, job):
        """What slurmctld shows of a job, each component or task a dictionary."""
        text = self.run("scontrol", "-o", "show", "job", job, user="root").out
        field = re.compile(r"([A-Z]\S*?)=(.*?) *(?= [A-Z][A-Za-z/:]*=|$)")
        return [dict(field.findall(line.strip()))
                for line in text.splitlines() if line.startswith("JobId=")]

    def slurmctld(self):
        """The pid of our slurmctld: the one whose SLURM_CONF is ours."""
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "comm").read_text().strip() == "slurmctld" and \
                        str(self.bed).encode() + b"/" in (entry / "environ").read_bytes():
                    return int(entry.name)
            except OSError:
                pass
        return None

    def logged(self, text):
        return self.log.read_text(errors="replace").count(text)

    def wait(self, ready, seconds=20):
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def testbed(self, *words):
        return subprocess.run([os.environ["TESTBED"], *map(str, words)], capture_output=True,
                              text=True, check=False)
