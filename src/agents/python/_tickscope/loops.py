"""What the agent keeps of each loop."""
import itertools
import threading
import weakref
from collections import deque
from queue import SimpleQueue
from time import monotonic

from . import clock, schema

numbers = itertools.count(1)
# id(loop) -> LoopState. Entries go with their loops.
states = {}

# id(loop) -> LoopState of the loops that run now under the recorder.
running = {}

IDLE = 0
POLLING = 1  # asleep in select
RUNNING = 2


class LoopState:
    __slots__ = (
        "id",
        "ref",
        "name",
        "thread",
        "thread_name",
        "records",
        "tick",
        "phase",
        "handed",
        "stood",
        "flushed",
        "own_time",
        "told",
        "woken",
        "signalled",
        "commands",
        "stop",
        "plan",
        "foreign",
        "fidelity",
        "told_ready",
        "explained",
        "begun",
        "processes",
        "plainly",
        "explained_tick",
        "seen_tick",
        "asleep_since",
        "kept",
        "made",
        "traced",
        "slow_since",
        "slow_said",
        "slow_signalled",
        "stalled_at",
        "busy",
    )

    def __init__(self, loop):
        self.id = next(numbers)
        self.ref = weakref.ref(loop, lambda _, key=id(loop): _gone(key))
        self.name = type(loop).__name__
        self.thread = 0
        self.thread_name = ""
        self.records = []
        self.tick = 0
        self.phase = IDLE
        # (id of a handle, name of the thread that handed it in), not yet told
        self.handed = deque()
        # seconds that this clock stood alone, waiting for the adapter
        self.stood = 0.0
        self.flushed = 0.0
        self.own_time = True
        self.told = ""  # state last told: idle, running, closed
        self.woken = 0  # bytes that the agent put into the self-pipe
        self.signalled = 0  # signals that the agent sent to its thread
        self.commands = SimpleQueue()  # for the stopped loop's thread
        self.stop = None  # while it stands: gate.Stop
        self.plan = None  # where to stop next: gate.Plan
        self.foreign = None  # observer of a _run_once that is not the stock one
        self.fidelity = None
        self.told_ready = 0
        self.explained = {}  # task number -> (waiter for which a reason was told, whether that holds a count)
        self.asleep_since = 0.0
        self.plainly = False  # somebody has replaced Handle._run
        self.processes = False  # its _process_events is its own, and is called without events, too
        self.begun = False  # the tick gate was passed, and no callback of the tick yet
        self.explained_tick = 0  # reasons were told for tasks that wait since this tick
        self.kept = None  # observer of an uvloop
        self.made = []  # what breakpoints are to be asked about at the next gate: tasks made, as (events, number of the code, task), and places.Heard
        self.traced = False  # lines.py traces its thread
        self.slow_since = 0.0  # when the last callback ended, or the tick began, raw s without stops; kept while a breakpoint asks
        self.slow_said = None  # (tick, id of the handle) of the callback in which a breakpoint on slow ones was asked last
        self.slow_signalled = 0.0  # when the one began that was broken into last, raw s
        self.stalled_at = 0  # the tick after which a breakpoint on stalls was asked last
        self.busy = (0, 0.0, 0)  # of samples.py: (tick, when the callback that runs began at the latest, raw s, how often it was told of)
        self.seen_tick = 0  # asleep at this tick when last looked at

    @property
    def loop(self):
        return self.ref()

    @property
    def queues(self):
        """What has the loop's _ready and _scheduled; None when it is gone."""
        return self.kept or self.ref()

    def waited(self, began, ended):
        """The program stood in between, waiting for the adapter; so did the clock."""
        if clock.standing[0] is not None or self.kept is not None:
            return  # it stands for a stop already, which tells of all that time; uvloop's never stands
        self.stood += ended - began
        self.records += (schema.PAUSED, began, ended)

    def changed(self, kind, connection):
        """Tells that the loop is now idle, running or closed."""
        if self.told == kind or not connection.open:
            return
        loop = self.loop
        self.told = kind
        now = monotonic()
        message = {
            "type": "loop",
            "loop": self.id,
            "name": self.name,
            "thread": self.thread_name,
            "state": kind,
            "t": now,
            "clock": loop_clock(loop, self, now),
        }
        if self.fidelity:
            message["fidelity"] = self.fidelity
        connection.say(message)


def loop_clock(loop, state, now):
    if state.kept is not None:
        return now
    if loop is not None and not state.own_time:
        try:
            return float(loop.time())
        except Exception:
            pass
    since, stood = clock.standing
    return (now if since is None else since) - stood - state.stood


def state_of(loop):
    """The state of a loop, made at first sight."""
    state = states.get(id(loop))
    if state is None:
        state = states[id(loop)] = LoopState(loop)
        stood = clock.total()
        if stood:
            now = monotonic()
            state.records += (schema.PAUSED, now - stood, now)
    return state


def here(state):
    """Notes the thread that runs the loop."""
    thread = threading.get_ident()
    if state.thread != thread:
        state.thread = thread
        state.thread_name = thread_name(thread)


def thread_name(ident):
    # Not current_thread(): it would make an entry for threads that threading does not know.
    thread = threading._active.get(ident)
    return thread.name if thread is not None else "thread-%d" % ident


def _gone(key):
    states.pop(key, None)
    running.pop(key, None)


def all_states():
    return list(states.values())
