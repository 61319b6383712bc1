"""Two tasks that hand a turn to each other, for the transcript: the same callbacks in the same ticks, every time."""
import asyncio


async def ping(turns):
    for turn in range(2):
        await turns.put(turn)
        await asyncio.sleep(0)


async def pong(turns):
    total = 0
    for _ in range(2):
        total += await turns.get()
    print("total", total)


async def main():
    turns = asyncio.Queue()
    await asyncio.gather(ping(turns), pong(turns))


asyncio.run(main())
