#!/usr/bin/env python3
"""A stand-in for atolld that records what it is asked and misbehaves as told. For faults only.

fake_atolld.py SOCKET FOLDER

Each request is appended to FOLDER/requests as {"peer_uid": …, "request": {…}}. FOLDER/mode says
what to do with it, and is read anew each time: one word, some with an argument.
"""

import json
import os
import signal
import socket
import struct
import sys
import time

MESSAGE = "atoll: up to 96.00 SU held, 404.00 SU left in astro-2026."
REFUSAL = "atoll: refused: this job may cost 96.00 SU.\natoll: 12.50 SU are available in astro-2026."


def granted(request, **more):
    return {"id": request["id"], "ok": True, "message": MESSAGE, **more}


def failed(request, code, message):
    error = {"kind": "refused", "code": code, "message": message}
    return {"id": request["id"], "ok": False, "error": error}


def answer(mode, argument, request):
    """The bytes to send; None keeps the connection open and says nothing."""
    if mode == "refuse-het" and request["op"] == "admit":
        refused = request["job"].get("het_offset") == int(argument)
        said = failed(request, "no_rate", REFUSAL) if refused else granted(request)
    elif mode == "refused":
        said = failed(request, "insufficient_credit", REFUSAL)
    elif mode == "account":
        said = granted(request, account=argument)
    elif mode == "qos":
        said = granted(request, qos=argument)
    elif mode == "silent-ok":
        said = {"id": request["id"], "ok": True}
    elif mode == "code":
        said = failed(request, argument, "atoll: " + argument)
    elif mode == "slow":
        time.sleep(int(argument) / 1000)
        said = granted(request)
    elif mode == "wrong-id":
        said = {"id": "another", "ok": True}
    elif mode == "long":
        return b"x" * 71680 + b"\n"
    elif mode == "huge-message":
        said = granted(request) | {"message": "atoll: " + "m" * 60000}
    elif mode == "garbage":
        return b"\x00\xff{{{\n"
    elif mode == "half":
        return b'{"id":'
    elif mode == "close":
        return b""
    elif mode == "hang":
        return None
    else:
        said = granted(request)
    return json.dumps(said).encode() + b"\n"


def serve(connection, folder, kept):
    _, uid, _ = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    line = connection.makefile("rb").readline()
    if not line:
        return
    request = json.loads(line)
    with open(f"{folder}/requests", "a", encoding="utf-8") as record:
        record.write(json.dumps({"peer_uid": uid, "request": request}) + "\n")
    with open(f"{folder}/mode", encoding="utf-8") as file:
        mode, _, argument = file.read().strip().partition(" ")
    said = answer(mode, argument, request)
    if said is None:
        kept.append(connection.dup())
        return
    connection.sendall(said)


def main(path, folder):
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if os.path.exists(path):
        os.unlink(path)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(64)
    kept = []
    while True:
        connection, _ = listener.accept()
        try:
            with connection:
                serve(connection, folder, kept)
        except (OSError, ValueError) as problem:
            print(problem, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
