"""SystemExit and KeyboardInterrupt leave the loop at once, from a callback and from a task; the rest of the tick is kept."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()


def leave(error):
    raise error


async def main(error):
    log("task")
    await asyncio.sleep(0)
    raise error


loop.call_soon(leave, SystemExit(3))
loop.call_soon(log, "of the same tick")
try:
    loop.run_forever()
except SystemExit as error:
    log("left", error, error.code, loop.is_running())
loop.call_soon(loop.stop)
loop.run_forever()
try:
    loop.run_until_complete(main(KeyboardInterrupt("ctrl+c")))
except KeyboardInterrupt as error:
    log("left", error)
task = loop.create_task(main(SystemExit(4)))
try:
    loop.run_until_complete(asyncio.sleep(1))
except SystemExit as error:
    log("left", error, task.done(), task.exception() is error)
loop.close()
