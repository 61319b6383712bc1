"""`wait` for all, for the first, for the first error; it neither throws their errors nor cancels what is pending."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    if error:
        raise error
    return name


async def main():
    loop = asyncio.get_running_loop()
    for condition in (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED, asyncio.FIRST_EXCEPTION):
        tasks = [
            asyncio.create_task(work("a", 1), name="a"),
            asyncio.create_task(work("b", 2, ValueError("b failed")), name="b"),
            asyncio.create_task(work("c", 3), name="c"),
        ]
        start = loop.time()
        done, pending = await asyncio.wait(tasks, return_when=condition)
        log(condition, done, pending, loop.time() - start)
        await asyncio.sleep(5)
        log(tasks[1].exception())
        done, pending = await asyncio.wait(tasks, return_when=condition)
        log("done already", done, pending)
    quick = [asyncio.create_task(work(name, 1), name=name) for name in "xy"]
    done, pending = await asyncio.wait(quick, return_when=asyncio.FIRST_COMPLETED)
    log("both in one tick", done, pending)
    cancelled = asyncio.create_task(work("z", 9), name="z")
    loop.call_later(1, cancelled.cancel)
    done, pending = await asyncio.wait([cancelled, asyncio.create_task(work("w", 2), name="w")], return_when=asyncio.FIRST_EXCEPTION)
    log("cancelled is no error", done, pending)


run_virtual(main())
