"""A limit that passes throws TimeoutError out of the block; one that does not changes nothing; none, zero, negative, at a time."""
import asyncio
from support import log, run_virtual


async def work(seconds):
    try:
        await asyncio.sleep(seconds)
        log("worked", seconds)
    except asyncio.CancelledError as error:
        log("work", error, asyncio.current_task().cancelling())
        raise


async def main():
    loop = asyncio.get_running_loop()

    async def attempt(limit, seconds):
        start = loop.time()
        try:
            async with limit:
                await work(seconds)
        except TimeoutError as error:
            log(error, asyncio.current_task().cancelling())
        log(limit.expired(), limit.when() is None, loop.time() - start)

    await attempt(asyncio.timeout(2), 1)
    await attempt(asyncio.timeout(1), 2)
    await attempt(asyncio.timeout(1), 1)
    await attempt(asyncio.timeout(None), 1)
    await attempt(asyncio.timeout(0), 1)
    await attempt(asyncio.timeout(-1), 0)
    await attempt(asyncio.timeout_at(loop.time() + 1), 5)
    await attempt(asyncio.timeout_at(loop.time() - 1), 5)
    limit = asyncio.timeout(1)
    try:
        async with limit:
            raise ValueError("of the body")
    except ValueError as error:
        log(error, limit.expired())
    try:
        async with asyncio.timeout(1):
            await asyncio.sleep(0)
            asyncio.current_task().cancel("not the limit's")
            await asyncio.sleep(3)
    except asyncio.CancelledError as error:
        log(error, asyncio.current_task().cancelling(), asyncio.current_task().uncancel())
    async with asyncio.timeout(1):
        log("no wait")
    log("end")


run_virtual(main())
