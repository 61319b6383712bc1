"""Tasks are numbered as they are made, unless they are named; names may change."""
import asyncio
from support import log, run_virtual


async def tell():
    log(asyncio.current_task().get_name())
    await asyncio.sleep(0)


async def main():
    await tell()
    first = asyncio.create_task(tell())
    named = asyncio.create_task(tell(), name="named")
    second = asyncio.create_task(tell())
    second.set_name("renamed")
    third = asyncio.create_task(tell())
    number = asyncio.create_task(tell(), name=7)
    await asyncio.gather(tell(), first, named, second, third, number)
    log([task.get_name() for task in (first, named, second, third, number)])
    log({task.get_name() for task in asyncio.all_tasks()}, asyncio.current_task().get_name())


run_virtual(main())
