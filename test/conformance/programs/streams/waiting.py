"""A reader that waits: two at once are refused, a cancelled one leaves the data for the next, an error comes to who reads."""
import asyncio
from support import log, run_virtual


async def line(name, reader):
    try:
        log(name, await reader.readline())
    except (RuntimeError, ValueError, asyncio.CancelledError) as error:
        log(name, type(error).__name__)


async def main():
    reader = asyncio.StreamReader()
    first = asyncio.create_task(line("first", reader))
    await asyncio.sleep(0)
    await line("second", reader)
    reader.feed_data(b"half ")
    await asyncio.sleep(1)
    first.cancel()
    await first
    reader.feed_data(b"and half\n")
    await line("third", reader)
    log(reader.exception())
    waiting = asyncio.create_task(line("waiting", reader))
    await asyncio.sleep(0)
    reader.set_exception(ValueError("broken"))
    await waiting
    log(reader.exception())
    await line("after", reader)


run_virtual(main())
