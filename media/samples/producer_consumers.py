"""One producer fills a queue of two places; three consumers empty it.

Watch the waiting queue: consumers wait for `queue.get` while the queue is empty, the producer for
`queue.put` while it is full, and the main task for `queue.join` until all orders are done. Step by
callback: each put makes one consumer ready, which runs in the same tick or in the next one.
"""

import asyncio
from typing import List


async def producer(orders: "asyncio.Queue[int]", count: int) -> None:
    for order in range(1, count + 1):
        await orders.put(order)
        print(f"producer: order {order} placed")


async def consumer(name: str, orders: "asyncio.Queue[int]", done: List[int]) -> None:
    while True:
        order = await orders.get()
        print(f"{name}: order {order} begun")
        await asyncio.sleep(0.05)
        done.append(order)
        orders.task_done()


async def main() -> None:
    orders: "asyncio.Queue[int]" = asyncio.Queue(maxsize=2)
    done: List[int] = []
    consumers = [asyncio.ensure_future(consumer(f"consumer-{n}", orders, done)) for n in (1, 2, 3)]

    await producer(orders, 9)
    await orders.join()
    # They wait for a next order that never comes: cancelled, they end in the order they began.
    for task in consumers:
        task.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)
    print(f"{len(done)} orders done")


asyncio.run(main())
