"""Two workers whose steps have several lines, and call functions."""
import asyncio


def double(number):
    result = number * 2
    return result


async def worker(name, turns):
    total = 0
    for turn in range(turns):
        total += double(turn)
        await asyncio.sleep(0)
    print(name, total)
    return total


async def main():
    await asyncio.gather(worker("a", 3), worker("b", 2))


asyncio.run(main())
