"""Breakpoints: places where the loop stops by itself. Conditions are compiled here and evaluated in the program."""
import os
import re
from fnmatch import fnmatchcase

from . import facts, limits

HIT = re.compile(r"^\s*(>=|<=|==|=|>|<|%)?\s*(\d+)\s*$")
CLASS = re.compile(r"\[!?\]?[^\]]*\]")
LONGEST = 4000  # characters
BRACES = re.compile(r"\{([^{}]*)\}")


class Invalid(Exception):
    """A breakpoint cannot be set; the message is a sentence for the user."""


class Breakpoint:
    """What all places have: a condition, a hit count, a log message."""

    place = ""

    def __init__(self, given):
        self.id = str(given.get("id", ""))
        self.source = _text(given, "condition")
        self.condition = _compiled(self.source, "condition") if self.source.strip() else None
        self.passes = _hit_test(given.get("hitCondition"))
        message = _text(given, "logMessage")
        self.message = _log_parts(message) if message else None
        self.enabled = given.get("enabled") is not False
        self.hits = 0
        self.given = {key: value for key, value in given.items() if key != "enabled"}

    def reached(self, names):
        """Evaluates the condition in the program and counts the hit. Returns (stop, text to log, failure)."""
        if self.condition is not None:
            try:
                if not facts.evaluate(self.condition, names):
                    return False, None, None
            except limits.TooLong as error:
                return True, None, "its condition %s %s" % (self.source, error)
            except Exception as error:
                return True, None, "its condition %s failed with %s" % (self.source, facts.describe(error))
        self.hits += 1
        if not self.passes(self.hits):
            return False, None, None
        if self.message is not None:
            return False, _spoken(self.message, names), None
        return True, None, None


class OnTick(Breakpoint):
    place = "tick"

    def __init__(self, given):
        super().__init__(given)
        self.at = _number(given, "at")
        self.every = _number(given, "every")

    def is_due(self, state, _names):
        tick = state.tick
        if self.at is not None:
            return tick == self.at
        return self.every is None or tick % self.every == 0

    def next_from(self, tick):
        """The first tick from this one on at which it is due; None: none is."""
        if self.at is not None:
            return self.at if self.at >= tick else None
        return -(-tick // self.every) * self.every if self.every else 1

    def why(self, _names):
        return None


class OnGrowth(Breakpoint):
    """At the first tick at which a queue is longer than that, and again when it has been shorter in between."""

    place = "growth"

    def __init__(self, given):
        super().__init__(given)
        self.queue = given.get("queue")
        if self.queue not in QUEUES:
            raise Invalid('There is no queue %r; there are %s.' % (self.queue, ", ".join(QUEUES)))
        self.above = given.get("above")
        if isinstance(self.above, bool) or not isinstance(self.above, int) or self.above < 0:
            raise Invalid('"above" has to be a whole number from 0; it is %r.' % (self.above,))
        self.grown = set()  # numbers of loops in which it is longer

    def is_due(self, state, names):
        if self.length(names) <= self.above:
            self.grown.discard(state.id)
            return False
        if state.id in self.grown:
            return False
        self.grown.add(state.id)
        return True

    def next_from(self, _tick):
        return 1

    def why(self, names):
        return "%s is %d, above %d" % (self.queue, self.length(names), self.above)

    def length(self, names):
        return names.tasks() if self.queue == "tasks" else names[self.queue]


class OnException(Breakpoint):
    """When a task ends with an exception and nothing awaits the task at that moment."""

    place = "exception"
    on = "exception"
    when = ()

    def __init__(self, given):
        super().__init__(given)
        self.codes = {}

    def sees(self, _function, _path):
        return True

    def fits(self, task):
        return task is not None


class OnCallback(Breakpoint):
    """Before a callback, or a step of a task, whose function, file and task match."""

    place = "callback"
    on = "callback"
    when = ("before",)

    def __init__(self, given):
        super().__init__(given)
        self.function = _glob(given, "function")
        self.file = _glob(given, "file")
        self.task = _glob(given, "task")
        self.codes = {}  # number of code -> whether it is for that: kept by places

    def sees(self, function, path):
        return _names(self.function, function) and (self.file is None or _is_file(self.file, path))

    def fits(self, task):
        """`task`: the name of the task, None for a plain callback."""
        return self.task is None or (task is not None and fnmatchcase(task, self.task))


class OnTask(Breakpoint):
    """When something happens to a task whose name and coroutine match."""

    place = "task"

    def __init__(self, given):
        super().__init__(given)
        self.on = given.get("on")
        if self.on not in EVENTS:
            raise Invalid('A task cannot be stopped "on" %r; it can on %s.' % (self.on, ", ".join(EVENTS)))
        self.when = EVENTS[self.on]
        self.task = _glob(given, "task")
        self.coroutine = _glob(given, "coroutine")
        self.codes = {}  # number of code -> whether it is for that: kept by places

    def sees(self, function, _path):
        return _names(self.coroutine, function)

    def fits(self, task):
        return task is not None and (self.task is None or fnmatchcase(task, self.task))


class OnTimer(Breakpoint):
    """Before the first callback of the tick at which a timer is due, or is late; or after it was scheduled or cancelled."""

    place = "timer"
    when = ()

    def __init__(self, given):
        super().__init__(given)
        self.on = given.get("on")
        if self.on not in TIMER_EVENTS:
            raise Invalid('A timer cannot be stopped "on" %r; it can on %s.' % (self.on, ", ".join(TIMER_EVENTS)))
        self.function = _glob(given, "function")
        self.task = _glob(given, "task")
        late = _seconds(given, 0)
        self.late = late if self.on == "late" else None
        self.codes = {}

    def sees(self, function, _path):
        return _names(self.function, function)

    def fits(self, task):
        return self.task is None or (task is not None and fnmatchcase(task, self.task))


class OnIo(Breakpoint):
    """Before the first callback of the tick at which a file descriptor is ready; `peer`: the other end's "host:port", or host."""

    place = "io"

    def __init__(self, given):
        super().__init__(given)
        self.fd = given.get("fd")
        if self.fd is not None and (isinstance(self.fd, bool) or not isinstance(self.fd, int) or self.fd < 0):
            raise Invalid('"fd" has to be the number of a file descriptor; it is %r.' % (self.fd,))
        self.peer = _glob(given, "peer")

    def fits(self, fd, peer):
        """`peer`: '' when there is none."""
        if self.fd is not None and self.fd != fd:
            return False
        if self.peer is None:
            return True
        return bool(peer) and (fnmatchcase(peer, self.peer) or fnmatchcase(peer.rpartition(":")[0], self.peer))


class OnSlow(Breakpoint):
    """After a callback that took longer than that, or in the middle of it."""

    place = "slow"

    def __init__(self, given):
        super().__init__(given)
        if given.get("ms") is None:
            raise Invalid('A breakpoint on slow callbacks needs "ms", how long they may take.')
        self.seconds = _seconds(given, None)
        self.when = given.get("when", "after")
        if self.when not in ("after", "during"):
            raise Invalid('"when" of a slow callback is "after" or "during"; it is %r.' % (self.when,))


class OnStall(Breakpoint):
    """When a loop sleeps and nothing can ever wake it."""

    place = "stall"


class OnNeverRetrieved(Breakpoint):
    """When asyncio reports an exception that nobody has asked for, after the future or task was collected."""

    place = "never-retrieved"


# What can happen to a task, and when it is seen: before one of its steps, after one, or neither.
EVENTS = {
    "created": (),
    "started": ("before",),
    "resumed": ("before",),
    "suspended": ("after",),
    "done": ("after",),
    "failed": ("after",),
    "cancelled": ("after",),
}
TIMER_EVENTS = ("due", "late", "scheduled", "cancelled")
PLACES = {
    kind.place: kind
    for kind in (
        OnTick,
        OnCallback,
        OnTask,
        OnTimer,
        OnIo,
        OnSlow,
        OnGrowth,
        OnStall,
        OnException,
        OnNeverRetrieved,
    )
}
AT_TICKS = ("tick", "growth")
QUEUES = ("ready", "waiting", "timers", "tasks")


def _names(glob, function):
    """The glob is for the whole qualified name, or for its last part."""
    return glob is None or fnmatchcase(function, glob) or fnmatchcase(function.rpartition(".")[2], glob)


def _is_file(glob, path):
    """The glob is for the whole path, or for its end from a separator on."""
    path = path.replace(os.sep, "/")
    return fnmatchcase(path, glob) or fnmatchcase(path, "*/" + glob)


def _text(given, name):
    text = given.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise Invalid('"%s" has to be a text; it is %r.' % (name, text))
    if len(text) > LONGEST:
        raise Invalid('"%s" has %d characters; it may have %d.' % (name, len(text), LONGEST))
    return text


def _glob(given, name):
    if given.get(name) is None:
        return None
    glob = _text(given, name)
    if not glob.strip():
        raise Invalid('The pattern "%s" is empty; leave it out to match all.' % name)
    if "[" in CLASS.sub("", glob):
        raise Invalid('The pattern %r has a "[" without its "]"; write "[[]" for the character itself.' % glob)
    return glob.replace(os.sep, "/") if name == "file" else glob


def _seconds(given, default):
    """From "ms"."""
    ms = given.get("ms", default)
    if isinstance(ms, bool) or not isinstance(ms, (int, float)) or not 0 <= ms < float("inf"):
        raise Invalid('"ms" has to be a number of milliseconds from 0; it is %r.' % (ms,))
    return ms / 1000


def _number(given, name):
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise Invalid('"%s" has to be a whole number from 1; it is %r.' % (name, value))
    return value


def _compiled(source, what):
    try:
        return compile(source.strip(), "<%s>" % what, "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Invalid(
            "The %s %r is not a Python expression (%s)." % (what, source, getattr(error, "msg", None) or error)
        )


def _hit_test(text):
    if text is None or not str(text).strip():
        return lambda hits: True
    match = HIT.match(str(text))
    if not match or (match.group(1) == "%" and int(match.group(2)) == 0):
        raise Invalid('The hit count %r is not a number like "5", ">= 5" or "%% 10".' % text)
    sign, number = match.group(1) or "==", int(match.group(2))
    return {
        "==": lambda hits: hits == number,
        "=": lambda hits: hits == number,
        ">=": lambda hits: hits >= number,
        ">": lambda hits: hits > number,
        "<=": lambda hits: hits <= number,
        "<": lambda hits: hits < number,
        "%": lambda hits: hits % number == 0,
    }[sign]


def _log_parts(message):
    """The text with its {expressions} compiled: [str or code, ...]."""
    parts = []
    end = 0
    for match in BRACES.finditer(message):
        parts.append(message[end : match.start()])
        parts.append(_compiled(match.group(1), "expression"))
        end = match.end()
    parts.append(message[end:])
    return parts


def _spoken(parts, names):
    said = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        try:
            said.append(facts.shown(facts.evaluate(part, names)))
        except Exception as error:
            said.append("<%s>" % facts.describe(error))
    return "".join(said)


NOT_LOADED = "The program has not loaded this file yet; the breakpoint is set when it does."


class LinePoint(Breakpoint):
    """Before a line runs, in the middle of a callback."""

    place = "line"

    def __init__(self, given):
        super().__init__(given)
        self.wanted = _number(given, "line")
        if self.wanted is None:
            raise Invalid("A breakpoint on a line needs its number.")
        self.line = 0  # where it stops; 0: not known

    def refusal(self, why):
        return refused_line(self.given, why)


def refused_line(given, why):
    """A LineAnswer of messages.ts."""
    return {"id": given.get("id", ""), "verified": False, "line": given.get("line") or 1, "message": str(why)}


def lines_not_loaded(given):
    """The answers while no code is known."""
    answers = []
    for one in given:
        try:
            answers.append(LinePoint(one).refusal(NOT_LOADED))
        except Invalid as error:
            answers.append(refused_line(one, error))
    return answers


def made(given, before):
    """Breakpoints from what the adapter sent: ([Breakpoint], [answer]). Those that stay keep their hits."""
    points, answers = [], []
    hits = {point.id: point for point in before}
    for one in given:
        answer = {"id": one.get("id", ""), "verified": False}
        answers.append(answer)
        kind = PLACES.get(one.get("place"))
        if kind is None:
            answer["message"] = (
                'This version does not stop at places of the kind "%s" yet; it stops at %s.'
                % (one.get("place"), ", ".join(PLACES))
            )
            continue
        try:
            point = kind(one)
        except Invalid as error:
            answer["message"] = str(error)
            continue
        old = hits.get(point.id)
        if old is not None and old.given == point.given:
            point.hits = old.hits
        answer["verified"] = True
        points.append(point)
    return points, answers
