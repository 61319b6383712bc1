"""A waiter of a condition that is cancelled takes the lock again first, however often; a notification that it got goes to the next."""
import asyncio
from support import log, run_virtual


async def waiter(name, condition):
    async with condition:
        try:
            await condition.wait()
            log(name, "woken")
        except asyncio.CancelledError as error:
            log(name, error, condition.locked())
            raise


async def main():
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(name, condition)) for name in "abc"]
    await asyncio.sleep(1)
    await condition.acquire()
    tasks[0].cancel("first")
    await asyncio.sleep(1)
    tasks[0].cancel("second")
    await asyncio.sleep(1)
    log("still holds it", tasks[0].done())
    condition.release()
    await asyncio.wait(tasks[:1])
    log(tasks[0].cancelled())
    await condition.acquire()
    condition.notify()
    tasks[1].cancel("just notified")
    condition.release()
    await asyncio.wait(tasks[1:], timeout=1)
    log([task.done() for task in tasks], tasks[1].cancelled())
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    log(condition.locked())


run_virtual(main())
