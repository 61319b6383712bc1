"""An event wakes all that wait for it; set, it lets everybody through without a tick; cleared in the same tick, its waiters still go on."""
import asyncio
from support import log, run_virtual


async def waiter(name, event):
    try:
        log(name, await event.wait(), event.is_set())
    except asyncio.CancelledError as error:
        log(name, error)


async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(waiter(name, event)) for name in "abc"]
    await asyncio.sleep(1)
    tasks[1].cancel("not any more")
    event.set()
    event.clear()
    log("set and cleared", event.is_set())
    await asyncio.wait(tasks)
    event.set()
    event.set()
    asyncio.get_running_loop().call_soon(log, "a tick")
    log(await event.wait(), event.is_set())
    await asyncio.sleep(0)
    event.clear()
    late = asyncio.create_task(waiter("late", event))
    await asyncio.sleep(5)
    log(late.done())
    event.set()
    await late


run_virtual(main())
