/** Runs random programs; `interpret.py` is the same in Python, and says what each statement is in asyncio. */
import type { Task } from 'tickscope/asyncio';
import {
  asCompleted,
  Barrier,
  BoundedSemaphore,
  CancelledError,
  Condition,
  currentTask,
  allTasks,
  Event,
  gather,
  InvalidStateError,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  shield,
  sleep,
  TaskGroup,
  timeout,
  TimeoutError,
  wait,
  waitFor,
  type Coroutine,
  type EventLoop,
  type Future,
  type ReturnWhen,
  type TimerHandle,
} from 'tickscope/asyncio';
import { text, virtualLoop } from '../support';
import type { Op, Program } from './generate';

const ROUNDS = 8;
/** Seconds. */
const PATIENCE = 20;

class Failure extends Error {
  override name = 'Failure';
}

/** A statement under way; what it gives is only logged. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Step = Coroutine<any>;

class World {
  readonly lines: string[] = [];
  over = false;
  readonly tasks: Task<unknown>[] = [];
  readonly timers: TimerHandle[] = [];
  counter = 0;
  readonly locks = [new Lock(), new Lock()];
  readonly semaphores = [new Semaphore(1), new Semaphore(2), new BoundedSemaphore(1)];
  readonly events = [new Event(), new Event()];
  readonly conditions = [new Condition(), new Condition(this.locks[0])];
  readonly queues: Queue<number>[] = [
    new Queue<number>(),
    new Queue<number>(1),
    new PriorityQueue<number>(2),
    new LifoQueue<number>(3),
  ];
  readonly futures: Future<unknown>[];
  readonly barriers = [new Barrier(2)];

  constructor(readonly loop: EventLoop) {
    this.futures = [0, 1, 2].map(() => loop.createFuture<unknown>());
  }

  log(id: number | string, ...values: unknown[]): void {
    if (!this.over) this.lines.push([this.loop.time(), id, ...values].map(text).join(' '));
  }

  start(op: { id: number }, ops: Op[]): Task<unknown> {
    const task = this.loop.createTask(() => this.body(ops), { name: `t${op.id}` });
    this.tasks.push(task);
    return task;
  }

  task(op: Op): Task<unknown> {
    return this.tasks[op.i! % this.tasks.length];
  }

  /** A body that is made a task of by somebody else. */
  *named(op: Op, ops: Op[]): Step {
    const task = currentTask()!;
    task.setName(`a${op.id}`);
    this.tasks.push(task);
    return yield* this.body(ops);
  }

  /** Younger than the running one: tasks that wait for each other could not be cancelled, by CPython either. */
  younger(op: Op): Task<unknown> | undefined {
    const younger = this.tasks.slice(this.tasks.indexOf(currentTask()!) + 1);
    return younger[op.i! % younger.length];
  }

  *body(ops: Op[]): Step {
    for (const op of ops) {
      this.log(op.id, op.op);
      let result: unknown;
      try {
        result = yield* this[op.op as 'yield'](op);
      } catch (error) {
        this.log(op.id, '!', error);
        throw error;
      }
      this.log(op.id, '=', result);
    }
    return ops.length;
  }

  // Time and callbacks.

  *yield(op: Op): Step {
    return yield* sleep(0, op.id);
  }

  *sleep(op: Op): Step {
    return yield* sleep(op.d!, op.id);
  }

  *callSoon(op: Op): Step {
    this.loop.callSoon(() => this.called(op));
  }

  *callLater(op: Op): Step {
    this.timers.push(this.loop.callLater(op.d!, () => this.called(op)));
  }

  *cancelTimer(op: Op): Step {
    if (this.timers.length > 0) this.timers[op.i! % this.timers.length].cancel();
  }

  called(op: Op): void {
    this.log(op.id, 'called');
    if (op.n === 1) this.loop.callSoon(() => this.log(op.id, 'called again'));
    if (op.n === 2 && op.flag) throw new Failure(`callback ${op.id}`);
  }

  // Futures.

  *futureSet(op: Op): Step {
    this.attempt(op, () => this.futures[op.i! % 3].setResult(op.id));
  }

  *futureFail(op: Op): Step {
    this.attempt(op, () => this.futures[op.i! % 3].setException(new Failure(`future ${op.id}`)));
  }

  *futureCancel(op: Op): Step {
    return this.futures[op.i! % 3].cancel();
  }

  *futureWait(op: Op): Step {
    return yield* this.futures[op.i! % 3];
  }

  *futureRenew(op: Op): Step {
    this.futures[op.i! % 3] = this.loop.createFuture();
  }

  attempt(op: Op, action: () => unknown): void {
    try {
      this.log(op.id, action());
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      this.log(op.id, 'refused', error instanceof InvalidStateError ? error.name : error);
    }
  }

  // Locks and the like.

  *lock(op: Op): Step {
    const lock = this.locks[op.i! % 2];
    yield* lock.acquire();
    try {
      return yield* this.body(op.body!);
    } finally {
      lock.release();
    }
  }

  *release(op: Op): Step {
    this.attempt(op, () =>
      op.flag ? this.semaphores[op.i! % 3].release() : this.locks[op.i! % 2].release(),
    );
  }

  *semaphore(op: Op): Step {
    const semaphore = this.semaphores[op.i! % 3];
    yield* semaphore.acquire();
    try {
      return yield* this.body(op.body!);
    } finally {
      this.attempt(op, () => semaphore.release());
    }
  }

  *eventWait(op: Op): Step {
    return yield* this.events[op.i! % 2].wait();
  }

  *eventSet(op: Op): Step {
    this.events[op.i! % 2].set();
  }

  *eventClear(op: Op): Step {
    this.events[op.i! % 2].clear();
  }

  *conditionWait(op: Op): Step {
    const condition = this.conditions[op.i! % 2];
    if (op.flag && op.n === 0) return yield* condition.wait();
    yield* condition.acquire();
    try {
      return yield* condition.wait();
    } finally {
      this.attempt(op, () => condition.release());
    }
  }

  *conditionWaitFor(op: Op): Step {
    const condition = this.conditions[op.i! % 2];
    yield* condition.acquire();
    try {
      return yield* condition.waitFor(() => this.counter > op.n!);
    } finally {
      this.attempt(op, () => condition.release());
    }
  }

  *notify(op: Op): Step {
    const condition = this.conditions[op.i! % 2];
    this.counter++;
    if (op.n === 0 && op.flag) {
      this.attempt(op, () => condition.notify());
      return;
    }
    yield* condition.acquire();
    try {
      if (op.flag) condition.notifyAll();
      else condition.notify(op.n);
    } finally {
      this.attempt(op, () => condition.release());
    }
  }

  *barrier(_op: Op): Step {
    return yield* this.barriers[0].wait();
  }

  *barrierReset(_op: Op): Step {
    yield* this.barriers[0].reset();
  }

  *barrierAbort(_op: Op): Step {
    yield* this.barriers[0].abort();
  }

  // Queues.

  *put(op: Op): Step {
    yield* this.queues[op.i! % 4].put(op.id);
  }

  *get(op: Op): Step {
    return yield* this.queues[op.i! % 4].get();
  }

  *putNowait(op: Op): Step {
    this.attempt(op, () => this.queues[op.i! % 4].putNowait(op.id));
  }

  *getNowait(op: Op): Step {
    this.attempt(op, () => this.queues[op.i! % 4].getNowait());
  }

  *taskDone(op: Op): Step {
    this.attempt(op, () => this.queues[op.i! % 4].taskDone());
  }

  *join(op: Op): Step {
    yield* this.queues[op.i! % 4].join();
  }

  *shutdown(op: Op): Step {
    this.queues[op.i! % 4].shutdown(op.flag);
  }

  // Tasks.

  *spawn(op: Op): Step {
    this.start(op, op.body!);
  }

  *cancel(op: Op): Step {
    const alive = this.tasks.filter((task) => !task.done() && task !== currentTask());
    const among = alive.length > 0 && op.n ? alive : this.tasks;
    const task = among[op.i! % among.length];
    return [task, op.flag ? task.cancel(`c${op.id}`) : task.cancel()];
  }

  *uncancel(_op: Op): Step {
    return currentTask()!.uncancel();
  }

  *state(op: Op): Step {
    const task = this.task(op);
    return [task, task.done(), task.cancelled(), task.cancelling(), currentTask()!.cancelling()];
  }

  *awaitTask(op: Op): Step {
    const task = this.younger(op);
    return task && (yield* task);
  }

  *shieldTask(op: Op): Step {
    const task = this.younger(op);
    return task && (yield* shield(task));
  }

  *waitForTask(op: Op): Step {
    const task = this.younger(op);
    return task && (yield* waitFor(task, op.d!));
  }

  *doneCallback(op: Op): Step {
    this.task(op).addDoneCallback((done) => this.log(op.id, 'done callback', done.cancelled()));
  }

  *raise(op: Op): Step {
    throw new Failure(`raised ${op.id}`);
  }

  *child(op: Op): Step {
    return yield* this.body(op.body!);
  }

  *repeat(op: Op): Step {
    for (let i = 0; i <= op.n!; i++) yield* this.body(op.body!);
  }

  *try(op: Op): Step {
    try {
      return yield* this.body(op.body!);
    } catch (error) {
      if (error instanceof CancelledError) {
        if (op.how !== 'cancel' && op.how !== 'both') throw error;
        this.log(op.id, 'caught cancel');
        if (op.flag) throw error;
      } else {
        if (op.how !== 'error' && op.how !== 'both') throw error;
        this.log(op.id, 'caught', error);
        if (op.flag && op.n === 0) throw new Failure(`other ${op.id}`);
      }
    } finally {
      if (op.last!.length > 0) yield* this.body(op.last!);
    }
    return undefined;
  }

  *timeout(op: Op): Step {
    const limit = timeout(op.d);
    try {
      return yield* limit.run(() => this.body(op.body!));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      this.log(op.id, 'timed out', error);
    }
    return limit.expired();
  }

  *reschedule(op: Op): Step {
    const limit = timeout(op.flag ? undefined : op.d);
    const body = () => this.body(op.body!);
    const { loop } = this;
    try {
      yield* limit.run(function* () {
        yield* sleep(0.25);
        limit.reschedule(loop.time() + op.n!);
        yield* body();
      });
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      this.log(op.id, 'timed out', error);
    }
    return [limit.when(), limit.expired()];
  }

  *waitFor(op: Op): Step {
    return yield* waitFor(() => this.body(op.body!), op.d!);
  }

  *gather(op: Op): Step {
    const children = op.bodies!.map((ops) => (op.n ? () => this.named(op, ops) : this.start(op, ops)));
    return yield* gather(...children, { returnExceptions: op.flag! });
  }

  *wait(op: Op): Step {
    const children = op.bodies!.map((ops) => this.start(op, ops));
    const limit = op.flag ? op.d : undefined;
    const [done, pending] = yield* wait(children, { timeout: limit, returnWhen: op.how as ReturnWhen });
    if (op.n) for (const child of children) child.cancel();
    return [done.size, pending.size];
  }

  *asCompleted(op: Op): Step {
    const children = op.bodies!.map((ops) => this.start(op, ops));
    for (const each of asCompleted(children, { timeout: op.flag ? op.d : undefined })) {
      const result = yield* each;
      this.log(op.id, 'next', result);
    }
  }

  *group(op: Op): Step {
    return yield* new TaskGroup().run((group) => {
      for (const ops of op.bodies!)
        this.tasks.push(group.createTask(() => this.body(ops), { name: `g${op.id}` }));
      return this.body(op.body!);
    });
  }

  *shield(op: Op): Step {
    return yield* shield(this.start(op, op.body!));
  }
}

function* main(world: World, program: Program): Step {
  program.tasks.forEach((ops, i) => world.start({ id: -i }, ops));
  for (let round = 0; round < ROUNDS; round++) {
    const alive = world.tasks.filter((task) => !task.done());
    if (alive.length === 0) break;
    yield* wait(alive, { timeout: PATIENCE });
    for (const task of alive) {
      if (task.done()) continue;
      world.log('main', 'cancels', task);
      task.cancel('end');
    }
  }
  for (const task of world.tasks) {
    if (!task.done()) world.log('main', 'left', task);
    else if (task.cancelled()) world.log('main', 'cancelled', task);
    else world.log('main', 'ended', task, task.exception() ?? task.result());
  }
  world.over = true;
  // What is left of it is told to end, too; not all will, e.g. who waits for a lock that nobody releases.
  for (let round = 0; round < ROUNDS; round++) {
    for (const task of allTasks()) if (task !== currentTask()) task.cancel();
    yield* sleep(1);
  }
}

export async function interpret(program: Program): Promise<string[]> {
  const loop = virtualLoop();
  const world = new World(loop);
  loop.setExceptionHandler((_, context) => {
    if (context.message?.startsWith('Exception in callback')) world.log('handler', context.exception);
  });
  try {
    await loop.runUntilComplete(() => main(world, program));
  } finally {
    world.over = true;
    loop.close();
  }
  return world.lines;
}
