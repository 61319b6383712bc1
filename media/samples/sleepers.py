"""Three tasks sleep for different times and wake in the order of their deadlines.

Watch the timers queue: one entry for each sleeper, the next deadline first. When the loop has
nothing ready, it sleeps in its poll until the first deadline; the next tick then moves that timer
to ready, and the task that slept on it runs. Step by tick to see one wake-up after another.
"""

import asyncio


async def sleeper(name: str, seconds: float, times: int) -> None:
    for nap in range(1, times + 1):
        await asyncio.sleep(seconds)
        print(f"{name} woke up {nap} of {times}")


async def main() -> None:
    # No two deadlines fall together, so the order of the output is always the same.
    await asyncio.gather(
        sleeper("short", 0.2, 4),
        sleeper("middle", 0.5, 2),
        sleeper("long", 0.9, 1),
    )
    print("everybody is awake")


asyncio.run(main())
