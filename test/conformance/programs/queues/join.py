"""`join` waits until every item is done with, and not for none; too many `task_done` are refused."""
import asyncio
from support import log, run_virtual


async def worker(name, queue):
    while True:
        item = await queue.get()
        await asyncio.sleep(item)
        log(name, item, asyncio.get_running_loop().time())
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    await queue.join()
    log("nothing to do")
    for item in (3, 1, 2, 1):
        queue.put_nowait(item)
    workers = [asyncio.create_task(worker(name, queue)) for name in "ab"]
    joins = [asyncio.create_task(queue.join()) for _ in range(2)]
    await queue.join()
    log("joined", asyncio.get_running_loop().time(), [join.done() for join in joins])
    await asyncio.sleep(0)
    log([join.done() for join in joins])
    for task in workers:
        task.cancel()
    log(await asyncio.gather(*workers, return_exceptions=True))
    try:
        queue.task_done()
    except ValueError as error:
        log(error)


run_virtual(main())
