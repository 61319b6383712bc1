"""The way in: dials the adapter, waits for its welcome, and sees to it that asyncio is patched when it is imported."""
import os
import sys

DIAL_SECONDS = 10
VARIABLES = ("TICKSCOPE_ADDRESS", "TICKSCOPE_TOKEN", "TICKSCOPE_AGENT_VERSION")
UNBUFFERED = "TICKSCOPE_UNBUFFERED"  # the launcher's, so that output is seen at once


def start(folder=None):
    """`folder`: our entry on PYTHONPATH, to be hidden. The program goes on without us when the adapter does not answer."""
    from . import children

    given = {name: os.environ.get(name, "") for name in VARIABLES}
    if os.environ.get(children.CHILD):
        hide(folder, True)
        children.before_first_loop(lambda: come_forward(given))
        return
    agent = None
    try:
        agent = _connect(given, list(getattr(sys, "orig_argv", None) or getattr(sys, "argv", None) or []))
    except Exception as error:
        from .wire import Refused

        text = str(error)
        if not isinstance(error, Refused):
            text = "Tickscope's debug adapter at %s could not be reached (%s); the program runs without it." % (
                given["TICKSCOPE_ADDRESS"],
                text or type(error).__name__,
            )
        sys.stderr.write(text + "\n")
    hide(folder, agent is not None and agent.welcome.get("subProcess"))
    if agent is not None:
        _settle(agent)


def come_forward(given):
    """A child process is about to have its first loop. It runs alone, and silently, when nobody wants to see it."""
    try:
        agent = _connect(given, list(sys.argv))
    except Exception:
        return
    _settle(agent)
    # What multiprocessing has forked it ends with os._exit.
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        from multiprocessing import util

        util.Finalize(None, goodbye, (agent,), exitpriority=-1000)


def _connect(given, argv):
    from . import control, wire

    address, token, version = (given[name] for name in VARIABLES)
    sock = wire.dial(address, DIAL_SECONDS)
    try:
        connection, welcome = wire.greet(sock, token, version, argv)
    except BaseException:
        sock.close()
        raise
    agent = control.Agent(connection, welcome, None)
    agent.early = welcome.get("breakpoints") or []
    return agent


def hide(folder, for_children):
    """Takes what started the agent out of what the program sees, and, unless it is `for_children`, what they inherit."""
    from . import children

    names = list(VARIABLES) + [children.CHILD]
    if os.environ.get(UNBUFFERED):
        names += [UNBUFFERED, "PYTHONUNBUFFERED"]
    if for_children:
        children.pass_on(names, folder)
    forget = children.forget if for_children else _remove
    for name in names:
        forget(name)
    path = os.environ.get("PYTHONPATH")
    if folder and path is not None:
        rest = [entry for entry in path.split(os.pathsep) if entry and os.path.abspath(entry) != folder]
        if len(rest) != len(path.split(os.pathsep)):
            forget("PYTHONPATH", os.pathsep.join(rest) or None)


def _remove(name, value=None):
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _settle(agent):
    import atexit

    from . import faults, hooks

    faults.connection = agent.connection
    atexit.register(goodbye, agent)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: in_child(agent))
        if sys.version_info >= (3, 12):
            from . import forks

            forks.look_out(agent)
    hooks.on_import("asyncio", lambda: asyncio_imported(agent))
    hooks.on_import("uvloop", lambda: uvloop_imported(agent))
    agent.start()


def asyncio_imported(agent):
    from . import faults

    try:
        from . import gate, patch

        gate.connection = agent.connection
        gate.agent = agent
        gate.entry = bool(agent.welcome.get("stopOnEntry"))
        patch.put_in(agent.connection, agent)
        agent.asyncio_imported(gate)
    except Exception as error:
        faults.fault(error)


def uvloop_imported(agent):
    from . import faults

    try:
        if agent.welcome.get("keepUvloop"):
            if agent.gate is not None:
                from . import uvloop_kept

                uvloop_kept.observe(sys.modules["uvloop"])
        else:
            from . import uvloop_out

            uvloop_out.replace(sys.modules["uvloop"], agent.connection)
    except Exception as error:
        faults.fault(error)


def goodbye(agent):
    """The interpreter shuts down: everything is sent, nothing follows."""
    if agent.done or os.getpid() != agent.pid:
        return
    from . import faults

    try:
        if agent.gate is not None:
            for state in agent.gate.all_states():
                agent.connection.flush(state)
        agent.connection.say({"type": "goodbye"})
    except Exception as error:
        faults.fault(error)
    agent.done = True


def in_child(agent):
    """A forked child must not speak on its parent's connection; where children are followed, it will have its own."""
    if agent.forked:
        return
    from . import children, faults, wire

    agent.forked = True
    agent.done = True
    faults._failed = True  # and says nothing
    if faults.take_out is not None:
        faults.take_out()
    agent.connection.lock = wire.allocate_lock()
    agent.connection.close()
    for fd in agent._pipe:
        try:
            os.close(fd)
        except OSError:
            pass
    if agent.gate is not None:
        from . import clock

        clock.thaw(wire.monotonic())
        agent.gate.lock = wire.allocate_lock()
        for state in agent.gate.all_states():
            state.records.clear()
            state.phase = 0
    if agent.welcome.get("subProcess"):
        if "_tickscope.interrupt" in sys.modules:
            from . import interrupt

            interrupt.forked()
        children.forked()
