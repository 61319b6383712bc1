/**
 * A Node loop that is simulated move by move and keeps, in the plainest way, what every moment should show. It tells its
 * events to a sink as the decoder of words would; tests compare the model with what it kept.
 */
import type { NodeEventSink } from '../../../../src/wire/nodeEvents';

type Type =
  'TickObject' | 'Immediate' | 'Microtask' | 'Timeout' | 'TCPWRAP' | 'FSREQCALLBACK' | 'HTTPINCOMINGMESSAGE';
type Phase = 'poll' | 'check' | 'timers';

interface Resource {
  id: number;
  type: Type;
  maker: number;
  madeTick: number;
  /** Of a Timeout, s; undefined: not armed. */
  when?: number;
  repeat: number;
  /** The tick in which an immediate may run. */
  runTick: number;
}
interface SimPromise {
  id: number;
  parent: number;
  settled: boolean;
  stepped: boolean;
}
interface Entry {
  id: number;
  step: boolean;
}

export interface ExpectedReady extends Entry {
  nextTick: boolean;
}
export interface Expected {
  tick: number;
  callback: number;
  ready: ExpectedReady[];
  timers: { id: number; when: number }[];
  waiting: number[];
  pending: number[];
}

export class NodeSimulation {
  readonly expected: Expected[] = [];
  /** Ticks that ran a callback. */
  readonly ticks: number[] = [];
  private readonly resources = new Map<number, Resource>();
  private readonly promises = new Map<number, SimPromise>();
  private tickQueue: number[] = [];
  private microtasks: Entry[] = [];
  private inMicrotasks = false;
  private tick = 0;
  private callback = 0;
  private phase: Phase | undefined;
  private time = 10;
  private ids = 1;
  private promiseIds = 0;
  private budget = 20;
  private running: Entry | undefined;
  private stays: (id: number) => boolean = () => false;

  constructor(
    private readonly sink: NodeEventSink,
    private readonly rand: () => number,
    private readonly full: boolean,
  ) {}

  run(ticks: number): void {
    this.sink.tick(1, this.time);
    this.tick = 1;
    this.sink.level(this.full);
    this.sink.made(1, 'MAIN', 0, 0);
    this.note({ id: 1, step: false });
    this.sink.began(1, this.time);
    this.running = { id: 1, step: false };
    for (let i = 0; i < 5; i++) this.act();
    // Two sockets that stay, so that there are always callbacks.
    this.make('TCPWRAP');
    this.make('TCPWRAP');
    const stay = this.ids;
    this.stays = (id) => id === stay || id === stay - 1;
    this.end(1);
    this.drain();
    this.finish();
    for (let i = 0; i < ticks; i++) this.oneTick();
  }

  // ---- the loop ----

  private oneTick(): void {
    this.phase = 'poll';
    this.budget = 30;
    const begun = { yes: false };
    const jump = 1 + (this.chance(0.3) ? Math.floor(this.rand() * 4) : 0);
    const immediates = [...this.resources.values()].filter((r) => r.type === 'Immediate');
    // An iteration with an immediate that waits is never jumped over.
    const next = this.tick + (immediates.length > 0 ? 1 : jump);
    const begin = () => {
      if (begun.yes) return;
      begun.yes = true;
      this.tick = next;
      this.callback = 0;
      this.ticks.push(next);
      this.time += this.rand() * 0.01;
      this.sink.tick(next, this.time);
    };
    for (const resource of [...this.resources.values()])
      if ((resource.type === 'TCPWRAP' || resource.type === 'FSREQCALLBACK') && this.chance(0.4)) {
        begin();
        this.macro(resource);
      }
    this.phase = 'check';
    for (const { id } of immediates)
      if (this.resources.has(id)) {
        begin();
        this.macro(this.resources.get(id)!);
      }
    this.phase = 'timers';
    for (let i = 0; i < 5; i++) {
      const due = this.armed().find((r) => r.when! <= this.time);
      if (due === undefined) break;
      begin();
      this.macro(due);
    }
    if (begun.yes) this.finish();
    this.time += this.rand() * 0.01;
  }

  private armed(): Resource[] {
    return [...this.resources.values()]
      .filter((r) => r.when !== undefined)
      .sort((x, y) => x.when! - y.when! || x.id - y.id);
  }

  private macro(resource: Resource): void {
    this.inMicrotasks = false;
    this.note({ id: resource.id, step: false });
    this.time += 1e-5 + this.rand() * 0.001;
    this.sink.began(resource.id, this.time);
    this.running = { id: resource.id, step: false };
    if (resource.type === 'Timeout') {
      if (resource.repeat > 0) resource.when = this.time + resource.repeat;
      else resource.when = undefined;
    }
    for (let i = 0; i < 3; i++) this.act();
    this.end(resource.id);
    if (resource.type === 'TCPWRAP') {
      if (this.chance(0.2) && !this.stays(resource.id)) this.destroy(resource.id);
    } else if (resource.type !== 'Timeout') this.resources.delete(resource.id);
    else if (resource.when === undefined) this.destroy(resource.id);
    this.drain();
  }

  private end(id: number): void {
    if (id === 1) this.resources.delete(1);
    this.time += 1e-5 + this.rand() * 0.001;
    this.callback++;
    this.running = undefined;
    this.sink.ended(id, this.time, this.chance(0.1));
  }

  /** nextTicks, then microtasks, until none is left. */
  private drain(): void {
    while (this.tickQueue.length > 0 || this.microtasks.length > 0) {
      while (this.tickQueue.length > 0) {
        this.inMicrotasks = false;
        const id = this.tickQueue[0];
        this.note({ id, step: false });
        this.tickQueue.shift();
        this.once(id);
      }
      while (this.microtasks.length > 0) {
        const entry = this.microtasks[0];
        this.note(entry);
        this.microtasks.shift();
        this.inMicrotasks = true;
        if (entry.step) this.step(entry.id);
        else this.once(entry.id);
      }
    }
  }

  private once(id: number): void {
    this.sink.began(id, this.time);
    this.running = { id, step: false };
    this.act();
    this.resources.delete(id);
    this.end(id);
    this.sink.gone(id);
  }
  private step(id: number): void {
    const promise = this.promises.get(id)!;
    promise.stepped = true;
    this.sink.stepBegan(id);
    this.running = { id, step: true };
    this.act();
    // A `then` settles its promise; what an await awaits through never settles.
    if (this.chance(0.6)) this.settle(id);
    else this.promises.delete(id);
    this.callback++;
    this.running = undefined;
    this.sink.stepEnded(id);
  }

  // ---- what callbacks do ----

  private act(): void {
    // Else nextTicks and promises may go on for ever.
    if (this.budget-- <= 0) return;
    const dice = this.rand();
    if (dice < 0.14) this.make('TickObject');
    else if (dice < 0.24) this.make('Immediate');
    else if (dice < 0.3) this.make('Microtask');
    else if (dice < 0.42) this.make('Timeout');
    else if (dice < 0.5) this.make('TCPWRAP');
    else if (dice < 0.6) this.make('FSREQCALLBACK');
    else if (dice < 0.63) this.make('HTTPINCOMINGMESSAGE');
    else if (dice < 0.7) this.clear();
    else if (this.full) this.promise();
  }

  private make(type: Type): void {
    const id = ++this.ids;
    const runTick = this.phase === 'poll' ? this.tick : this.tick + 1;
    const resource: Resource = {
      id,
      type,
      maker: this.running?.id ?? 0,
      madeTick: this.tick,
      repeat: 0,
      runTick,
    };
    if (this.resources.size > 40) return this.clear();
    this.resources.set(id, resource);
    this.sink.made(id, type, resource.maker, 0);
    if (type === 'TickObject') this.tickQueue.push(id);
    else if (type === 'Microtask') this.microtasks.push({ id, step: false });
    else if (type === 'Timeout') {
      resource.repeat = this.chance(0.3) ? 0.005 + this.rand() * 0.02 : 0;
      this.set(resource, this.time + 0.001 + this.rand() * 0.03);
    }
  }
  private set(resource: Resource, when: number): void {
    // As precise as rows are.
    resource.when = when;
    this.sink.timerSet(resource.id, when, resource.repeat);
  }

  private clear(): void {
    const victims = [...this.resources.values()].filter(
      ({ id, type }) =>
        (type === 'Immediate' || type === 'Timeout' || type === 'HTTPINCOMINGMESSAGE') &&
        id !== this.running?.id,
    );
    const victim = victims[Math.floor(this.rand() * victims.length)];
    if (victim === undefined) return;
    if (victim.type === 'Timeout' && this.chance(0.5)) this.set(victim, this.time + 0.01);
    else this.destroy(victim.id);
  }
  private destroy(id: number): void {
    this.resources.delete(id);
    this.sink.gone(id);
  }

  private promise(): void {
    const pending = [...this.promises.values()].filter((p) => !p.settled);
    if (pending.length > 40) return this.settle(pending[0].id);
    const dice = this.rand();
    const some = pending[Math.floor(this.rand() * pending.length)];
    if (dice < 0.4 || some === undefined) {
      this.derive(0);
      return;
    }
    if (dice < 0.7) {
      this.derive(some.id);
      return;
    }
    // What has a step to come is settled by that step; or, here and there, by something else first.
    if (some.parent === 0 || this.chance(0.2)) this.settle(some.id);
  }
  private derive(parent: number): void {
    const id = ++this.promiseIds;
    this.promises.set(id, { id, parent, settled: false, stepped: false });
    this.sink.promiseMade(id, parent);
  }
  private settle(id: number): void {
    const promise = this.promises.get(id);
    if (promise === undefined || promise.settled) return;
    promise.settled = true;
    this.promises.delete(id);
    this.sink.promiseSettled(id);
    this.microtasks = this.microtasks.filter((entry) => !entry.step || entry.id !== id);
    for (const child of this.promises.values())
      if (child.parent === id && !child.stepped && !child.settled)
        this.microtasks.push({ id: child.id, step: true });
  }

  // ---- what is kept ----

  private chance(p: number): boolean {
    return this.rand() < p;
  }

  /** After the last callback of a tick: nothing is about to run in it. */
  private finish(): void {
    this.note(undefined);
  }

  private note(next: Entry | undefined): void {
    const entry = (id: number) => ({ id, step: false, nextTick: false });
    const isNext = (each: Entry) => each.id === next?.id && each.step === next.step;
    const ticks = this.tickQueue.map(entry);
    const microtasks = this.microtasks.map((each) => ({ ...each, nextTick: false }));
    const immediates = [...this.resources.values()]
      .filter(({ type }) => type === 'Immediate')
      .map(({ id, runTick }) => ({ id, step: false, nextTick: runTick > this.tick }));
    const soon = this.inMicrotasks ? [...microtasks, ...ticks] : [...ticks, ...microtasks];
    const nextTick = immediates.find(isNext)?.nextTick ?? false;
    const ready: ExpectedReady[] = [...soon, ...immediates].filter((each) => !isNext(each));
    if (next) ready.unshift({ ...next, nextTick });
    this.expected.push({
      tick: this.tick,
      callback: this.callback,
      ready,
      timers: this.armed()
        .filter(({ id }) => id !== next?.id || next.step)
        .map(({ id, when }) => ({ id, when: when! })),
      waiting: [...this.resources.values()]
        .filter(
          ({ id, type }) =>
            type === 'TCPWRAP' || (type === 'FSREQCALLBACK' && (next?.step || id !== next?.id)),
        )
        .map(({ id }) => id),
      pending: [...this.promises.values()].filter((p) => !p.settled).map(({ id }) => id),
    });
  }
}
