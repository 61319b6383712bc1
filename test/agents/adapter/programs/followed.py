"""Starts a child with an event loop of its own, by the way that is named first, and says how it ended."""
import asyncio
import multiprocessing
import os
import subprocess
import sys

HIDDEN = ("TICKSCOPE", "PYTHONPATH", "PYTHONUNBUFFERED")


async def work(way):
    sleeper = asyncio.create_task(asyncio.sleep(0.01), name="sleeper of " + way)
    await asyncio.sleep(0)
    await sleeper
    print(way, sorted(name for name in os.environ if name.startswith(HIDDEN)), flush=True)


def child(way):
    asyncio.run(work(way))
    sys.exit(3)


async def by_asyncio(env=None):
    started = await asyncio.create_subprocess_exec(sys.executable, __file__, "child", sys.argv[1], env=env)
    return await started.wait()


def main(way):
    if way == "child":
        child(sys.argv[2])
    if way == "asyncio":
        return asyncio.run(by_asyncio())
    if way == "environment":
        return asyncio.run(by_asyncio(dict(os.environ, ANOTHER="1")))
    if way == "grandchild":
        return subprocess.call([sys.executable, "-c", "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))",
                                sys.executable, __file__, "child", way])
    if way == "os.fork":
        asyncio.run(asyncio.sleep(0))
        pid = os.fork()
        if pid == 0:
            try:
                child(way)
            except SystemExit as end:
                os._exit(end.code)
        return os.waitpid(pid, 0)[1] >> 8
    process = multiprocessing.get_context(way).Process(target=child, args=(way,))

    async def inside():
        process.start()

    asyncio.run(inside())
    process.join()
    return process.exitcode


if __name__ == "__main__":
    print("child ended with", main(sys.argv[1]))
