"""An exception in a callback goes to the exception handler, and the loop goes on."""
import asyncio
from support import VirtualLoop, log

loop = VirtualLoop()


def fail(text):
    raise ValueError(text)


def handler(the_loop, context):
    log(the_loop is loop, context["message"].split("(")[0], context["exception"], sorted(context) )


log(loop.get_exception_handler())
loop.set_exception_handler(handler)
log(loop.get_exception_handler() is handler)
loop.call_soon(fail, "soon")
loop.call_soon(log, "goes on")
loop.call_later(1, fail, "later")
loop.call_later(2, loop.stop)
loop.run_forever()
try:
    loop.set_exception_handler(3)
except TypeError as error:
    log(error)
loop.close()
