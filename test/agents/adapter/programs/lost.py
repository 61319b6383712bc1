"""A task fails, and nobody awaits it."""
import asyncio


async def lost():
    await asyncio.sleep(0)
    raise ValueError("no page")


async def main():
    task = asyncio.ensure_future(lost())
    await asyncio.sleep(0.01)
    print("over", task.exception())


asyncio.run(main())
