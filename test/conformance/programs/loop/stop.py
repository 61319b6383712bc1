"""`stop` ends the tick under way; before `run_forever` it allows one tick; what is left runs the next time."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()


def stopper():
    log("stop")
    loop.stop()
    loop.call_soon(log, "next run")


loop.call_soon(stopper)
loop.call_soon(log, "same tick")
loop.call_later(1, log, "timer")
log(loop.is_running())
loop.run_forever()
log("stopped", loop.is_running(), loop.time())
loop.stop()
loop.call_soon(lambda: log("running", loop.is_running()))
loop.run_forever()
log("one tick", loop.time())
loop.call_later(2, loop.stop)
loop.run_forever()
log("end", loop.time(), loop.is_closed())
loop.close()
loop.close()
log(loop.is_closed())
