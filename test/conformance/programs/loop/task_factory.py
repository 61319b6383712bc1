"""A task factory makes the tasks of `create_task`, and those of the library's own functions."""
import asyncio
from support import VirtualLoop, log, run_virtual


async def work(name):
    await asyncio.sleep(1)
    return name


async def main():
    loop = asyncio.get_running_loop()
    log(loop.get_task_factory())

    def factory(the_loop, coro, **options):
        task = asyncio.Task(coro, loop=the_loop, **options)
        log("makes a task")
        return task

    loop.set_task_factory(factory)
    log(loop.get_task_factory() is factory)
    task = asyncio.create_task(work("a"), name="named")
    log(task.get_name(), await task)
    log(await asyncio.gather(work("b"), work("c")))
    loop.set_task_factory(None)
    log(await asyncio.create_task(work("d")))
    try:
        loop.set_task_factory(3)
    except TypeError as error:
        log(error)


run_virtual(main())
