"""A limit can be moved while its block runs, and only then."""
import asyncio
from support import log, run_virtual


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(1) as limit:
        log(limit.when())
        limit.reschedule(loop.time() + 3)
        await asyncio.sleep(2)
        log(limit.when(), limit.expired())
        limit.reschedule(None)
        await asyncio.sleep(5)
        log(limit.when(), loop.time())
    try:
        async with asyncio.timeout(None) as limit:
            limit.reschedule(loop.time() - 1)
            log("not yet")
            await asyncio.sleep(5)
    except TimeoutError as error:
        log(error, loop.time(), limit.expired())
    for action in (lambda: limit.reschedule(1), lambda: asyncio.timeout(1).reschedule(1)):
        try:
            action()
        except RuntimeError as error:
            log(error)
    try:
        async with limit:
            log("never")
    except RuntimeError as error:
        log(error)
    async with asyncio.timeout(1) as limit:
        try:
            await asyncio.sleep(2)
        except asyncio.CancelledError:
            try:
                limit.reschedule(loop.time() + 1)
            except RuntimeError as error:
                log(error)
    log("swallowed")


try:
    run_virtual(main())
except TimeoutError as error:
    log(error)
