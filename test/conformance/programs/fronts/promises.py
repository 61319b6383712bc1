"""What comes from outside: awaited, it may succeed, fail, or never come; a limit or a cancellation ends that wait."""
import asyncio
from support import log


async def outside(value):
    await asyncio.sleep(0.01)
    if isinstance(value, Exception):
        raise value
    return value


async def forever():
    await asyncio.get_running_loop().create_future()


async def main():
    log(await asyncio.ensure_future(outside("value")))
    try:
        await asyncio.ensure_future(outside(ValueError("failed")))
    except ValueError as error:
        log(error)
    try:
        await asyncio.wait_for(asyncio.ensure_future(forever()), 0.01)
    except TimeoutError as error:
        log(error)
    task = asyncio.create_task(forever())
    await asyncio.sleep(0.01)
    log(task.cancel())
    try:
        await task
    except asyncio.CancelledError as error:
        log(error)
    log(await asyncio.gather(outside(1), asyncio.sleep(0.02, 2), asyncio.ensure_future(outside(3))))


asyncio.run(main())
