"""200 tasks on one circle of locks, among 10 000 that wait at a queue, at an event and in sleep, and can go on."""
import asyncio

CIRCLE = 200
OTHERS = 9_800


async def philosopher(left, right, seats):
    async with left:
        await seats.wait()
        async with right:
            pass


async def consumer(queue):
    await queue.get()


async def listener(event):
    await event.wait()


async def sleeper():
    await asyncio.sleep(1000)


async def crowd():
    queue = asyncio.Queue()
    event = asyncio.Event()
    waits = (lambda: consumer(queue), lambda: listener(event), sleeper)
    tasks = [asyncio.create_task(waits[number % 3](), name="other-%d" % number) for number in range(OTHERS)]
    await asyncio.sleep(1000)
    queue.put_nowait(1)
    event.set()
    await asyncio.gather(*tasks)


async def dinner():
    forks = [asyncio.Lock() for _ in range(CIRCLE)]
    seats = asyncio.Event()
    table = [
        asyncio.create_task(philosopher(forks[at], forks[(at + 1) % CIRCLE], seats), name="philosopher-%d" % at)
        for at in range(CIRCLE)
    ]
    await asyncio.sleep(0)
    seats.set()
    print("dinner", flush=True)
    await asyncio.gather(*table)


async def main():
    others = asyncio.create_task(crowd(), name="crowd")
    del others
    await asyncio.sleep(0.1)
    await dinner()


asyncio.run(main())
