/**
 * A loop that is simulated move by move and keeps, in the plainest way, what every moment should show. It tells its
 * events to a sink as an agent's decoder would; tests compare the model with what it kept.
 */
import type { EventSink } from '../../../src/wire/events';
import { CANCELLED } from '../../../src/model/view';
import { RESULT, ROLE } from '../../../src/wire/schema';

export const SLEEP_CODE = 1;
export const PLAIN_CODE = 2;
export const COROUTINE_CODE = 3;
const PLACE_CODE = 4;
export const CODES = [
  {
    code: SLEEP_CODE,
    name: '_set_result_unless_cancelled',
    path: '/lib/futures.py',
    line: 300,
    role: ROLE.SLEEP,
  },
  { code: PLAIN_CODE, name: 'plain', path: '/app.py', line: 7, role: ROLE.USER },
  { code: PLACE_CODE, name: 'worker', path: '/app.py', line: 23, role: ROLE.USER },
  { code: COROUTINE_CODE, name: 'worker', path: '/app.py', line: 20, role: ROLE.USER },
];

interface Entry {
  id: number;
  actor: number;
  cancelled: boolean;
  sinceTick: number;
  cause: string;
  /** The future of a sleep that it ends, 0 none. */
  wakes: number;
  /** The line that scheduled it, 0: not told. */
  site: number;
}
interface SimTask {
  actor: number;
  /** What it waits for; 0: its step is in ready. */
  object: number;
  sinceTick: number;
  steps: number;
}
export interface Expected {
  tick: number;
  callback: number;
  ready: { id: number; actor: number; sinceTick: number; cause: string; nextTick: boolean; site: number }[];
  waiting: number[];
  timers: number[];
  tasks: { actor: number; steps: number }[];
}

/** Random numbers that a seed repeats (mulberry32). */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Simulation {
  readonly expected: Expected[] = [];
  private readonly ready: Entry[] = [];
  private readonly tasks = new Map<number, SimTask>();
  private readonly timers = new Map<number, { when: number; object: number; actor: number; site: number }>();
  private tick = 0;
  private callback = 0;
  private thisTick = 0;
  private ids = 0;
  private actors = 100;
  private objects = 1000;
  private time = 50;

  constructor(
    private readonly sink: EventSink,
    private readonly rand: () => number,
  ) {}

  private chance(p: number): boolean {
    return this.rand() < p;
  }
  private pick<T>(list: T[]): T | undefined {
    return list[Math.floor(this.rand() * list.length)];
  }
  private enter(actor: number, cause: string, wakes = 0, site = 0): void {
    const sinceTick = Math.max(this.tick, 1);
    this.ready.push({ id: ++this.ids, actor, cancelled: false, sinceTick, cause, wakes, site });
  }
  private newTask(parent: number, cause: string): void {
    const actor = ++this.actors;
    this.tasks.set(actor, { actor, object: 0, sinceTick: this.tick, steps: 0 });
    this.sink.taskCreated(actor, parent, COROUTINE_CODE, `Task-${actor}`);
    this.enter(actor, cause);
  }

  run(ticks: number): void {
    for (let i = 0; i < 3; i++) this.newTask(0, 'start');
    // At the end all that stands in ready runs, so that it is known who stood there.
    for (let i = 0; i < ticks; i++) this.oneTick(i < ticks - 2);
  }

  private oneTick(mayJump: boolean): void {
    this.time += this.rand() * 0.01;
    const found = this.tick > 0 && this.chance(0.3);
    if (found) {
      const added = 1 + Math.floor(this.rand() * 2);
      this.sink.io(7, 1, added);
      this.tick++;
      for (let i = 0; i < added; i++) this.enter(PLAIN_CODE, 'io');
      this.tick--;
    }
    const due = [...this.timers]
      .filter(([, timer]) => timer.when <= this.time)
      .sort((x, y) => x[1].when - y[1].when);
    if (mayJump && !found && due.length > 0 && this.ready.length > 0 && this.chance(0.3))
      return this.timerAhead(due[0][0]);
    this.tick++;
    this.callback = 0;
    for (const entry of this.ready)
      if (entry.cause === 'io' && entry.sinceTick === this.tick - 1) entry.sinceTick = this.tick;
    for (const [handle, timer] of due) {
      this.timers.delete(handle);
      this.sink.timerDue(handle);
      this.enter(timer.object === 0 ? PLAIN_CODE : SLEEP_CODE, 'timer', timer.object, timer.site);
    }
    this.thisTick = this.ready.length;
    this.sink.tick(0, this.time, this.ready.length);
    this.note();
    while (this.thisTick > 0) {
      const entry = this.ready.shift() as Entry;
      this.thisTick--;
      if (entry.cancelled) this.sink.skipped(this.ready.length);
      else this.oneCallback(entry);
    }
  }

  /** A tick that runs one timer only, before what stands in ready. */
  private timerAhead(handle: number): void {
    const { object = 0, site = 0 } = this.timers.get(handle) ?? {};
    this.timers.delete(handle);
    this.tick++;
    this.callback = 0;
    for (const entry of this.ready) {
      entry.id++;
      if (entry.cause === 'io' && entry.sinceTick === this.tick - 1) entry.sinceTick = this.tick;
    }
    this.sink.timerDue(handle);
    this.sink.ahead();
    this.enter(object === 0 ? PLAIN_CODE : SLEEP_CODE, 'timer', object, site);
    const entry = this.ready.pop() as Entry;
    entry.id = this.ready[0].id - 1;
    this.ready.unshift(entry);
    this.thisTick = 1;
    this.sink.tick(0, this.time, this.ready.length);
    this.note();
    this.thisTick = 0;
    this.ready.shift();
    this.oneCallback(entry);
  }

  private oneCallback(entry: Entry): void {
    const task = this.tasks.get(entry.actor);
    const owner = task ? task.actor : 0;
    let result: number = RESULT.RETURNED;
    if (entry.wakes !== 0) this.complete(entry.wakes);
    if (this.chance(0.25) && this.tasks.size < 40) this.newTask(owner, 'callback');
    if (this.chance(0.2)) {
      const site = this.chance(0.5) ? PLACE_CODE : 0;
      this.enter(PLAIN_CODE, 'callback', 0, site);
      // The callback that runs is 0.
      if (site !== 0) this.sink.scheduledAt(this.ready.length, site);
    }
    if (this.chance(0.2)) this.schedule(0, owner);
    if (this.chance(0.1)) {
      const handle = this.pick([...this.timers].filter(([, timer]) => timer.object === 0))?.[0];
      if (handle !== undefined) {
        this.timers.delete(handle);
        this.sink.timerCancelled(handle);
      }
    }
    if (this.chance(0.1)) {
      const victim = this.pick(this.ready.filter((e) => e.actor === PLAIN_CODE));
      if (victim) victim.cancelled = true;
    }
    if (this.chance(0.3)) {
      const waiting = this.pick([...this.tasks.values()].filter((t) => t.object !== 0 && !this.sleeps(t)));
      if (waiting) this.complete(waiting.object);
    }
    if (task) result = this.endStep(task);
    this.time += this.rand() * 0.001;
    this.callback++;
    this.sink.ran(entry.actor, result, this.time, this.ready.length);
    this.note();
  }

  private sleeps(task: SimTask): boolean {
    return (
      [...this.timers.values()].some((timer) => timer.object === task.object) ||
      this.ready.some((e) => e.wakes === task.object)
    );
  }
  private complete(object: number): void {
    for (const task of this.tasks.values())
      if (task.object === object && !this.ready.some((e) => e.actor === task.actor))
        this.enter(task.actor, 'callback');
  }
  private schedule(object: number, actor: number): void {
    const handle = ++this.objects;
    const when = this.time + 0.001 + this.rand() * 0.05;
    const site = this.chance(0.3) ? PLACE_CODE : 0;
    this.timers.set(handle, { when, object, actor, site });
    this.sink.timerScheduled(handle, when, object === 0 ? PLAIN_CODE : SLEEP_CODE, object, actor);
    if (site !== 0) this.sink.timerScheduledAt(handle, site);
  }

  private endStep(task: SimTask): number {
    task.steps++;
    task.sinceTick = this.tick;
    const dice = this.rand();
    if (dice < 0.15) {
      this.tasks.delete(task.actor);
      return dice < 0.05 ? RESULT.RAISED : RESULT.RETURNED;
    }
    if (dice < 0.35) {
      task.object = 0;
      this.enter(task.actor, 'callback');
      return RESULT.YIELDED;
    }
    task.object = ++this.objects;
    if (dice < 0.6) this.schedule(task.object, task.actor);
    return task.object;
  }

  private note(): void {
    const inReady = new Set(this.ready.map((e) => e.actor));
    const stands = this.ready.map((entry, index) => ({
      entry,
      id: entry.id,
      sinceTick: entry.sinceTick,
      nextTick: index >= this.thisTick,
    }));
    this.expected.push({
      tick: this.tick,
      callback: this.callback,
      // Who was cancelled shows only when its turn comes, so this is read at the end.
      get ready() {
        return stands.map(({ entry: { actor, cancelled, cause, site }, id, sinceTick, nextTick }) => {
          return { id, actor: cancelled ? CANCELLED : actor, sinceTick, cause, nextTick, site };
        });
      },
      waiting: [...this.tasks.values()]
        .filter((t) => t.object !== 0 && !inReady.has(t.actor) && !this.sleeps(t))
        .map((t) => t.actor)
        .sort((x, y) => x - y),
      timers: [...this.timers.keys()].sort((x, y) => x - y),
      tasks: [...this.tasks.values()]
        .map(({ actor, steps }) => ({ actor, steps }))
        .sort((x, y) => x.actor - y.actor),
    });
  }
}
