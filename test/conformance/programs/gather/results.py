"""Results come in the order given, whatever ends first; of nothing it is an empty list; the same awaitable counts once."""
import asyncio
from support import log, run_virtual


async def work(name, seconds):
    log("begins", name)
    await asyncio.sleep(seconds)
    log("ends", name)
    return name


async def main():
    log(await asyncio.gather(work("a", 3), work("b", 1), work("c", 2)))
    log(await asyncio.gather())
    task = asyncio.create_task(work("task", 1))
    future = asyncio.get_running_loop().create_future()
    future.set_result("future")
    coro = work("coro", 0)
    log(await asyncio.gather(task, future, coro, task, coro))
    nested = asyncio.gather(asyncio.gather(work("x", 1), work("y", 2)), work("z", 1))
    log(nested.done(), await nested, nested.done())


run_virtual(main())
