"""A condition wakes as many as it is told to, in their order, each when it has the lock again; `wait_for` asks anew each time."""
import asyncio
from support import log, run_virtual


async def waiter(name, condition):
    async with condition:
        log(name, "waits")
        log(name, await condition.wait(), condition.locked())
        await asyncio.sleep(1)


async def for_count(condition, state):
    async with condition:
        log("predicate", await condition.wait_for(lambda: state["count"] >= 3 and state["count"]))


async def main():
    condition = asyncio.Condition()
    state = {"count": 0}
    tasks = [asyncio.create_task(waiter(name, condition)) for name in "abcd"]
    tasks.append(asyncio.create_task(for_count(condition, state)))
    await asyncio.sleep(0)
    for n in (1, 2):
        await condition.acquire()
        condition.notify(n)
        log("notified", n)
        condition.release()
        await asyncio.sleep(5)
    while not tasks[-1].done():
        async with condition:
            state["count"] += 1
            log("count", state["count"])
            condition.notify_all()
        await asyncio.sleep(2)
    log([task.done() for task in tasks], asyncio.get_running_loop().time())
    for bad in (condition.notify, condition.notify_all, condition.release):
        try:
            bad()
        except RuntimeError as error:
            log(error)
    try:
        await condition.wait()
    except RuntimeError as error:
        log(error)


run_virtual(main())
