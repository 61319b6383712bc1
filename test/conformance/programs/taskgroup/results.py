"""The block ends when its tasks have ended, those included that they add themselves."""
import asyncio
from support import log, run_virtual


async def work(name, seconds):
    await asyncio.sleep(seconds)
    log("ends", name)
    return name


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(work("a", 2), name="first")
        second = group.create_task(work("b", 1))

        async def adds():
            await asyncio.sleep(1)
            group.create_task(work("added", 3))

        group.create_task(adds())
        log("body ends", first.get_name())
    log(first.result(), second.result(), loop.time())
    async with asyncio.TaskGroup():
        log("empty")
    log(loop.time())
    for action in (lambda coro: group.create_task(coro), lambda coro: asyncio.TaskGroup().create_task(coro)):
        coro = work("never", 1)
        try:
            action(coro)
        except RuntimeError as error:
            log(str(error).split(">", 1)[1])
        coro.close()
    try:
        async with group:
            log("never")
    except RuntimeError as error:
        log(str(error).split(">", 1)[1])


run_virtual(main())
