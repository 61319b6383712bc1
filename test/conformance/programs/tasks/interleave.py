"""Tasks take turns, one step a tick, in the order in which they were made."""
import asyncio
from support import log, run_virtual


async def worker(name, steps):
    for i in range(steps):
        log(name, i)
        await asyncio.sleep(0)
    return name


async def child(name):
    await asyncio.sleep(0)
    log("child of", name)
    return name + "'s child"


async def parent(name):
    log(await child(name))
    log(await child(name))
    return name


async def main():
    tasks = [asyncio.create_task(worker(name, steps)) for name, steps in (("a", 3), ("b", 1), ("c", 2))]
    log("made")
    tasks.append(asyncio.create_task(parent("p")))
    for task in tasks:
        log("done", await task)
    log(asyncio.get_running_loop().time())


run_virtual(main())
