"""A child that fails cancels the others and the body; all errors come out as one group."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, error=None):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError as cancelled:
        if name == "fails while cancelled":
            raise RuntimeError(name)
        log(name, cancelled)
        if name == "slow to end":
            await asyncio.sleep(2)
        raise
    log("ends", name)
    if error:
        raise error


async def attempt(*jobs, body=10, body_error=None):
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(job)
            try:
                await asyncio.sleep(body)
            except asyncio.CancelledError as error:
                log("body", error, asyncio.current_task().cancelling())
                raise
            log("body ends")
            if body_error:
                raise body_error
    except (BaseException) as error:
        log(error, loop.time() - start, asyncio.current_task().cancelling())


async def main():
    await attempt(work("a", 1, ValueError("a failed")), work("b", 5))
    await attempt(work("c", 2, ValueError("c failed")), work("d", 2, RuntimeError("d failed")))
    await attempt(work("e", 1, ValueError("e failed")), work("fails while cancelled", 5), work("slow to end", 5))
    await attempt(work("f", 2, ValueError("f failed")), body=0)
    await attempt(work("g", 5), body=1, body_error=ValueError("body failed"))
    await attempt(work("fails while cancelled", 5), body=1, body_error=ValueError("body failed"))
    await attempt(work("h", 1, asyncio.CancelledError("by itself")), work("i", 2), body=0)
    await attempt(work("j", 5), body=1, body_error=asyncio.CancelledError("body"))


run_virtual(main())
