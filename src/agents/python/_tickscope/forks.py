"""The agent's thread is away while the program forks: from 3.12 on, one that forks while it has threads is warned, and this
one is not its own.
"""
import os
import sys
from time import monotonic

from .faults import fault

# How long the program waits for the thread to end, s. After that a warning is better than waiting.
PATIENCE = 0.1
_away = False


def look_out(agent):
    os.register_at_fork(before=lambda: before(agent), after_in_parent=lambda: after(agent))


def before(agent):
    global _away
    if agent.done or _away:
        return
    threads = _count()
    _away = agent.rest(PATIENCE)
    until = monotonic() + PATIENCE
    # The system counts a thread for a moment after Python has done with it.
    while _away and _count() >= threads > 0 and monotonic() < until:
        os.sched_yield()


def after(agent):
    """Called by a lambda. The warning comes after this (3.13): the thread is back at the next line of the program."""
    if not _away or agent.done:
        return
    monitoring = sys.monitoring
    tool = next((tool for tool in (3, 4, 5, 1, 2) if monitoring.get_tool(tool) is None), None)
    if tool is None:
        back(agent)
        return

    forking = sys._getframe(2)
    at = forking.f_lasti

    def on_line(code, line):
        # Until then it is in the call that forks, and others' hooks run.
        if forking.f_lasti != at:
            monitoring.set_events(tool, 0)
            monitoring.register_callback(tool, monitoring.events.LINE, None)
            monitoring.free_tool_id(tool)
            back(agent)

    monitoring.use_tool_id(tool, "tickscope")
    monitoring.register_callback(tool, monitoring.events.LINE, on_line)
    monitoring.set_events(tool, monitoring.events.LINE)


def back(agent):
    global _away
    _away = False
    try:
        agent.rise()
    except Exception as error:
        fault(error)


def _count():
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return 0
