"""CPU time of a loop with the agent against the same loop without it, in one process, slice by slice.

Run by bench.mjs, which starts it under the agent. Prints JSON: {workload: {mode: ratio}}.
"""
import asyncio
import json
import random
import statistics
import sys
import time
import warnings

from asyncio import base_events  # noqa: F401


async def sleep_zero(count=10000):
    async def one():
        for _ in range(count // 2):
            await asyncio.sleep(0)

    await asyncio.gather(one(), one())


async def queues(count=5000):
    there, back = asyncio.Queue(), asyncio.Queue()

    async def ping():
        for i in range(count):
            await there.put(i)
            await back.get()

    async def pong():
        for _ in range(count):
            await back.put(await there.get())

    await asyncio.gather(ping(), pong())


async def sleeps(tasks=2000, each=5):
    numbers = random.Random(7)

    async def one(delays):
        for delay in delays:
            await asyncio.sleep(delay)

    await asyncio.gather(*[one([numbers.random() * 0.02 for _ in range(each)]) for _ in range(tasks)])


async def echo(clients=20, each=50):
    message = b"x" * 1024

    async def serve(reader, writer):
        try:
            while True:
                writer.write(await reader.readexactly(1024))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def talk():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            writer.write(message)
            await reader.readexactly(1024)
        writer.close()

    await asyncio.gather(*[talk() for _ in range(clients)])
    server.close()
    await asyncio.sleep(0.01)


async def locks(count=2500):
    lock = asyncio.Lock()

    async def one():
        for _ in range(count):
            async with lock:
                await asyncio.sleep(0)

    await asyncio.gather(one(), one())


WORKLOADS = {"sleep(0)": sleep_zero, "queue": queues, "10 000 sleeps": sleeps, "TCP echo": echo, "lock": locks}


class Switch:
    """Puts the agent's observers in and takes them out again."""

    def __init__(self):
        patch = sys.modules.get("_tickscope.patch")
        self.replaced = list(patch.replaced) if patch else []

    def __call__(self, on, diagnoses=True):
        """`diagnoses`: with what is there for them alone."""
        sys.modules["_tickscope.gate"].agent.samples = sys.modules["_tickscope.samples"] if diagnoses else NoSamples
        for holder, name, original, value in self.replaced:
            ours = on and (diagnoses or (holder, name) not in DIAGNOSES)
            setattr(holder, name, value if ours else original)


class NoSamples:
    """Stands for samples.py: nobody looks how long callbacks run."""

    look = staticmethod(lambda state: None)


# Who holds a lock, and coroutines that were never awaited. All else is found out when somebody asks.
DIAGNOSES = (
    (asyncio.locks.Lock, "acquire"),
    (asyncio.locks.Lock, "release"),
    (warnings, "_warn_unawaited_coroutine"),
)


# Breakpoints that nothing in the workloads comes to.
NEVER = [
    {"id": "callback", "place": "callback", "function": "nothing"},
    {"id": "task", "place": "task", "on": "suspended", "coroutine": "nothing"},
    {"id": "tick", "place": "tick", "at": 1000000000},
]


def never():
    return 1


def watch_lines(on):
    """A breakpoint on a line that nothing in the workloads comes to, in the file whose code they run."""
    lines = [{"id": "line", "line": never.__code__.co_firstlineno + 1}] if on else []
    sys.modules["_tickscope.gate"].set_lines(__file__, lines)


def measured(work, mode, switch):
    """CPU seconds of one slice, of all threads."""
    switch(mode in ("agent", "breakpoints", "lines", "without"), mode != "without")
    sys.modules["_tickscope.gate"].set_points(NEVER if mode == "breakpoints" else [])
    watch_lines(mode == "lines")
    loop = asyncio.new_event_loop()
    try:
        if mode == "debug":
            loop.set_debug(True)
            loop.slow_callback_duration = 60
        began = time.process_time()
        loop.run_until_complete(work())
        return time.process_time() - began
    finally:
        loop.close()
        switch(False)


def main():
    rounds = int(sys.argv[1])
    switch = Switch()
    if not switch.replaced:
        raise SystemExit("The agent was not loaded.")
    modes = ["plain", "plain again", "agent", "breakpoints", "lines", "without"]
    answer = {}
    for name, work in WORKLOADS.items():
        ratios = {mode: [] for mode in modes}
        seconds = []
        for turn in range(rounds + 1):
            order = modes[turn % len(modes) :] + modes[: turn % len(modes)]
            times = {mode: measured(work, mode, switch) for mode in order}
            if turn == 0:
                continue  # warms up
            seconds.append(times["plain"])
            for mode in modes:
                ratios[mode].append(times[mode] / times["agent" if mode in ("breakpoints", "lines", "without") else "plain"])
        answer[name] = {mode: statistics.median(ratios[mode]) for mode in modes}
        answer[name]["diagnoses"] = 1 / answer[name]["without"]
        debug = [measured(work, "debug", switch) for _ in range(2 if rounds > 2 else 1)]
        answer[name]["debug"] = min(debug) / statistics.median(seconds)
        answer[name]["ms"] = statistics.median(seconds) * 1000
    json.dump(answer, sys.stdout)


main()
