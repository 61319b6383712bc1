"""What a future tells and refuses while it is pending, has a result, an error, or is cancelled."""
import asyncio
from support import log, run_virtual


def attempt(name, action):
    try:
        log(name, action())
    except (Exception, asyncio.CancelledError) as error:
        known = isinstance(error, asyncio.InvalidStateError) and "not" not in str(error)
        log(name, type(error).__name__ if known else error)


async def main():
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(4)]
    futures[1].set_result(3)
    futures[2].set_exception(ValueError("bad"))
    futures[3].cancel("away")
    for future in futures:
        log(future.done(), future.cancelled())
        attempt("result", future.result)
        attempt("exception", future.exception)
    for future in futures[1:]:
        attempt("again", lambda: future.set_result(4))
        attempt("again", lambda: future.set_exception(ValueError("again")))
        attempt("cancel", future.cancel)
    log(futures[0].get_loop() is loop, asyncio.isfuture(futures[0]), asyncio.isfuture(3))


run_virtual(main())
