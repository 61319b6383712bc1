"""Producers wait for room, consumers for items, each in their order; what `_nowait` refuses."""
import asyncio
from support import log, run_virtual


async def producer(name, queue, n):
    for i in range(n):
        await queue.put(f"{name}{i}")
        log(name, "put", i, queue.qsize())


async def consumer(name, queue, n):
    for _ in range(n):
        item = await queue.get()
        log(name, "got", item, queue.qsize())
        await asyncio.sleep(1)


async def main():
    queue = asyncio.Queue(2)
    log(queue.maxsize, queue.empty(), queue.full(), queue.qsize())
    await asyncio.gather(producer("a", queue, 3), producer("b", queue, 3), consumer("x", queue, 3), consumer("y", queue, 3))
    log(queue.empty())
    queue.put_nowait(1)
    queue.put_nowait(2)
    for bad in (lambda: queue.put_nowait(3), queue.get_nowait, queue.get_nowait, queue.get_nowait):
        try:
            log(bad())
        except (asyncio.QueueFull, asyncio.QueueEmpty) as error:
            log(error)


run_virtual(main())
