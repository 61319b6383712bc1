"""A priority queue gives the smallest first, pairs by their first parts and then the second; a last-in-first-out queue the newest."""
import asyncio
from support import log, run_virtual


async def main():
    queue = asyncio.PriorityQueue()
    for item in (5, 1, 4, 1, 3, 9, 2):
        await queue.put(item)
    log([queue.get_nowait() for _ in range(7)])
    for item in ((2, "b"), (1, "z"), (2, "a"), (1, "y")):
        queue.put_nowait(item)
    log([await queue.get() for _ in range(4)])
    for item in ("pear", "apple", "fig"):
        queue.put_nowait(item)
    log([await queue.get() for _ in range(3)])
    try:
        queue.put_nowait(1)
        queue.put_nowait("text")
    except TypeError as error:
        log(type(error).__name__, queue.qsize())
    lifo = asyncio.LifoQueue(3)
    for item in "abc":
        lifo.put_nowait(item)
    log(lifo.full(), [await lifo.get() for _ in range(3)], lifo.empty())


run_virtual(main())
