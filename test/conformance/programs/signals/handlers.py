"""Signals: a handler runs as a callback, the newest in place of the one before; removed, there is none."""
import asyncio
import os
import signal
from support import log


async def main():
    loop = asyncio.get_running_loop()
    got = asyncio.Queue()

    def handler(name, *args):
        log("handler", name, *args, asyncio.current_task())
        got.put_nowait(name)

    loop.add_signal_handler(signal.SIGUSR1, handler, "first")
    loop.add_signal_handler(signal.SIGUSR2, handler, "other", 1, 2)
    os.kill(os.getpid(), signal.SIGUSR1)
    log("sent")
    log(await got.get())
    loop.add_signal_handler(signal.SIGUSR1, handler, "second")
    os.kill(os.getpid(), signal.SIGUSR1)
    log(await got.get())
    os.kill(os.getpid(), signal.SIGUSR2)
    log(await got.get())
    for number in (signal.SIGUSR1, signal.SIGUSR1, signal.SIGUSR2):
        log(loop.remove_signal_handler(number))
    for bad in (signal.SIGKILL, 1000):
        try:
            loop.add_signal_handler(bad, handler, "never")
        except (RuntimeError, ValueError) as error:
            log(type(error).__name__)


asyncio.run(main())
