"""Where callbacks stand that run for long, seen from the agent's own thread (messages.ts Sample). Costs the program nothing before."""
import sys
from time import monotonic

from . import chains, clock, definitions, interrupt, loops, schema

# A callback that ran for this part of what is slow is looked at, so that none that becomes slow just after is missed;
# and once more when it is slow indeed.
EARLY = 0.6
# More values than this hold the end of some callback.
_MANY = 2000

connection = None  # set by control.Agent
slow = 0.1  # s


def look(state):
    """Before the records are taken away, since they tell whether a callback has ended. On the agent's thread."""
    if state.phase != loops.RUNNING or state.stop is not None or state.kept is not None:
        state.busy = (0, 0.0, 0)
        return
    now = monotonic()
    tick, since, told = state.busy
    ended = now if tick != state.tick else _last_end(state.records, now)
    if ended is not None:
        since, told = ended, 0
    tick = state.tick
    elapsed = now - max(since, clock.resumed)
    if told < 2 and elapsed >= slow * (1 if told else EARLY) and _tell(state, tick, now, elapsed):
        told = 2 if elapsed >= slow else 1
    state.busy = (tick, since, told)


def _last_end(records, now):
    """When the last callback that the records tell of ended; None: none did."""
    if len(records) > _MANY:
        return now
    found = None
    records = records[:]
    at = 0
    while at < len(records):
        first = records[at]
        if first > 0:
            found = records[at + 2]
        at += 4 if first > 0 else 1 + schema.FIELDS[first]
    return found


def _tell(state, tick, now, elapsed):
    top = sys._current_frames().get(state.thread)
    place = None if top is None else interrupt.callback_at(state, top)
    if place is None:
        return False
    frames = [chains.described(frame, 0) for frame in chains.running_frames(top)]
    if state.tick != tick or state.phase != loops.RUNNING or _last_end(state.records, now) is not None:
        return False  # it ended while it was looked at
    for frame in frames:
        del frame["id"]
    connection.flush(state)  # the names of what runs come first
    connection.say(
        {"type": "sample", "loop": state.id, "actor": place[0], "elapsed": elapsed, "t": now, "frames": frames}
    )
    return True
