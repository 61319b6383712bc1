"""On the machine's clock: timers in their order and not too early, callbacks between them."""
import asyncio
from support import log


async def main():
    loop = asyncio.get_running_loop()
    start = loop.time()
    order = []
    for delay in (0.03, 0.01, 0.02, 0, -1):
        loop.call_later(delay, order.append, delay)
    loop.call_soon(order.append, "soon")
    await asyncio.sleep(0.04)
    log(order, 0.04 - 1e-6 <= loop.time() - start < 1)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(1)
    except TimeoutError as error:
        log(error)
    handle = loop.call_later(0.01, order.append, "never")
    handle.cancel()
    log(await asyncio.wait_for(asyncio.sleep(0.02, "result"), 1), len(order))


asyncio.run(main())
