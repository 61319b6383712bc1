"""Which loop is the running one, and which the current one."""
import asyncio
from support import VirtualLoop, log


def attempt(action):
    try:
        log(action() is loop)
    except RuntimeError as error:
        log(error)


loop = VirtualLoop()
attempt(asyncio.get_running_loop)
asyncio.set_event_loop(loop)
attempt(asyncio.get_event_loop)
attempt(asyncio.get_running_loop)


async def main():
    attempt(asyncio.get_running_loop)
    attempt(asyncio.get_event_loop)
    log(asyncio.current_task().get_name())
    loop.call_soon(lambda: log("in a callback", asyncio.current_task()))
    await asyncio.sleep(0)


loop.run_until_complete(main())
attempt(asyncio.get_running_loop)
asyncio.set_event_loop(None)
attempt(asyncio.get_event_loop)
attempt(asyncio.current_task)
loop.close()
