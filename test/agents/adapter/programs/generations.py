"""Has a child, which has a child, each with a loop: once by exec, once by fork."""
import asyncio
import os
import sys


async def run(n):
    if n:
        child = await asyncio.create_subprocess_exec(sys.executable, __file__, str(n - 1))
        print("exec", n, await child.wait(), flush=True)


def forked(n):
    asyncio.run(asyncio.sleep(0))
    if n:
        pid = os.fork()
        if pid == 0:
            forked(n - 1)
            os._exit(n)
        print("fork", n, os.waitpid(pid, 0)[1] >> 8, flush=True)


generation = int(sys.argv[1]) if sys.argv[1:] else 2
asyncio.run(run(generation))
if generation == 2:
    forked(2)
sys.exit(generation)
