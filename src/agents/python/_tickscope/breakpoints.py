"""The places where the loop stops by itself: so far `tick`. Conditions are compiled here and evaluated in the program."""
import re

from . import facts

HIT = re.compile(r"^\s*(>=|<=|==|=|>|<|%)?\s*(\d+)\s*$")
BRACES = re.compile(r"\{([^{}]*)\}")


class Invalid(Exception):
    """A breakpoint cannot be set; the message is a sentence for the user."""


class TickBreakpoint:
    def __init__(self, given):
        self.id = str(given.get("id", ""))
        self.at = _number(given, "at")
        self.every = _number(given, "every")
        self.source = given.get("condition") or ""
        self.condition = _compiled(self.source, "condition") if self.source.strip() else None
        self.passes = _hit_test(given.get("hitCondition"))
        self.message = _log_parts(given.get("logMessage")) if given.get("logMessage") else None
        self.enabled = given.get("enabled") is not False
        self.hits = 0
        self.given = {key: value for key, value in given.items() if key != "enabled"}

    def is_due(self, tick):
        if not self.enabled:
            return False
        if self.at is not None:
            return tick == self.at
        return self.every is None or tick % self.every == 0

    def reached(self, names):
        """Evaluates the condition in the program and counts the hit. Returns (stop, text to log, failure)."""
        if self.condition is not None:
            try:
                if not facts.evaluate(self.condition, names):
                    return False, None, None
            except Exception as error:
                return True, None, "its condition %s failed with %s" % (self.source, facts.describe(error))
        self.hits += 1
        if not self.passes(self.hits):
            return False, None, None
        if self.message is not None:
            return False, _spoken(self.message, names), None
        return True, None, None


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
    except (SyntaxError, ValueError) as error:
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


def made(given, before):
    """Breakpoints from what the adapter sent: ([TickBreakpoint], [answer]). Those that stay keep their hits."""
    points, answers = [], []
    hits = {point.id: point for point in before}
    for one in given:
        answer = {"id": one.get("id", ""), "verified": False}
        answers.append(answer)
        if one.get("place") != "tick":
            answer["message"] = (
                'This version does not stop at places of the kind "%s" yet; it stops on ticks.' % one.get("place")
            )
            continue
        try:
            point = TickBreakpoint(one)
        except Invalid as error:
            answer["message"] = str(error)
            continue
        old = hits.get(point.id)
        if old is not None and old.given == point.given:
            point.hits = old.hits
        answer["verified"] = True
        points.append(point)
    return points, answers
