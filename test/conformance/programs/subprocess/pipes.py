"""Children: their output, input, exit status, signals; and programs that are not there."""
import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from support import log


async def main():
    child = await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=PIPE)
    log(child.pid > 0, child.returncode, await child.communicate(b"through\nthe cat\n"), child.returncode)
    child = await asyncio.create_subprocess_shell("echo out; echo err >&2; exit 3", stdout=PIPE, stderr=PIPE)
    log(await child.stdout.readline(), await child.stderr.read(), await child.wait(), child.returncode)
    child = await asyncio.create_subprocess_shell("echo one; echo two >&2", stdout=PIPE, stderr=STDOUT)
    log(await child.communicate())
    child = await asyncio.create_subprocess_exec("sleep", "60", stdout=DEVNULL)
    try:
        await asyncio.wait_for(child.wait(), 0.05)
    except TimeoutError as error:
        log(error, child.returncode)
    child.terminate()
    log(await child.wait())
    child = await asyncio.create_subprocess_exec("sleep", "60")
    child.kill()
    log(await child.wait(), await child.wait())
    try:
        child.kill()
        log("nothing to kill")
    except ProcessLookupError as error:
        log("nothing to kill")
    try:
        await asyncio.create_subprocess_exec("no-such-program-as-this")
    except FileNotFoundError as error:
        log(type(error).__name__)
    children = await asyncio.gather(*(asyncio.create_subprocess_shell(f"read x; exit {n}", stdin=PIPE) for n in range(4)))
    for one in reversed(children):
        one.stdin.write(b"go\n")
    log(await asyncio.gather(*(one.wait() for one in children)))


asyncio.run(main())
