"""Ctrl+C cancels the main task of `run`, which may clean up; then KeyboardInterrupt comes out of `run`."""
import asyncio
import os
import signal
from support import log


async def main():
    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        log("cancelled", error, asyncio.current_task().cancelling())
        await asyncio.sleep(0.01)
        log("cleaned up")
        raise


async def catches():
    asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), signal.SIGINT)
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        return "went on"


try:
    asyncio.run(main())
except KeyboardInterrupt as error:
    log(type(error).__name__)
log(asyncio.run(catches()))
