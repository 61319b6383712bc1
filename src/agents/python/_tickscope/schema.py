"""Numbers of the wire. Generated from src/wire/schema.ts by `npm run schema`; do not edit."""

PROTOCOL_VERSION = 1
MAX_FRAME_BYTES = 67108864

FRAME_JSON = 1
FRAME_DEFINE = 2
FRAME_RECORDS = 3
FRAME_NUMBERS = 4
FRAME_DEFINITIONS = 5
FRAME_WORDS = 6

TICK = -1  # timeout, t, n
IO = -2  # fd, mask, added
TIMER = -3  # handle, when, code, object, actor
TIMER_CANCELLED = -4  # handle
TIMER_DUE = -5  # handle
SKIPPED = -6  # n
TASK = -7  # actor, parent, code, name
THREAD = -8  # index, name
WATCH = -9  # fd, mask, code, owned, text
UNWATCH = -10  # fd, mask
SIGNAL = -11  # name
JOB = -12  # job, name, object, actor
JOB_ENDED = -13  # job, outcome
PROCESS = -14  # pid, text
PROCESS_ENDED = -15  # pid, status
ERROR = -16  # actor, text
PAUSED = -17  # from, to
QUEUED = -18  # index, actor
REASON = -19  # actor, waiter, kind, text, object, owner, path, line
LOCK = -20  # object, actor
UNLOCK = -21  # object
LOST = -22  # count
EAGER = -23  # actor, result
RENAMED = -24  # actor, name
AHEAD = -25  # 
SITE = -26  # index, place
TIMER_SITE = -27  # handle, place
TASK_SITE = -28  # actor, place

DEFINE_CODE = -1  # code, name, path, line, role
DEFINE_TEXT = -2  # text, value

RESULT_YIELDED = 0
RESULT_RETURNED = 1
RESULT_RAISED = 2
RESULT_CANCELLED = 3
RESULT_FIRST_OBJECT = 16

ROLE_USER = 0
ROLE_SLEEP = 1
ROLE_TIMEOUT = 2
ROLE_ACCEPT = 3
ROLE_LIBRARY = 4
ROLE_SELF_PIPE = 5
ROLE_CLOSE = 6

# How many fields follow each code.
FIELDS = {
    TICK: 3,
    IO: 3,
    TIMER: 5,
    TIMER_CANCELLED: 1,
    TIMER_DUE: 1,
    SKIPPED: 1,
    TASK: 4,
    THREAD: 2,
    WATCH: 5,
    UNWATCH: 2,
    SIGNAL: 1,
    JOB: 4,
    JOB_ENDED: 2,
    PROCESS: 2,
    PROCESS_ENDED: 2,
    ERROR: 2,
    PAUSED: 2,
    QUEUED: 2,
    REASON: 8,
    LOCK: 2,
    UNLOCK: 1,
    LOST: 1,
    EAGER: 2,
    RENAMED: 2,
    AHEAD: 0,
    SITE: 2,
    TIMER_SITE: 2,
    TASK_SITE: 2,
}
