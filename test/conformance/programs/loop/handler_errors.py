"""A handler that throws itself is reported to the default handler, with the context it was given."""
import asyncio
import logging
from support import VirtualLoop, log

loop = VirtualLoop()
seen = []
loop.default_exception_handler = lambda context: log(context["message"], context["exception"], context["context"]["exception"])


def fail(text):
    raise ValueError(text)


def handler(_, context):
    raise RuntimeError("in the handler")


loop.set_exception_handler(handler)
loop.call_soon(fail, "in the callback")
loop.call_soon(loop.call_exception_handler, {"message": "by hand", "exception": ValueError("mine"), "other": 3})
loop.call_soon(loop.stop)
loop.run_forever()
loop.set_exception_handler(None)
del loop.default_exception_handler
loop.default_exception_handler = lambda context: log("default", context["message"], context.get("exception"))
loop.call_exception_handler({"message": "nobody's"})
loop.close()
