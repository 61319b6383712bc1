"""Cancelling the gathering, its waiter, or one child."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, stubborn=False):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError as error:
        log(name, error)
        if not stubborn:
            raise
        await asyncio.sleep(1)
    log(name, "ends")
    return name


async def outcome(awaitable):
    try:
        log(await awaitable)
    except asyncio.CancelledError as error:
        log("outcome", error)


async def main():
    loop = asyncio.get_running_loop()
    for rexc in (False, True):
        gathering = asyncio.gather(work("a", 2), work("b", 3, True), work("c", 0), return_exceptions=rexc)
        await asyncio.sleep(1)
        log(gathering.cancel("the gathering"), gathering.done(), gathering.cancelled())
        await outcome(gathering)
        log(gathering.done(), gathering.cancelled(), gathering.cancel(), loop.time())
        await asyncio.sleep(5)
    children = [asyncio.create_task(work(name, 2)) for name in "de"]
    waiter = asyncio.create_task(outcome(asyncio.gather(*children)))
    await asyncio.sleep(1)
    waiter.cancel("the waiter")
    await waiter
    log([child.cancelled() for child in children])
    for rexc in (False, True):
        children = [asyncio.create_task(work(name, 2)) for name in "fg"]
        waiter = asyncio.create_task(outcome(asyncio.gather(*children, return_exceptions=rexc)))
        await asyncio.sleep(1)
        children[0].cancel("one child")
        await waiter
        log([child.done() for child in children])
    await asyncio.sleep(5)


run_virtual(main())
