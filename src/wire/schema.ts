/**
 * The wire between an agent (inside the user's process) and the adapter: the one place where its numbers and names
 * are written down. `src/agents/python/_tickscope/schema.py` is generated from this file (`npm run schema`).
 *
 * Transport: the program dials the adapter (Unix socket or loopback TCP). Both ways the stream is a row of frames:
 *
 *     u32 LE  length of what follows (kind byte and payload)
 *     u8      kind (FRAME)
 *     bytes   payload
 *
 * An agent's first frame is a JSON `hello` (see messages.ts); the adapter answers `welcome` or `refuse`.
 */
export const PROTOCOL_VERSION = 1;

/** The longest frame that either side accepts, in bytes. A longer one ends the connection. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

export const FRAME = {
  /** UTF-8 JSON: one message of messages.ts. */
  JSON: 1,
  /** Definitions, process-wide: one marshal (version 2) list of DEFINE records. Always sent before the records that use them. */
  DEFINE: 2,
  /** Records of one loop: u32 LE loop id, then one marshal (version 2) flat list of records. */
  RECORDS: 3,
  /** Records of one loop by a JavaScript agent: u32 LE loop id, then the same flat list as f64 LE; a text is the number of a DEFINE.TEXT, or -k for "Task-k". */
  NUMBERS: 4,
  /** Definitions by a JavaScript agent: a flat UTF-8 JSON array of DEFINE records. */
  DEFINITIONS: 5,
  /** What a Node program's own loop does: u32 LE loop id, then u32 LE words (nodeRecords.ts). */
  WORDS: 6,
} as const;

/**
 * Records of the Python agent, in the order they happen in one loop. A list holds them flat, one after another: a
 * positive first value is a RUN, a negative one is a code of this table followed by its fields. Every record made while
 * a callback runs stands before that callback's RUN; every one made by the poll stands before the TICK it leads to.
 *
 *     RUN (actor, result, t, n): a callback ran and ended at t. `actor`: a task's id, or the code id of a plain callback;
 *     `result`: RESULT, or the object on which the task is now suspended.
 *
 * Fields: `actor` and `code` are ids from DEFINE/TASK (positive, process-wide, never used again); `object` is CPython's
 * id() of a live object, 0 when there is none; `t` is raw monotonic seconds (float); `when` is seconds of the loop's own clock (float), which
 * stands while the program is stopped; `n` is len(loop._ready) right after; `text` is a str, '' when unknown.
 */
export const RECORD = {
  TICK: { code: -1, fields: ['timeout', 't', 'n'] }, // select returned and due timers are in ready; timeout in s, -1 blocks for ever
  IO: { code: -2, fields: ['fd', 'mask', 'added'] }, // the poll found fd ready: mask 1 read, 2 write; it put `added` handles into ready
  TIMER: { code: -3, fields: ['handle', 'when', 'code', 'object', 'actor'] }, // scheduled; object: the future that a sleep or a timeout will end; actor: the task in which, 0 none
  TIMER_CANCELLED: { code: -4, fields: ['handle'] },
  TIMER_DUE: { code: -5, fields: ['handle'] }, // moved from the heap to ready by this poll, in this order
  SKIPPED: { code: -6, fields: ['n'] }, // a cancelled handle was taken from ready and did not run
  TASK: { code: -7, fields: ['actor', 'parent', 'code', 'name'] }, // created; parent: the task that did it, 0 none
  THREAD: { code: -8, fields: ['index', 'name'] }, // the handle now at ready[index] came from another thread of that name
  WATCH: { code: -9, fields: ['fd', 'mask', 'code', 'owned', 'text'] }, // owned 1: some task waits through it (a stream, sock_recv); 0: watched for no task. text: addresses
  UNWATCH: { code: -10, fields: ['fd', 'mask'] },
  SIGNAL: { code: -11, fields: ['name'] }, // its handler was put into ready
  JOB: { code: -12, fields: ['job', 'name', 'object', 'actor'] }, // run_in_executor; object: the asyncio future
  JOB_ENDED: { code: -13, fields: ['job', 'outcome'] }, // RESULT
  PROCESS: { code: -14, fields: ['pid', 'text'] },
  PROCESS_ENDED: { code: -15, fields: ['pid', 'status'] },
  ERROR: { code: -16, fields: ['actor', 'text'] }, // the exception of the RUN that follows, or of a task that ended in it
  PAUSED: { code: -17, fields: ['from', 'to'] }, // raw seconds: the program stood in between and so did the loop's clock
  QUEUED: { code: -18, fields: ['index', 'actor'] }, // told at a stop: who runs ready[index]; a callback that has left ready but whose RUN is still to come is index 0
  /** What a suspended task waits for, read from live frames. `object` identifies the thing (a lock, a queue…), `waiter` is the RUN result it explains. */
  REASON: { code: -19, fields: ['actor', 'waiter', 'kind', 'text', 'object', 'owner', 'path', 'line'] },
  LOCK: { code: -20, fields: ['object', 'actor'] }, // acquired by the task
  UNLOCK: { code: -21, fields: ['object'] },
  LOST: { code: -22, fields: ['count'] }, // so many records were dropped here (attached programs only)
  /** An eager task ran its first step inside the callback that created it (3.12+): result as in RUN. */
  EAGER: { code: -23, fields: ['actor', 'result'] },
  /** The task's final name differs from that in TASK (set_name). */
  RENAMED: { code: -24, fields: ['actor', 'name'] },
  /** The TICK that follows runs one due timer, ahead of what stands in ready (uvloop runs timers by themselves). */
  AHEAD: { code: -25, fields: [] },
  /** Level stacks: the line from which the callback at ready[index] was scheduled; index as in QUEUED. place: a code id of that line. */
  SITE: { code: -26, fields: ['index', 'place'] },
  TIMER_SITE: { code: -27, fields: ['handle', 'place'] },
  TASK_SITE: { code: -28, fields: ['actor', 'place'] },
} as const;

/** Process-wide definitions. */
export const DEFINE = {
  /** A function or coroutine: qualified name, absolute path ('' for built-ins), first line (0), ROLE. */
  CODE: { code: -1, fields: ['code', 'name', 'path', 'line', 'role'] },
  /** JavaScript agents: what `text` (the number) stands for in records. */
  TEXT: { code: -2, fields: ['text', 'value'] },
} as const;

/** How a callback or a task's step ended, where it does not suspend on an object. */
export const RESULT = {
  /** A task: yielded without an object (sleep(0)) and is in ready again. */
  YIELDED: 0,
  /** A plain callback returned, or a task ended with a result. */
  RETURNED: 1,
  RAISED: 2,
  /** The task ended cancelled. */
  CANCELLED: 3,
  /** Results from here on are objects. */
  FIRST_OBJECT: 16,
} as const;

/** What a piece of code means to the loop. */
export const ROLE = {
  USER: 0,
  /** asyncio.futures._set_result_unless_cancelled, as sleep() schedules it. */
  SLEEP: 1,
  /** Ends a timeout: wait_for's _release_waiter, Timeout._on_timeout. */
  TIMEOUT: 2,
  /** BaseSelectorEventLoop._accept_connection. */
  ACCEPT: 3,
  /** Code of the standard library. */
  LIBRARY: 4,
  /** BaseSelectorEventLoop._read_from_self: how other threads and signals wake the loop. */
  SELF_PIPE: 5,
  /** Node: what ends the closing of a handle, in the close phase. */
  CLOSE: 6,
} as const;
