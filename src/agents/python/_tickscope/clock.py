"""The loops' clock: monotonic time minus the time that the program was stopped. Seconds."""
from time import monotonic

# (raw time at which all clocks stand now, or None; seconds that all clocks have stood before). Swapped as one, so that
# a thread that reads meanwhile never sees time jump.
standing = (None, 0.0)


# Raw time at which the clocks began to run again last.
resumed = 0.0


def total():
    """Seconds that every loop's clock has stood in finished stops."""
    return standing[1]


def freeze(at):
    global standing
    standing = (at, standing[1])


def thaw(now):
    """Lets the clocks run again. Returns (from, to): the raw time that passed unseen."""
    global standing, resumed
    resumed = now
    since, stood = standing
    if since is None:
        return now, now
    standing = (None, stood + now - since)
    return since, now


def loop_time(state):
    """BaseEventLoop.time of this loop."""
    since, stood = standing
    return (monotonic() if since is None else since) - stood - state.stood
