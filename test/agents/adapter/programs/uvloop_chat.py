"""Two tasks that talk through a queue, on uvloop."""
import asyncio

import uvloop


async def talker(queue):
    for number in range(50):
        await queue.put(number)
        await asyncio.sleep(0.005)
    await queue.put(None)


async def listener(queue):
    count = 0
    while await queue.get() is not None:
        count += 1
    print("heard", count)


async def main():
    queue = asyncio.Queue()
    await asyncio.gather(
        asyncio.create_task(talker(queue), name="talker"), asyncio.create_task(listener(queue), name="listener")
    )


uvloop.install()
asyncio.run(main())
