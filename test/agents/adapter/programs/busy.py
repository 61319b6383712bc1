"""One callback that does not end by itself."""
import asyncio


def spin(limit):
    count = 0
    while count < limit:
        count += 1
    return count


async def main():
    print("spinning", flush=True)
    spin(10**12)


asyncio.run(main())
