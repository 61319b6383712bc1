"""A shielded task goes on when its waiter is cancelled; what becomes of it is then for others, its error for the handler."""
import asyncio
from support import log, run_virtual


async def work(seconds, error=None):
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError as error:
        log("work", error)
        raise
    log("work done")
    if error:
        raise error
    return "result"


async def waiter(task):
    try:
        log("waiter", await asyncio.shield(task))
    except (asyncio.CancelledError, ValueError) as error:
        log("waiter", error)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: log(context["message"], context["exception"]))
    kept = []
    for error in (None, ValueError("late")):
        kept.append(task := asyncio.create_task(work(2, error)))
        waiting = asyncio.create_task(waiter(task))
        await asyncio.sleep(1)
        waiting.cancel("waiter only")
        await waiting
        log(task.done())
        await asyncio.sleep(2)
        log(task.done(), loop.time())
    for outcome in ("result", "error", "cancel"):
        task = asyncio.create_task(work(1, ValueError("seen") if outcome == "error" else None))
        waiting = asyncio.create_task(waiter(task))
        if outcome == "cancel":
            await asyncio.sleep(0)
            task.cancel("inner")
        await waiting
    done = loop.create_future()
    done.set_result("done already")
    log(asyncio.shield(done) is done)


run_virtual(main())
