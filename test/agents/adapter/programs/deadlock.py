"""Two workers take two locks in different order; a third waits for one of them."""
import asyncio


async def work(mine, other):
    async with mine:
        await asyncio.sleep(0.01)
        async with other:
            pass


async def visit(lock):
    await asyncio.sleep(0.02)
    async with lock:
        pass


async def main():
    db, cache = asyncio.Lock(), asyncio.Lock()
    await asyncio.gather(work(db, cache), work(cache, db), visit(db))


asyncio.run(main())
