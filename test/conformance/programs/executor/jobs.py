"""Jobs on other threads: results, errors, several at once beside the loop, and one that is cancelled while it runs."""
import asyncio
import time
from support import log


def add(a, b):
    return a + b


def fail(text):
    raise ValueError(text)


def pause(ms, result):
    time.sleep(ms / 1000)
    return result


async def main():
    loop = asyncio.get_running_loop()
    log(await loop.run_in_executor(None, add, 1, 2), await asyncio.to_thread(add, "a", "b"))
    try:
        await asyncio.to_thread(fail, "in a thread")
    except ValueError as error:
        log("ValueError", str(error))
    ticks = 0

    async def beside():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    task = asyncio.create_task(beside())
    log(await asyncio.gather(*(asyncio.to_thread(pause, ms, ms) for ms in (60, 20, 40))), ticks > 3)
    task.cancel()
    slow = loop.run_in_executor(None, pause, 50, "slow")
    await asyncio.sleep(0.01)
    log(slow.done(), slow.cancel(), slow.cancelled())
    try:
        await slow
    except asyncio.CancelledError as error:
        log(error)
    try:
        await asyncio.wait_for(asyncio.to_thread(pause, 50, "late"), 0.01)
    except TimeoutError as error:
        log(error)


asyncio.run(main())
