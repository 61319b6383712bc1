"""Every request of `cancel` counts; one made in the step under way is thrown at the next wait, and may be taken back."""
import asyncio
from support import log, run_virtual


async def twice():
    for i in range(3):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            log("caught", i, error, asyncio.current_task().cancelling())
    return "survived"


async def itself():
    task = asyncio.current_task()
    log(task.cancel("first"), task.cancel("second"), task.cancelling())
    log("still runs")
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError as error:
        log(error, task.cancelling())
    await asyncio.sleep(0)
    return "not cancelled twice"


async def ends():
    asyncio.current_task().cancel("at the end")
    return "too late"


async def takes_back():
    task = asyncio.current_task()
    task.cancel("not meant")
    log(task.uncancel())
    await asyncio.sleep(1)
    return "goes on"


async def main():
    task = asyncio.create_task(twice())
    await asyncio.sleep(0)
    for message in ("a", "b", "c"):
        task.cancel(message)
        task.cancel("same tick")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    log(await task, task.cancelling())
    log(await asyncio.create_task(itself()))
    log(await asyncio.create_task(takes_back()))
    try:
        await asyncio.create_task(ends())
    except asyncio.CancelledError as error:
        log("cancelled", error)


run_virtual(main())
