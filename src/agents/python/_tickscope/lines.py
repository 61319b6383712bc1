"""Breakpoints on lines of the program, and steps by lines within a callback.

From 3.12 on sys.monitoring tells of lines: by local events, in the code of files that have breakpoints, and of each line
without one only once. Code that loads later is found by its start, told once for each code object, too. Before 3.12
sys.settrace does, in the threads of loops, while there are breakpoints on lines or a step goes by lines.
"""
import _thread
import dis
import os
import sys
import types
from _thread import get_ident

from . import breakpoints, definitions, facts, gate, interrupt
from .faults import fault

MONITORED = sys.version_info >= (3, 12)
TOOL_NAME = "tickscope lines"
NO_CODE = "There is no code at this line or below it that the program can still come to."
NO_TOOL = "All of Python's places for monitoring tools are taken, so lines cannot be watched."
TRACED = "Another tool, coverage or a debugger, traces this program; before Python 3.12 there is room for one only."
# Run inside a line of the code around them.
COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")

lock = _thread.RLock()
files = {}  # canonical path -> File
stepping = False  # some loop has a step by lines to do
foreign_tracer = False  # before 3.12: the trace function of a loop's thread is another's
_by_name = {}  # co_filename -> File or None
_tool = None


def answer(point, file):
    """A LineAnswer of messages.ts."""
    if foreign_tracer:
        return point.refusal(TRACED)
    if point.line:
        return {"id": point.id, "verified": True, "line": point.line}
    return point.refusal(NO_CODE if file.codes else breakpoints.NOT_LOADED)


class File:
    """A file with breakpoints, and its code as far as it is known."""

    def __init__(self):
        self.points = []
        self.codes = {}  # id -> code; kept alive, so an id stays theirs
        self.by_line = {}  # line -> [LinePoint]

    def add(self, code):
        """The code and what is nested in it. True: it is new."""
        if id(code) in self.codes:
            return False
        self.codes[id(code)] = code
        if _tool is not None:
            sys.monitoring.set_local_events(_tool, code, sys.monitoring.events.LINE)
        for const in code.co_consts:
            if isinstance(const, types.CodeType):
                self.add(const)
        return True

    def resolve(self):
        """Finds the lines of those that have none. Returns them."""
        found = []
        for point in self.points:
            if not point.line:
                point.line = self.line_from(point.wanted)
                if point.line:
                    found.append(point)
        self.by_line = {}
        for point in self.points:
            if point.line:
                self.by_line.setdefault(point.line, []).append(point)
        return found

    def line_from(self, wanted):
        """The first line with code from this one on: of the function around it, else of the file. 0: none."""
        around = None
        lines = []
        for code in self.codes.values():
            own = lines_of(code)
            if not own:
                continue
            lines += own
            if code.co_name != "<module>" and code.co_firstlineno <= wanted <= max(own):
                if around is None or code.co_firstlineno > around.co_firstlineno:
                    around = code
        if around is not None:
            own = [line for line in lines_of(around) if line >= wanted]
            if own:
                return min(own)
        return min((line for line in lines if line >= wanted), default=0)


def lines_of(code):
    """Lines at which the code stops: without the one that only begins a function."""
    if code.co_name in COMPREHENSIONS:
        return set()
    if hasattr(code, "co_lines"):
        found = {line for _, _, line in code.co_lines() if line}
    else:
        found = {line for _, line in dis.findlinestarts(code) if line}
    if code.co_name != "<module>" and len(found) > 1:
        found.discard(code.co_firstlineno)
    return found


def canonical(path):
    return os.path.normcase(os.path.realpath(path))


def file_of(code):
    name = code.co_filename
    try:
        return _by_name[name]
    except KeyError:
        pass
    found = None if name.startswith("<") or not files else files.get(canonical(name))
    _by_name[name] = found
    return found


# ---- set by the user

def set_lines(path, given):
    """Replaces those of one file. Returns the answers. On the agent's thread, or where asyncio is imported."""
    with lock:
        key = canonical(path)
        file = files.get(key)
        before = {} if file is None else {point.id: point for point in file.points}
        points, answers = [], []
        for one in given:
            try:
                point = breakpoints.LinePoint(one)
            except breakpoints.Invalid as error:
                answers.append(breakpoints.refused_line(one, error))
                continue
            old = before.get(point.id)
            if old is not None and old.given == point.given:
                point.hits = old.hits
            points.append(point)
            answers.append(point)
        _by_name.clear()
        if not points:
            files.pop(key, None)
            if file is not None and _tool is not None:
                for code in file.codes.values():
                    sys.monitoring.set_local_events(_tool, code, 0)
            switch()
            return answers
        is_new = file is None
        if is_new:
            file = files[key] = File()
        file.points = points
        switch()
        if MONITORED and _tool is None:
            return [each if isinstance(each, dict) else each.refusal(NO_TOOL) for each in answers]
        if is_new:
            for code in loaded_code(key):
                file.add(code)
        file.resolve()
        if _tool is not None:
            sys.monitoring.restart_events()
        return [each if isinstance(each, dict) else answer(each, file) for each in answers]


def loaded_code(key):
    """Code of a file that the program has loaded, as far as it can be found without touching all of its objects."""
    found = []
    for frame in list(sys._current_frames().values()):
        while frame is not None:
            found.append(frame.f_code)
            frame = frame.f_back
    found += definitions._kept
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and canonical(path) == key:
            _gather(list(vars(module).values()), found, set())
    of_file = {}  # co_filename -> bool

    def is_of(code):
        name = code.co_filename
        if name not in of_file:
            of_file[name] = not name.startswith("<") and canonical(name) == key
        return of_file[name]

    return [code for code in found if is_of(code)]


def possible(path, first, last):
    """Lines of the file, from first to last, with code that is known and that the program can still come to."""
    with lock:
        key = canonical(path)
        file = files.get(key)
        codes = loaded_code(key) if file is None else list(file.codes.values())
    lines, seen = set(), set()
    while codes:
        code = codes.pop()
        if id(code) in seen:
            continue
        seen.add(id(code))
        lines |= lines_of(code)
        codes += [const for const in code.co_consts if isinstance(const, types.CodeType)]
    return sorted(line for line in lines if first <= line <= last)


def _gather(values, found, seen):
    """Code of functions and methods among values, without running any of the program's."""
    for value in values:
        if id(value) in seen:
            continue
        seen.add(id(value))
        kind = type(value)
        if kind is types.FunctionType:
            found.append(value.__code__)
            inner = [value.__dict__.get("__wrapped__")]
            for cell in value.__closure__ or ():
                try:
                    inner.append(cell.cell_contents)
                except ValueError:
                    pass
            _gather([each for each in inner if isinstance(each, types.FunctionType)], found, seen)
        elif isinstance(value, type):
            _gather(list(value.__dict__.values()), found, seen)
        elif kind in (staticmethod, classmethod):
            _gather([value.__func__], found, seen)
        elif kind is property:
            _gather([each for each in (value.fget, value.fset, value.fdel) if each is not None], found, seen)


def discovered(file, code):
    """Code of a file with breakpoints runs that was not known."""
    with lock:
        if not file.add(code):
            return
        verified = file.resolve()
    if verified:
        gate.connection.say({"type": "lines", "lines": [answer(point, file) for point in verified]})


# ---- watching

def switch():
    """Watches what is to be watched now."""
    global _tool
    if not MONITORED:
        return
    monitoring = sys.monitoring
    wanted = bool(files) or stepping
    if wanted and _tool is None:
        tool = next((each for each in (3, 4, 5, 1, 2) if monitoring.get_tool(each) is None), None)
        if tool is None:
            return
        _tool = tool
        monitoring.use_tool_id(tool, TOOL_NAME)
        monitoring.register_callback(tool, monitoring.events.LINE, _on_line)
        monitoring.register_callback(tool, monitoring.events.PY_START, _on_start)
    if _tool is None:
        return
    events = monitoring.events.PY_START if files else 0
    monitoring.set_events(_tool, events | (monitoring.events.LINE if stepping else 0))
    if not wanted:
        tool, _tool = _tool, None
        for event in (monitoring.events.LINE, monitoring.events.PY_START):
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)


def set_stepping(wanted):
    global stepping
    if wanted == stepping:
        return
    with lock:
        stepping = wanted
        switch()
        if wanted and _tool is not None:
            sys.monitoring.restart_events()  # lines that were told once and had no breakpoint


def take_out():
    with lock:
        files.clear()
        _by_name.clear()
        set_stepping(False)
        switch()


def _on_start(code, _offset):
    try:
        file = file_of(code)
        if file is not None:
            discovered(file, code)
    except Exception as error:
        fault(error)
    return sys.monitoring.DISABLE


def _on_line(code, line):
    try:
        file = file_of(code)
        points = None if file is None else file.by_line.get(line)
        if points or stepping:
            reached(sys._getframe(1), line, points or ())
            return None
    except Exception as error:
        fault(error)
    return sys.monitoring.DISABLE


# ---- before 3.12

def untraced(state):
    """The thread of a loop is to be traced and is not, or is and need not be."""
    return not MONITORED and state.kept is None and state.phase != 0 and (bool(files) or stepping) != state.traced


def trace_here(state):
    """On the loop's thread, outside callbacks."""
    global foreign_tracer
    if MONITORED:
        return
    state.traced = bool(files) or stepping
    current = sys.gettrace()
    if state.traced and current is None:
        sys.settrace(_trace)
    elif not state.traced and current is _trace:
        sys.settrace(None)
    elif state.traced and current is not _trace and not foreign_tracer:
        foreign_tracer = True
        answers = [answer(point, file) for file in list(files.values()) for point in file.points]
        gate.connection.say({"type": "lines", "lines": answers})


def rest_here(state):
    if not MONITORED and state.traced:
        state.traced = False
        if sys.gettrace() is _trace:
            sys.settrace(None)


def _trace(frame, _event, _arg):
    try:
        file = file_of(frame.f_code)
        if file is not None:
            if id(frame.f_code) not in file.codes:
                discovered(file, frame.f_code)
            return _trace_lines
        if stepping and definitions.is_user(definitions.path_of(frame.f_code)):
            return _trace_lines
    except Exception as error:
        fault(error)
    return None


def _trace_lines(frame, event, _arg):
    if event == "line":
        try:
            file = file_of(frame.f_code)
            points = None if file is None else file.by_line.get(frame.f_lineno)
            if points or stepping:
                reached(frame, frame.f_lineno, points or ())
        except Exception as error:
            fault(error)
    return _trace_lines


# ---- a line is reached

def reached(frame, line, points):
    """A line is about to run. Runs on the thread of the frame."""
    thread = get_ident()
    state = interrupt._running_state(thread)
    if state is None or state.stop is not None or gate.connection.holder == thread:
        return
    plan = state.plan
    steps = plan is not None and plan.kind in STEPS and plan_reached(plan, frame)
    if points and frame.f_code.co_name in COMPREHENSIONS:
        points = ()
    if not points and not steps:
        return
    place = interrupt.callback_at(state, frame)
    if place is None:
        return
    ids, reasons = [], []
    for point in points:
        stop_here, said, failure = point.reached(facts.FrameNames(frame))
        if said is not None:
            gate.connection.say({"type": "log", "loop": state.id, "breakpoint": point.id, "text": said})
        if stop_here:
            ids.append(point.id)
            reason = failure or point.source.strip()
            if reason and reason not in reasons:
                reasons.append(reason)
    if not ids and not steps:
        return
    where = "%s:%d" % (os.path.basename(frame.f_code.co_filename), line)
    text = "Paused on tick %d: %s" % (state.tick, ", ".join([where] + reasons))
    gate.stop(state.queues, state, "breakpoint" if ids else "step", text, ids, "inside", place[0], place[1], frame)


STEPS = ("lineOver", "lineInto", "lineOut")


def plan_reached(plan, frame):
    if plan.kind == "lineInto":
        there = True
    elif not plan.frames:
        there = False
    elif frame is plan.frames[0]:
        there = plan.kind == "lineOver"
    else:
        there = any(frame is each for each in plan.frames[1:])
    return there and definitions.is_user(definitions.path_of(frame.f_code))


def frames_from(frame):
    """A frame of a callback and those around it, innermost first."""
    found = []
    run_once = gate.hot["_run_once"].__code__ if "_run_once" in gate.hot else None
    while frame is not None and frame.f_code is not run_once:
        found.append(frame)
        frame = frame.f_back
    return found


def going(state):
    """A loop goes on with a step by lines. On its thread."""
    if MONITORED or state.plan is None or state.plan.kind not in STEPS:
        return
    if sys.gettrace() is None:
        sys.settrace(_trace)
        state.traced = True
    if sys.gettrace() is _trace:
        for frame in state.plan.frames:
            frame.f_trace = _trace_lines
