"""Thousands of ticks, with fifty tasks in each."""
import asyncio


async def turn(times):
    for _ in range(times):
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(*(turn(4000) for _ in range(50)))


asyncio.run(main())
