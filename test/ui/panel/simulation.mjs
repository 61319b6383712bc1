/**
 * A made-up but consistent program for the panel's harness: a small event loop runs generator tasks and
 * keeps what the queues held before and after each callback, so that every cursor has one true answer.
 */

const PATH = '/home/ada/bank/';
const at = (file, line) => ({ path: PATH + file, line });

class Program {
  constructor(ticks) {
    this.clock = 0;
    this.nextId = 1;
    this.nextTask = 1;
    this.ready = [];
    this.timers = [];
    this.tasks = new Map();
    this.locks = new Map();
    this.queue = [];
    this.getters = [];
    /** snapshots[tick][callback] */
    this.snapshots = [[]];
    this.ran = [[]];
    this.tickInfo = [{ runMs: 0, waitMs: 0 }];
    this.tick = 1;
    this.main();
    for (this.tick = 1; this.tick <= ticks; this.tick++) this.runTick();
    this.tick = ticks;
  }

  spawn(name, coroutine, source, body, parent) {
    const task = {
      id: this.nextTask++,
      name,
      coroutine,
      source,
      state: 'ready',
      since: this.tick,
      sinceMs: this.clock,
      steps: 0,
      busyMs: 0,
      readyMs: 0,
      waitingMs: 0,
      parent,
      history: [{ tick: this.tick, state: 'created' }],
      causes: [],
      body: body.call(this),
    };
    this.tasks.set(task.id, task);
    this.wake(task, {
      kind: 'callback',
      callback: 1,
      tick: this.tick,
      name: 'main',
      source: at('bank.py', 22),
    });
    return task;
  }

  wake(task, cause, kind = 'step') {
    task.waitingMs += this.clock - task.sinceMs;
    this.setState(task, 'ready');
    task.causes.unshift(cause);
    this.ready.push({
      id: this.nextId++,
      name: task.name,
      kind,
      task: task.id,
      source: task.line ?? task.source,
      cause,
      tick: this.tick,
      ms: this.clock,
    });
  }

  setState(task, state) {
    task.state = state;
    task.since = this.tick;
    task.sinceMs = this.clock;
    task.history.push({ tick: this.tick, state });
  }

  main() {
    const self = this;
    const pause = (ms, line) => ({ sleep: ms, line });
    this.locks.set('a.guard', undefined);
    this.locks.set('b.guard', undefined);
    this.spawn('heartbeat', 'heartbeat', at('bank.py', 18), function* () {
      for (;;) yield pause(120, at('bank.py', 18));
    });
    this.spawn('Server.serve', 'serve', at('web.py', 7), function* () {
      yield { read: 'listening 127.0.0.1:8080', kind: 'accept', line: at('web.py', 7) };
    });
    for (let i = 0; i < 3; i++)
      this.spawn(`producer-${i}`, 'produce', at('work.py', 20), function* () {
        for (let n = 0; ; n++) {
          yield pause(170 + i * 90, at('work.py', 22));
          self.put(`order ${n}`);
        }
      });
    for (let i = 0; i < 5; i++)
      this.spawn(`consumer-${i}`, 'consume', at('work.py', 30), function* () {
        for (;;) {
          yield { get: true, line: at('work.py', 31) };
          yield pause(60 + i * 13, at('work.py', 33));
        }
      });
    const transfer = (from, to, delay) =>
      function* () {
        yield pause(delay, at('bank.py', 11));
        yield { lock: from, line: at('bank.py', 11) };
        yield pause(400, at('bank.py', 12));
        yield { lock: to, line: at('bank.py', 12) };
      };
    this.spawn('a-to-b', 'transfer', at('bank.py', 9), transfer('a.guard', 'b.guard', 50));
    this.spawn('b-to-a', 'transfer', at('bank.py', 9), transfer('b.guard', 'a.guard', 90));
    for (let i = 0; i < 4; i++)
      this.spawn(`client-${i}`, 'client', at('web.py', 18), function* () {
        for (;;) {
          yield {
            read: `read fd ${12 + i} ↔ 127.0.0.1:${51340 + i}`,
            kind: 'read',
            after: 310 + 140 * i,
            line: at('web.py', 22),
            timeout: 2000,
          };
          yield pause(40, at('web.py', 24));
        }
      });
  }

  put(item) {
    const getter = this.getters.shift();
    if (!getter) this.queue.push(item);
    else {
      const by = this.running;
      this.wake(getter, {
        kind: 'callback',
        callback: by.id,
        tick: this.tick,
        name: by.name,
        source: at('work.py', 23),
      });
    }
  }

  runTick() {
    const info = { runMs: 0, waitMs: 0 };
    if (!this.ready.length) {
      const due = Math.min(...this.timers.map((t) => t.due));
      info.waitMs = Math.max(0, due - this.clock);
      this.clock = Math.max(this.clock, due);
    }
    this.timers.sort((a, b) => a.due - b.due || a.id - b.id);
    while (this.timers.length && this.timers[0].due <= this.clock + 1e-9) {
      const timer = this.timers.shift();
      const task = this.tasks.get(timer.task);
      const cause = timer.io
        ? { kind: 'io', fd: timer.fd, detail: 'readable' }
        : { kind: 'timer', scheduledTick: timer.tick, source: timer.source };
      this.wake(task, cause, timer.io ? 'io' : 'step');
    }
    const batch = this.ready.length;
    this.snapshots[this.tick] = [];
    this.ran[this.tick] = [];
    for (let k = 0; k < batch; k++) {
      this.snapshots[this.tick].push(this.snapshot(batch - k));
      this.runCallback(this.ready.shift(), k + 1, info);
    }
    this.tickInfo[this.tick] = info;
  }

  runCallback(handle, index, info) {
    this.running = handle;
    const task = this.tasks.get(handle.task);
    task.readyMs += this.clock - task.sinceMs;
    this.setState(task, 'running');
    const start = this.clock;
    const runMs = 0.05 + ((handle.id * 7919) % 97) / 40;
    this.clock += runMs;
    info.runMs += runMs;
    task.steps++;
    task.busyMs += runMs;
    let wait = task.body.next().value;
    if (wait?.lock && this.locks.get(wait.lock) === undefined) {
      this.locks.set(wait.lock, task);
      wait = task.body.next().value;
    }
    if (wait?.get && this.queue.length) {
      this.queue.shift();
      wait = task.body.next().value;
    }
    this.ran[this.tick].push({
      ...handle,
      index,
      startMs: start,
      runMs,
      outcome: wait ? 'suspended' : 'done',
    });
    if (!wait) return this.setState(task, 'done');
    task.line = wait.line;
    task.wait = wait;
    this.setState(task, 'waiting');
    if (wait.sleep !== undefined)
      this.timers.push({
        id: this.nextId++,
        name: `sleep → ${task.name}`,
        task: task.id,
        due: Math.ceil((this.clock + wait.sleep) / 40) * 40,
        tick: this.tick,
        source: wait.line,
      });
    else if (wait.get) this.getters.push(task);
    else if (wait.after)
      this.timers.push({
        id: this.nextId++,
        task: task.id,
        due: Math.ceil((this.clock + wait.after) / 40) * 40,
        io: true,
        fd: Number(/fd (\d+)/.exec(wait.read)[1]),
        tick: this.tick,
      });
  }

  reason(task) {
    const { wait } = task;
    if (wait.lock) {
      const owner = this.locks.get(wait.lock);
      return {
        kind: 'lock',
        text: `lock ${wait.lock} held by ${owner.name}`,
        owner: owner.id,
        source: wait.line,
      };
    }
    if (wait.get)
      return {
        kind: 'queue.get',
        text: `queue.get · orders (${this.queue.length} of 10)`,
        source: wait.line,
      };
    return { kind: wait.kind, text: wait.read, source: wait.line };
  }

  snapshot(left) {
    const tasks = new Map(
      [...this.tasks].map(([id, t]) => [
        id,
        { ...t, body: undefined, history: [...t.history], causes: t.causes.slice(0, 6) },
      ]),
    );
    const asleep = new Set(this.timers.filter((t) => !t.io).map((t) => t.task));
    const waiting = [...this.tasks.values()]
      .filter((t) => t.state === 'waiting' && !asleep.has(t.id))
      .sort((a, b) => a.sinceMs - b.sinceMs)
      .map((t) => ({
        id: t.id,
        task: t.id,
        name: t.name,
        reason: this.reason(t),
        sinceTick: t.since,
        ageMs: this.clock - t.sinceMs,
        timeoutInMs: t.wait.timeout && t.sinceMs + t.wait.timeout - this.clock,
        source: t.line,
      }));
    return {
      clockMs: this.clock,
      tasks,
      waiting,
      ready: this.ready.map((h, i) => ({
        id: h.id,
        name: h.name,
        kind: h.kind,
        task: h.task,
        source: h.source,
        cause: h.cause,
        sinceTick: h.tick,
        ageMs: this.clock - h.ms,
        nextTick: i >= left,
      })),
      timers: this.timers
        .filter((t) => !t.io)
        .sort((a, b) => a.due - b.due)
        .map((t) => ({
          id: t.id,
          name: t.name,
          task: t.task,
          dueInMs: t.due - this.clock,
          source: t.source,
        })),
    };
  }
}

/** Rows without a program behind them, as many as one likes: for measuring. */
export function crowd(queue, i) {
  const source = at('work.py', 1 + (i % 400));
  if (queue === 'ready')
    return {
      id: i + 1,
      name: `worker-${i}`,
      kind: 'step',
      task: i + 1,
      source,
      cause: { kind: 'timer', scheduledTick: 3 },
      sinceTick: 3,
      ageMs: i * 0.01,
      nextTick: i > 5000,
    };
  if (queue === 'timers')
    return { id: 500000 + i, name: `sleep → sleeper-${i}`, task: 200000 + i, dueInMs: 20 + i * 3, source };
  if (queue === 'tasks') {
    const reads = i % 3 === 0;
    const source = at('work.py', reads ? 31 : 44);
    return {
      task: i + 1,
      name: `${reads ? 'reader' : 'worker'}-${i}`,
      state: i % 1000 === 999 ? 'ready' : 'waiting',
      coroutine: reads ? 'read' : 'work',
      source,
      reason:
        i % 1000 === 999
          ? undefined
          : {
              kind: reads ? 'queue.get' : 'semaphore',
              text: reads ? 'queue.get · orders (0 of 10)' : 'semaphore pool (0 free)',
              source,
            },
      sinceTick: 2,
      ageMs: 100 + ((i * 37) % 5000),
      steps: i % 17,
      busyMs: (i % 90) / 10,
      readyMs: (i % 31) / 10,
      waitingMs: 100 + ((i * 37) % 5000),
    };
  }
  return {
    id: 100000 + i,
    task: 100000 + i,
    name: `reader-${i}`,
    reason: {
      kind: i % 3 ? 'semaphore' : 'queue.get',
      text: i % 3 ? 'semaphore pool (0 free)' : 'queue.get · orders (0 of 10)',
      source,
    },
    sinceTick: 2,
    ageMs: 12000 - i,
    source,
  };
}

export const program = (ticks) => new Program(ticks);
