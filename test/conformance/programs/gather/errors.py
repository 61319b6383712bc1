"""The first error ends the wait, the others go on; with `return_exceptions` errors are results; later errors are silent."""
import asyncio
from support import log, run_virtual


async def work(name, seconds, error=None):
    await asyncio.sleep(seconds)
    log("ends", name)
    if error:
        raise error
    return name


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: log(context["message"], context["exception"]))
    jobs = lambda: [work("a", 1, ValueError("a failed")), work("b", 2), work("c", 3, RuntimeError("c failed"))]
    try:
        await asyncio.gather(*jobs())
    except ValueError as error:
        log(error, loop.time())
    await asyncio.sleep(5)
    log(await asyncio.gather(*jobs(), return_exceptions=True), loop.time())
    future = loop.create_future()
    future.cancel()
    log(await asyncio.gather(future, work("d", 1), return_exceptions=True))
    try:
        await asyncio.gather(future, work("e", 1))
    except asyncio.CancelledError as error:
        log(error, loop.time())
    await asyncio.sleep(2)


run_virtual(main())
