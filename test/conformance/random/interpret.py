"""Runs random programs as they come, one JSON line each, and answers with their logs, one JSON line each."""

import asyncio
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from support import VirtualLoop, text  # noqa: E402

ROUNDS = 8
PATIENCE = 20  # s


class Failure(Exception):
    pass


class Ordered(dict):
    """Stands for a set whose order decides what is cancelled first: in Python that is by address."""

    add = lambda self, item: self.__setitem__(item, None)  # noqa: E731
    discard = lambda self, item: self.pop(item, None)  # noqa: E731


class World:
    def __init__(self, loop):
        self.loop = loop
        self.lines = []
        self.over = False
        self.tasks = []
        self.timers = []
        self.counter = 0
        self.locks = [asyncio.Lock() for _ in range(2)]
        self.semaphores = [asyncio.Semaphore(1), asyncio.Semaphore(2), asyncio.BoundedSemaphore(1)]
        self.events = [asyncio.Event() for _ in range(2)]
        self.conditions = [asyncio.Condition(), asyncio.Condition(self.locks[0])]
        self.queues = [asyncio.Queue(), asyncio.Queue(1), asyncio.PriorityQueue(2), asyncio.LifoQueue(3)]
        self.futures = [loop.create_future() for _ in range(3)]
        self.barriers = [asyncio.Barrier(2)]

    def log(self, id, *values):
        if not self.over:
            self.lines.append(" ".join(text(value) for value in (self.loop.time(), id) + values))

    def spawn(self, op, body):
        task = self.loop.create_task(self.body(body), name="t%d" % op["id"])
        self.tasks.append(task)
        return task

    async def named(self, op, body):
        """A body that is made a task of by somebody else."""
        task = asyncio.current_task()
        task.set_name("a%d" % op["id"])
        self.tasks.append(task)
        return await self.body(body)

    def task_of(self, op):
        """Younger than the running one: tasks that wait for each other could not be cancelled, by CPython either."""
        younger = self.tasks[self.tasks.index(asyncio.current_task()) + 1 :]
        return younger[op["i"] % len(younger)] if younger else None

    async def body(self, ops):
        for op in ops:
            self.log(op["id"], op["op"])
            try:
                result = await getattr(self, "do_" + op["op"])(op)
            except BaseException as error:
                self.log(op["id"], "!", error)
                raise
            self.log(op["id"], "=", result)
        return len(ops)

    # Time and callbacks.

    async def do_yield(self, op):
        return await asyncio.sleep(0, op["id"])

    async def do_sleep(self, op):
        return await asyncio.sleep(op["d"], op["id"])

    async def do_callSoon(self, op):
        self.loop.call_soon(self.called, op)

    async def do_callLater(self, op):
        self.timers.append(self.loop.call_later(op["d"], self.called, op))

    async def do_cancelTimer(self, op):
        if self.timers:
            self.timers[op["i"] % len(self.timers)].cancel()

    def called(self, op):
        self.log(op["id"], "called")
        if op["n"] == 1:
            self.loop.call_soon(self.log, op["id"], "called again")
        if op["n"] == 2 and op["flag"]:
            raise Failure("callback %d" % op["id"])

    # Futures.

    async def do_futureSet(self, op):
        self.attempt(op, lambda: self.futures[op["i"] % 3].set_result(op["id"]))

    async def do_futureFail(self, op):
        self.attempt(op, lambda: self.futures[op["i"] % 3].set_exception(Failure("future %d" % op["id"])))

    async def do_futureCancel(self, op):
        return self.futures[op["i"] % 3].cancel()

    async def do_futureWait(self, op):
        return await self.futures[op["i"] % 3]

    async def do_futureRenew(self, op):
        self.futures[op["i"] % 3] = self.loop.create_future()

    def attempt(self, op, action):
        try:
            self.log(op["id"], action())
        except Exception as error:
            name = type(error).__name__
            self.log(op["id"], "refused", name if name == "InvalidStateError" else error)

    # Locks and the like.

    async def do_lock(self, op):
        lock = self.locks[op["i"] % 2]
        async with lock:
            return await self.body(op["body"])

    async def do_release(self, op):
        self.attempt(op, self.semaphores[op["i"] % 3].release if op["flag"] else self.locks[op["i"] % 2].release)

    async def do_semaphore(self, op):
        semaphore = self.semaphores[op["i"] % 3]
        await semaphore.acquire()
        try:
            return await self.body(op["body"])
        finally:
            self.attempt(op, semaphore.release)

    async def do_eventWait(self, op):
        return await self.events[op["i"] % 2].wait()

    async def do_eventSet(self, op):
        self.events[op["i"] % 2].set()

    async def do_eventClear(self, op):
        self.events[op["i"] % 2].clear()

    async def do_conditionWait(self, op):
        condition = self.conditions[op["i"] % 2]
        if op["flag"] and op["n"] == 0:
            return await condition.wait()
        await condition.acquire()
        try:
            return await condition.wait()
        finally:
            self.attempt(op, condition.release)

    async def do_conditionWaitFor(self, op):
        condition = self.conditions[op["i"] % 2]
        await condition.acquire()
        try:
            return await condition.wait_for(lambda: self.counter > op["n"])
        finally:
            self.attempt(op, condition.release)

    async def do_notify(self, op):
        condition = self.conditions[op["i"] % 2]
        self.counter += 1
        if op["n"] == 0 and op["flag"]:
            self.attempt(op, condition.notify)
            return
        await condition.acquire()
        try:
            if op["flag"]:
                condition.notify_all()
            else:
                condition.notify(op["n"])
        finally:
            self.attempt(op, condition.release)

    async def do_barrier(self, op):
        return await self.barriers[0].wait()

    async def do_barrierReset(self, op):
        await self.barriers[0].reset()

    async def do_barrierAbort(self, op):
        await self.barriers[0].abort()

    # Queues.

    async def do_put(self, op):
        await self.queues[op["i"] % 4].put(op["id"])

    async def do_get(self, op):
        return await self.queues[op["i"] % 4].get()

    async def do_putNowait(self, op):
        self.attempt(op, lambda: self.queues[op["i"] % 4].put_nowait(op["id"]))

    async def do_getNowait(self, op):
        self.attempt(op, lambda: self.queues[op["i"] % 4].get_nowait())

    async def do_taskDone(self, op):
        self.attempt(op, lambda: self.queues[op["i"] % 4].task_done())

    async def do_join(self, op):
        await self.queues[op["i"] % 4].join()

    async def do_shutdown(self, op):
        self.queues[op["i"] % 4].shutdown(op["flag"])

    # Tasks.

    async def do_spawn(self, op):
        self.spawn(op, op["body"])

    async def do_cancel(self, op):
        alive = [task for task in self.tasks if not task.done() and task is not asyncio.current_task()]
        among = alive if alive and op["n"] else self.tasks
        task = among[op["i"] % len(among)]
        return [task, task.cancel("c%d" % op["id"]) if op["flag"] else task.cancel()]

    async def do_uncancel(self, op):
        return asyncio.current_task().uncancel()

    async def do_state(self, op):
        task = self.tasks[op["i"] % len(self.tasks)]
        return [task, task.done(), task.cancelled(), task.cancelling(), asyncio.current_task().cancelling()]

    async def do_awaitTask(self, op):
        task = self.task_of(op)
        return task and await task

    async def do_shieldTask(self, op):
        task = self.task_of(op)
        return task and await asyncio.shield(task)

    async def do_waitForTask(self, op):
        task = self.task_of(op)
        return task and await asyncio.wait_for(task, op["d"])

    async def do_doneCallback(self, op):
        task = self.tasks[op["i"] % len(self.tasks)]
        task.add_done_callback(lambda done: self.log(op["id"], "done callback", done.cancelled()))

    async def do_raise(self, op):
        raise Failure("raised %d" % op["id"])

    async def do_child(self, op):
        return await self.body(op["body"])

    async def do_repeat(self, op):
        for _ in range(op["n"] + 1):
            await self.body(op["body"])

    async def do_try(self, op):
        try:
            return await self.body(op["body"])
        except asyncio.CancelledError:
            if op["how"] not in ("cancel", "both"):
                raise
            self.log(op["id"], "caught cancel")
            if op["flag"]:
                raise
        except Exception as error:
            if op["how"] not in ("error", "both"):
                raise
            self.log(op["id"], "caught", error)
            if op["flag"] and op["n"] == 0:
                raise Failure("other %d" % op["id"])
        finally:
            if op["last"]:
                await self.body(op["last"])

    async def do_timeout(self, op):
        limit = asyncio.timeout(op["d"])
        try:
            async with limit:
                return await self.body(op["body"])
        except TimeoutError as error:
            self.log(op["id"], "timed out", error)
        return limit.expired()

    async def do_reschedule(self, op):
        limit = asyncio.timeout(None if op["flag"] else op["d"])
        try:
            async with limit:
                await asyncio.sleep(0.25)
                limit.reschedule(self.loop.time() + op["n"])
                await self.body(op["body"])
        except TimeoutError as error:
            self.log(op["id"], "timed out", error)
        return [limit.when(), limit.expired()]

    async def do_waitFor(self, op):
        return await asyncio.wait_for(self.body(op["body"]), op["d"])

    async def do_gather(self, op):
        children = [self.named(op, body) if op["n"] else self.spawn(op, body) for body in op["bodies"]]
        return await asyncio.gather(*children, return_exceptions=op["flag"])

    async def do_wait(self, op):
        children = [self.spawn(op, body) for body in op["bodies"]]
        limit = op["d"] if op["flag"] else None
        done, pending = await asyncio.wait(children, timeout=limit, return_when=getattr(asyncio, op["how"]))
        if op["n"]:
            for child in children:
                child.cancel()
        return [len(done), len(pending)]

    async def do_asCompleted(self, op):
        children = [self.spawn(op, body) for body in op["bodies"]]
        for each in asyncio.as_completed(children, timeout=op["d"] if op["flag"] else None):
            self.log(op["id"], "next", await each)

    async def do_group(self, op):
        async with asyncio.TaskGroup() as group:
            group._tasks = Ordered()
            for body in op["bodies"]:
                self.tasks.append(group.create_task(self.body(body), name="g%d" % op["id"]))
            return await self.body(op["body"])

    async def do_shield(self, op):
        return await asyncio.shield(self.spawn(op, op["body"]))


async def main(world, program):
    for i, body in enumerate(program["tasks"]):
        world.spawn({"id": -i}, body)
    for _ in range(ROUNDS):
        alive = [task for task in world.tasks if not task.done()]
        if not alive:
            break
        await asyncio.wait(alive, timeout=PATIENCE)
        for task in alive:
            if not task.done():
                world.log("main", "cancels", task)
                task.cancel("end")
    for task in world.tasks:
        if not task.done():
            world.log("main", "left", task)
        elif task.cancelled():
            world.log("main", "cancelled", task)
        else:
            world.log("main", "ended", task, task.exception() or task.result())
    world.over = True
    # What is left of it is told to end, too; not all will, e.g. who waits for a lock that nobody releases.
    for _ in range(ROUNDS):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(1)


def handle(world, context):
    message = context.get("message") or ""
    if message.startswith("Exception in callback"):
        world.log("handler", context["exception"])


def run(program):
    loop = VirtualLoop()
    world = World(loop)
    loop.set_exception_handler(lambda _, context: handle(world, context))
    try:
        loop.run_until_complete(main(world, program))
    finally:
        world.over = True
        loop.close()
    return world.lines


if __name__ == "__main__":
    # Coroutines that do not end complain when they are collected.
    sys.unraisablehook = lambda _: None
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
