"""A coroutine may catch its cancellation and go on, return, or throw something else; `cancelling` still counts the request."""
import asyncio
from support import log, run_virtual


async def stubborn(how):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        log(how, asyncio.current_task().cancelling())
        if how == "goes on":
            await asyncio.sleep(1)
            log("went on")
            return "went on"
        if how == "returns":
            return "returned"
        if how == "throws":
            raise ValueError("instead")
        if how == "uncancels":
            log(asyncio.current_task().uncancel(), asyncio.current_task().uncancel())
            await asyncio.sleep(1)
            return "uncancelled"


async def main():
    for how in ("goes on", "returns", "throws", "uncancels", "nothing"):
        task = asyncio.create_task(stubborn(how))
        await asyncio.sleep(1)
        task.cancel()
        try:
            log(await task, task.cancelled(), task.cancelling())
        except ValueError as error:
            log(error, task.cancelled(), error.__context__ is not None)


run_virtual(main())
