"""The socket to the adapter: frames out and in, and the order in which they go.

A frame: u32 LE length of the rest, u8 kind, payload (src/wire/schema.ts).
"""
import json
import marshal
import os
import socket
import struct
from collections import deque
from threading import get_ident
from time import monotonic, thread_time

try:
    import fcntl
    import resource
except ImportError:  # Windows
    fcntl = resource = None

from _thread import allocate_lock
from . import schema

HEAD = struct.Struct("<IB")
LOOP = struct.Struct("<I")
COUNT = struct.Struct("<I")  # of the items of a marshalled list, after its type byte
# A wait for the adapter longer than this is taken off the loop's clock, s.
NOTICED_WAIT = 0.001
HIGH_FD = 900
# The loop's thread sends when so many bytes are waiting.
SEND_BYTES = 60_000


class Refused(Exception):
    """The adapter does not want this agent; the message is its sentence."""


class Closed(Exception):
    """The adapter is gone."""


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.lock = allocate_lock()
        self.holder = 0  # thread that holds the lock
        self.queue = deque()  # [frame, [bytes sent so far, ...]]
        self.queued = 0  # bytes in the queue, about
        self.definitions = []
        self.values = 0  # recorded values that were encoded
        self.spent = 0.0  # CPU seconds that the loops' threads took to encode and send
        self.last = b""  # the list of records that was encoded last
        self.open = True
        self.lost = lambda: None  # called once, when a send finds the adapter gone
        self._incoming = bytearray()

    # ---- out

    def say(self, message):
        """Sends one JSON message after everything that was sent before."""
        payload = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
        self._locked(lambda: self._put(schema.FRAME_JSON, payload))

    def flush(self, state):
        """Sends the records that a loop has made so far. Waits while the adapter cannot take them (wait is told)."""
        self._locked(lambda: self._take(state), state)

    def encode(self, state):
        """Turns records into frames; sends when they are many. What is left, the agent's thread sends."""
        began = thread_time()
        self._locked(lambda: self._take(state), state, SEND_BYTES)
        self.spent += thread_time() - began

    def _locked(self, put, state=None, enough=0):
        if not self.open:
            if state is not None:
                state.records.clear()
            return
        began = monotonic()
        with self.lock:
            self.holder = get_ident()
            try:
                put()
                if self.queued >= enough:
                    self._pump()
            except OSError:
                self.open = False
                self.queue.clear()
            finally:
                self.holder = 0
        if not self.open:
            self.lost()
        elif state is not None and state.thread == get_ident():
            ended = monotonic()
            if ended - began > NOTICED_WAIT:
                state.waited(began, ended)

    def _take(self, state):
        records = state.records
        if not records:
            return
        # One call into C, so nobody appends meanwhile; afterwards others may, so the list is cut, never cleared.
        payload = marshal.dumps(records, 2)
        count = COUNT.unpack_from(payload, 1)[0]
        self.values += count
        self.last = payload
        chunk = LOOP.pack(state.id) + payload
        defined = len(self.definitions)
        if defined:
            self._put(schema.FRAME_DEFINE, marshal.dumps(self.definitions[:defined], 2))
            del self.definitions[:defined]
        before = len(self.queue)
        try:
            self._put(schema.FRAME_RECORDS, chunk)
            del records[:count]
        except BaseException:  # Ctrl-C between the two: neither twice nor never
            if len(self.queue) > before and len(records) >= count:
                del records[:count]
            raise
        state.flushed = monotonic()

    def _put(self, kind, payload):
        self.queue.append((HEAD.pack(1 + len(payload), kind) + payload, []))
        self.queued += len(payload)

    def _pump(self):
        queue = self.queue
        self.queued = 0
        send = self.sock.send
        while queue:
            frame, progress = queue[0]
            done = sum(progress)
            if done >= len(frame):
                queue.popleft()
                continue
            # Within C, so that no signal handler can come between the sending and the counting.
            progress.extend(map(send, (memoryview(frame)[done:],)))

    # ---- in

    def receive(self):
        """The next JSON message, as a dict. Blocks. Raises Closed."""
        data = self._incoming
        while True:
            if len(data) >= 4:
                length = int.from_bytes(data[:4], "little")
                if length > schema.MAX_FRAME_BYTES or length < 1:
                    raise Closed("The adapter sent a frame of %d bytes." % length)
                if len(data) >= 4 + length:
                    kind = data[4]
                    payload = bytes(data[5 : 4 + length])
                    del data[: 4 + length]
                    if kind == schema.FRAME_JSON:
                        return json.loads(payload.decode("utf-8"))
                    continue
            try:
                chunk = self.sock.recv(65536)
            except OSError as error:
                raise Closed(str(error))
            if not chunk:
                raise Closed("The adapter closed the connection.")
            data += chunk

    def has_message(self):
        data = self._incoming
        return len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[:4], "little")

    def close(self):
        self.open = False
        try:
            self.sock.close()
        except OSError:
            pass


def dial(address, timeout):
    """Connects to `unix:/path` or `tcp:host:port`. Raises OSError, ValueError."""
    kind, _, rest = address.partition(":")
    if kind == "unix":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target = rest
    elif kind == "tcp":
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        host, _, port = rest.rpartition(":")
        target = (host, int(port))
    else:
        raise ValueError("The address %r is neither unix: nor tcp:." % address)
    try:
        sock.settimeout(timeout)
        sock.connect(target)
        if kind == "tcp":
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    except BaseException:
        sock.close()
        raise
    return moved_high(sock)


def moved_high(sock):
    """The same socket under a number that no program expects, closed to child processes."""
    if fcntl is None:
        return sock
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    low = HIGH_FD if limit == resource.RLIM_INFINITY or limit > HIGH_FD + 20 else max(10, limit - 20)
    try:
        fd = fcntl.fcntl(sock.fileno(), fcntl.F_DUPFD_CLOEXEC, low)
    except OSError:
        return sock
    moved = socket.socket(sock.family, sock.type, sock.proto, fileno=fd)
    moved.settimeout(sock.gettimeout())
    sock.close()
    return moved


def greet(sock, token, version, argv):
    """Says hello and waits for the answer. Returns (Connection, welcome). Raises Refused, Closed, OSError."""
    import platform
    import sys
    import time

    connection = Connection(sock)
    connection.say(
        {
            "type": "hello",
            "protocol": schema.PROTOCOL_VERSION,
            "token": token,
            "target": "asyncio",
            "runtime": "%s %s" % (platform.python_implementation(), platform.python_version()),
            "version": list(sys.version_info[:3]),
            "agent": version,
            "pid": os.getpid(),
            "monotonic": monotonic(),
            "wall": time.time(),
            "argv": argv,
        }
    )
    if not connection.open:
        raise Closed("The adapter closed the connection.")
    answer = connection.receive()
    if answer.get("type") == "refuse":
        raise Refused(answer.get("message", ""))
    sock.settimeout(None)
    return connection, answer
