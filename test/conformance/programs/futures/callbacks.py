"""Done callbacks run in their order in the next tick, each as often as it was added; one may be removed or come late."""
import asyncio
from support import log, run_virtual


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def one(done):
        log("one", done is future, done.result())

    def two(done):
        log("two")
        done.add_done_callback(late)

    def late(done):
        log("late")

    for callback in (one, two, one, late):
        future.add_done_callback(callback)
    log(future.remove_done_callback(late), future.remove_done_callback(late))
    loop.call_soon(log, "before")
    future.set_result("x")
    loop.call_soon(log, "after")
    log("set")
    await asyncio.sleep(0)
    log("a tick later")
    await asyncio.sleep(0)
    future.add_done_callback(late)
    log(future.remove_done_callback(late))
    await asyncio.sleep(0)
    bad = loop.create_future()
    loop.set_exception_handler(lambda _, context: log("handler", context["exception"]))
    bad.add_done_callback(fail)
    bad.add_done_callback(lambda done: log("still called", done.cancelled()))
    bad.cancel()
    await asyncio.sleep(0)


def fail(done):
    raise ValueError("in a done callback")


run_virtual(main())
