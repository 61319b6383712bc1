"""`run` cancels what is left when the main coroutine ends, waits for it, and reports what fails on the way."""
import asyncio
from support import VirtualLoop, log


async def left(name, how=None):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        log(name, "cancelled")
        await asyncio.sleep(1)
        log(name, "cleaned up")
        if how == "fails":
            raise ValueError(name)
        if how != "swallows":
            raise


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: log(context["message"], context["exception"], context["task"]))
    asyncio.create_task(left("only one", "fails"), name="one")
    await asyncio.sleep(1)
    return "main"


with asyncio.Runner(loop_factory=VirtualLoop) as runner:
    loop = runner.get_loop()
    log(runner.run(main()))
    log(len(asyncio.all_tasks(loop)))
log(loop.is_closed(), loop.time())


async def again(how):
    asyncio.create_task(left("other", how))
    await asyncio.sleep(1)
    raise ValueError("main")


for how in (None, "swallows"):
    try:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(again(how))
    except ValueError as error:
        log(error)
