"""A queue shut down refuses new items; what is in it can still be had, unless it was at once; waiters are woken."""
import asyncio
from support import log, run_virtual


async def getter(name, queue):
    try:
        log(name, "got", await queue.get())
    except asyncio.QueueShutDown as error:
        log(name, error)


async def putter(name, queue):
    try:
        await queue.put(name)
        log(name, "put")
    except asyncio.QueueShutDown as error:
        log(name, error)


async def main():
    for immediate in (False, True):
        queue = asyncio.Queue(2)
        tasks = [asyncio.create_task(putter(name, queue)) for name in "abcd"]
        joining = asyncio.create_task(queue.join())
        await asyncio.sleep(1)
        queue.shutdown(immediate)
        queue.shutdown(immediate)
        log("shut down", immediate, queue.qsize())
        await asyncio.wait(tasks)
        for action in (lambda: queue.put_nowait("x"), queue.get_nowait, queue.get_nowait, queue.get_nowait):
            try:
                log(action())
                queue.task_done()
            except (asyncio.QueueShutDown, asyncio.QueueEmpty) as error:
                log(error)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        log("joined", joining.done())
        await getter("late", queue)
        empty = asyncio.Queue()
        getters = [asyncio.create_task(getter(name, empty)) for name in "xy"]
        await asyncio.sleep(0)
        empty.shutdown(immediate)
        await asyncio.wait(getters)


run_virtual(main())
