"""Generators and async functions await each other's coroutines, in one order of steps."""
import asyncio
from support import log, run_virtual


async def leaf(name, fail=False):
    await asyncio.sleep(0)
    log("leaf", name)
    if fail:
        raise ValueError(name)
    return name


async def middle(name):
    try:
        return [await leaf(name), await leaf(name + " fails", True)]
    except ValueError as error:
        log("middle", error)
        return name


async def main():
    log(await asyncio.gather(middle("a"), middle("b"), leaf("c")))
    task = asyncio.create_task(middle("d"))
    await asyncio.sleep(0)
    task.cancel("stop")
    try:
        await task
    except asyncio.CancelledError as error:
        log(error)


run_virtual(main())
