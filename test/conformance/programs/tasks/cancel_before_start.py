"""A task cancelled before its first step never begins; its callbacks and waiters are told."""
import asyncio
from support import log, run_virtual


async def work():
    log("never")


async def main():
    task = asyncio.create_task(work())
    task.add_done_callback(lambda done: log("callback", done.cancelled()))
    log(task.cancel("early"), task.cancelling(), task.done(), task.cancelled())
    try:
        await task
    except asyncio.CancelledError as error:
        log(error)
    log(task.done(), task.cancelled(), task.cancel(), task.cancelling())
    for ask in (task.result, task.exception):
        try:
            ask()
        except asyncio.CancelledError as error:
            log(error)


run_virtual(main())
