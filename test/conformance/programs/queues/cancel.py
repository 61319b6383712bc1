"""Getters and putters that are cancelled lose nothing: the item or the room goes to the next in line."""
import asyncio
from support import log, run_virtual


async def getter(name, queue):
    try:
        log(name, "got", await queue.get())
    except asyncio.CancelledError as error:
        log(name, error, queue.qsize())
        raise


async def putter(name, queue):
    try:
        await queue.put(name)
        log(name, "put")
    except asyncio.CancelledError as error:
        log(name, error, queue.qsize())
        raise


async def main():
    for order in ("put first", "cancel first"):
        queue = asyncio.Queue()
        tasks = [asyncio.create_task(getter(name, queue)) for name in "abc"]
        await asyncio.sleep(0)
        if order == "put first":
            queue.put_nowait(1)
        tasks[0].cancel(order)
        if order == "cancel first":
            queue.put_nowait(1)
        queue.put_nowait(2)
        await asyncio.wait(tasks)
        log([task.cancelled() for task in tasks], queue.qsize())
        full = asyncio.Queue(1)
        full.put_nowait("first")
        tasks = [asyncio.create_task(putter(name, full)) for name in "xyz"]
        await asyncio.sleep(0)
        if order == "put first":
            log(full.get_nowait())
        tasks[0].cancel(order)
        if order == "cancel first":
            log(full.get_nowait())
        await asyncio.sleep(1)
        log(full.get_nowait(), await full.get())
        await asyncio.wait(tasks)
        log([task.cancelled() for task in tasks], full.qsize())


run_virtual(main())
