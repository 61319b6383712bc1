"""Runs programs, each in a process of its own: `programs.py FILE…`. One JSON line for each: its path and its output."""

import asyncio  # Imported before the fork, so that it is done once.
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback

import support  # noqa: F401

LIMIT = 10  # s


def run(path):
    with tempfile.TemporaryFile() as output:
        pid = os.fork()
        if pid == 0:
            os.dup2(output.fileno(), 1)
            code = 0
            signal.alarm(LIMIT)
            try:
                runpy.run_path(path, run_name="__main__")
            except BaseException:
                print("(threw)", traceback.format_exc(), flush=True)
                code = 1
            sys.stdout.flush()
            os._exit(code)
        _, status = os.waitpid(pid, 0)
        output.seek(0)
        text = output.read().decode()
    return text if status == 0 else text + "(status %d)\n" % status


for path in sys.argv[1:]:
    print(json.dumps({"name": path, "output": run(path)}), flush=True)
