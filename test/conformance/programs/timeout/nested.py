"""Limits in one another: the one that passed throws, the other goes on; both at once; with a cancellation besides."""
import asyncio
from support import log, run_virtual


async def nested(outer_limit, inner_limit, seconds):
    loop = asyncio.get_running_loop()
    start = loop.time()
    outer, inner = asyncio.timeout(outer_limit), asyncio.timeout(inner_limit)
    try:
        async with outer:
            try:
                async with inner:
                    await asyncio.sleep(seconds)
                    log("slept")
            except TimeoutError as error:
                log("inner", error)
                await asyncio.sleep(1)
                log("inner went on")
    except (TimeoutError, asyncio.CancelledError) as error:
        log("outer", error)
    log(outer.expired(), inner.expired(), loop.time() - start, asyncio.current_task().cancelling())


async def main():
    for limits in ((3, 1, 5), (1, 3, 5), (1, 1, 5), (1.5, 1, 5), (5, 5, 1)):
        await nested(*limits)
    for at, message in ((1, "with the inner"), (0.5, "before")):
        task = asyncio.create_task(nested(3, 1, 5))
        asyncio.get_running_loop().call_later(at, task.cancel, message)
        await asyncio.wait([task])
        log(task.cancelled())


run_virtual(main())
