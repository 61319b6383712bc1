"""What a closed loop refuses, and what a running one does."""
import asyncio
from support import VirtualLoop, log


def attempt(action):
    try:
        log("did", action())
    except Exception as error:
        log(error)


loop = VirtualLoop()
inner = VirtualLoop()


def inside():
    attempt(loop.close)
    future = loop.create_future()
    attempt(lambda: loop.run_until_complete(future))
    attempt(lambda: inner.run_until_complete(future))
    loop.stop()


async def nothing():
    pass


loop.call_soon(inside)
loop.run_forever()
loop.call_soon(log, "never")
loop.call_later(1, log, "never")
loop.close()
attempt(lambda: loop.call_soon(log))
attempt(lambda: loop.call_later(1, log))
attempt(lambda: loop.call_at(1, log))
attempt(lambda: loop.call_soon_threadsafe(log))
attempt(loop.run_forever)
coro = nothing()
attempt(lambda: loop.run_until_complete(coro))
attempt(lambda: loop.create_task(coro))
coro.close()
log(loop.is_closed(), loop.is_running())
inner.close()
