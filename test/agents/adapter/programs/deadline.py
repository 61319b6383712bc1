"""Meets its deadline, however long it was stopped on the way."""
import asyncio


async def slow():
    await asyncio.sleep(0.2)
    return "in time"


async def main():
    print(await asyncio.wait_for(slow(), 0.5))


asyncio.run(main())
