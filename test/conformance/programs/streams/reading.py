"""All ways to read from a stream that is fed by hand, up to its end and beyond."""
import asyncio
from support import log, run_virtual


async def attempt(name, coro):
    try:
        log(name, await coro)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as error:
        log(name, type(error).__name__)
        if isinstance(error, asyncio.IncompleteReadError):
            log(error.partial, error.expected)
        if isinstance(error, asyncio.LimitOverrunError):
            log(error.consumed)


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=16)
    reader.feed_data(b"one\ntwo\r\nthree")
    await attempt("line", reader.readline())
    await attempt("until", reader.readuntil(b"\r\n"))
    loop.call_later(1, reader.feed_data, b" more;rest")
    await attempt("until", reader.readuntil(b";"))
    log(loop.time())
    await attempt("read", reader.read(2))
    loop.call_later(1, reader.feed_data, b"0123")
    await attempt("exactly", reader.readexactly(5))
    await attempt("nothing", reader.readexactly(0))
    await attempt("negative", reader.readexactly(-1))
    await attempt("nothing", reader.read(0))
    await attempt("no separator", reader.readuntil(b""))
    reader.feed_data(b"a long line that has no end")
    await attempt("too long", reader.readuntil(b"\n"))
    await attempt("too long", reader.readline())
    reader.feed_data(b"short\nend")
    await attempt("line", reader.readline())
    log(reader.at_eof())
    loop.call_later(1, reader.feed_eof)
    await attempt("until", reader.readuntil(b"\n"))
    log(reader.at_eof())
    await attempt("line", reader.readline())
    await attempt("exactly", reader.readexactly(3))
    await attempt("all", reader.read())
    try:
        reader.feed_data(b"after the end")
    except AssertionError:
        log("refused")


run_virtual(main())
