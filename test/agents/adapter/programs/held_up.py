"""A slow callback, and a worker that waits for a lock that a sleeper holds."""
import asyncio
import time


async def hold(lock):
    async with lock:
        await asyncio.sleep(600)


async def work(lock):
    async with lock:
        pass


async def main():
    lock = asyncio.Lock()
    holder = asyncio.create_task(hold(lock), name="holder")
    worker = asyncio.create_task(work(lock), name="worker")
    await asyncio.sleep(0.05)
    time.sleep(0.3)
    await asyncio.sleep(0.01)
    print("blocked")
    await asyncio.wait([holder, worker])


asyncio.run(main())
