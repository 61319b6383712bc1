"""An error that nobody asked for is reported when the future goes; one that was asked for is not."""
import asyncio
import gc
from support import VirtualLoop, log

loop = VirtualLoop()
loop.set_exception_handler(lambda _, context: log(context["message"], context["exception"]))


async def fail(text):
    raise ValueError(text)


async def main():
    asyncio.create_task(fail("nobody asks"))
    asked = asyncio.create_task(fail("asked"))
    cancelled = asyncio.create_task(fail("never begins"))
    cancelled.cancel()
    await asyncio.sleep(0)
    asked.exception()


loop.run_until_complete(main())
gc.collect()
future = loop.create_future()
future.set_exception(ValueError("of a future"))
del future
gc.collect()
loop.close()
