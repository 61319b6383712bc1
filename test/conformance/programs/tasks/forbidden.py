"""What a task refuses: results and errors from outside; what a loop refuses: futures of another loop."""
import asyncio
from support import VirtualLoop, log, run_virtual


async def main():
    task = asyncio.create_task(asyncio.sleep(1, "result"))
    for action in (lambda: task.set_result(1), lambda: task.set_exception(ValueError("x"))):
        try:
            action()
        except RuntimeError as error:
            log(error)
    log(await task, task.exception())
    other = VirtualLoop()
    foreign = other.create_future()

    async def wait_for_foreign():
        await foreign

    try:
        await asyncio.create_task(wait_for_foreign())
    except RuntimeError as error:
        log(type(error).__name__, "attached to a different loop" in str(error))
    other.close()


run_virtual(main())
