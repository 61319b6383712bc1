"""Several tasks await one future: all resume in their order with its outcome; one that is cancelled cancels it for all."""
import asyncio
from support import log, run_virtual


async def waiter(name, future):
    log(name, "waits")
    try:
        log(name, "got", await future)
    except (ValueError, asyncio.CancelledError) as error:
        log(name, error)
    log(name, "again", future.done())


async def round(outcome):
    future = asyncio.get_running_loop().create_future()
    tasks = [asyncio.create_task(waiter(name, future)) for name in "abc"]
    await asyncio.sleep(0)
    outcome(future, tasks)
    log("told")
    await asyncio.wait(tasks)


async def main():
    await round(lambda future, tasks: future.set_result("result"))
    await round(lambda future, tasks: future.set_exception(ValueError("error")))
    await round(lambda future, tasks: future.cancel("cancelled"))
    await round(lambda future, tasks: tasks[1].cancel("one of them"))


run_virtual(main())
