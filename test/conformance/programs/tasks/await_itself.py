"""A task cannot await itself, nor may a coroutine be awaited twice."""
import asyncio
from support import log, run_virtual


async def quick():
    return 1


async def main():
    holder = []

    async def narcissus():
        try:
            await holder[0]
        except RuntimeError as error:
            log(str(error).split(":")[0].split("<")[0])
        return "went on"

    holder.append(asyncio.create_task(narcissus()))
    log(await holder[0])
    coro = quick()
    log(await coro)
    try:
        await coro
    except RuntimeError as error:
        log(error)
    for bad in (3, None, "text"):
        try:
            asyncio.create_task(bad)
        except TypeError as error:
            log(type(error).__name__)


run_virtual(main())
