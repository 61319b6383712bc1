"""Puts the standard loop in uvloop's place, and says so."""
import asyncio

TEXT = (
    "The program asks for uvloop. Tickscope uses the standard asyncio loop in its place, because it sees little of "
    'uvloop; set "keepUvloop" in the launch configuration to keep it.'
)


def replace(uvloop, connection):
    told = []

    def tell():
        if not told:
            told.append(True)
            connection.say({"type": "notice", "severity": "information", "text": TEXT})

    policy = asyncio.DefaultEventLoopPolicy

    def new_event_loop():
        tell()
        return asyncio.SelectorEventLoop()

    def install():
        tell()

    class EventLoopPolicy(policy):
        def __init__(self):
            tell()
            super().__init__()

    EventLoopPolicy.__module__ = "uvloop"
    EventLoopPolicy.__qualname__ = "EventLoopPolicy"
    uvloop.new_event_loop = new_event_loop
    uvloop.install = install
    uvloop.EventLoopPolicy = EventLoopPolicy
    uvloop.Loop = asyncio.SelectorEventLoop
    if hasattr(uvloop, "run"):

        def run(main, *, loop_factory=None, debug=None, **kwargs):
            tell()
            return asyncio.run(main, debug=debug, **kwargs)

        uvloop.run = run
