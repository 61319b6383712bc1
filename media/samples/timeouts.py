"""Tasks that are given up: by a timeout, by a cancellation, and one that refuses for a while.

Watch a waiting task that has a timeout: its deadline is shown on its row, and stands in timers as
well. When it is reached, the task is cancelled: it becomes ready, and the step that follows raises
CancelledError at its `await`. `stubborn` catches that once to tidy up, so it ends some ticks later.
"""

import asyncio


async def job(name: str, seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"{name} is done"


async def stubborn() -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        print("stubborn: cancelled, tidying up first")
        await asyncio.sleep(0.2)
        print("stubborn: tidy")
        raise


async def main() -> None:
    print(await asyncio.wait_for(job("quick", 0.1), timeout=0.5))

    try:
        await asyncio.wait_for(job("slow", 60), timeout=0.3)
    except asyncio.TimeoutError:
        print("slow took too long")

    # A shielded task survives the timeout of the one who waits for it.
    shielded = asyncio.ensure_future(job("shielded", 0.6))
    try:
        await asyncio.wait_for(asyncio.shield(shielded), timeout=0.2)
    except asyncio.TimeoutError:
        print("no longer waiting for shielded, which goes on")

    task = asyncio.ensure_future(stubborn())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    print("stubborn is cancelled" if task.cancelled() else "stubborn lives on")

    print(await shielded)


asyncio.run(main())
