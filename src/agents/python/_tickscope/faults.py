"""What happens when the agent itself fails: it is taken out, says so once, and the program goes on."""
import traceback

connection = None
take_out = None  # set by patch: puts the originals back
_failed = False


def fault(error):
    global _failed
    if _failed:
        return
    _failed = True
    try:
        if take_out is not None:
            take_out()
        lines = traceback.format_exception(type(error), error, error.__traceback__)
        if connection is not None:
            connection.say(
                {
                    "type": "notice",
                    "severity": "fault",
                    "text": "Tickscope's agent failed and was taken out of the program, which goes on without it. "
                    "Nothing is seen from here on.\n" + "".join(lines),
                }
            )
    except Exception:
        pass


def guarded(function):
    """The function, or None and the agent's end where it fails."""

    def run(*args):
        try:
            return function(*args)
        except Exception as error:
            fault(error)
            return None

    run.__name__ = function.__name__
    return run
