"""Cancelling reaches the innermost wait: a sleep, a future, a child task; `finally` runs on the way out."""
import asyncio
from support import log, run_virtual


async def inner(wait):
    try:
        log("waits")
        await wait
    except asyncio.CancelledError as error:
        log("inner", error)
        raise
    finally:
        log("finally")


async def outer(wait):
    try:
        await inner(wait)
    except asyncio.CancelledError as error:
        log("outer", error)
        await asyncio.sleep(1)
        log("cleaned up")
        raise


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    child = asyncio.create_task(asyncio.sleep(5, "child"))
    for wait in (asyncio.sleep(9), future, child, asyncio.sleep(0)):
        task = asyncio.create_task(outer(wait))
        await asyncio.sleep(0)
        log(task.cancel("stop it"), task.cancelling())
        log("asked")
        try:
            await task
        except asyncio.CancelledError as error:
            log("main", error, loop.time())
    log(future.cancelled(), child.cancelled())


run_virtual(main())
