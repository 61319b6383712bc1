/** The history of a Node loop: its events (wire/nodeEvents.ts) as rows. */
import type { NodeEventSink } from '../../wire/nodeEvents';
import { RESULT } from '../../wire/schema';
import type { Definitions } from '../definitions';
import { History } from '../history';
import { OP, packDue } from '../log';
import type { LoopObserver } from '../observer';
import { NodeState, type NodeCheckpoint } from './nodeState';
import { Relays } from './relays';
import { Runs } from './runs';
import { ROLE } from './types';

/** From here on the number in the row of a callback that failed is a text's: below are 0 and 1. */
const FAILED = 2;
/** So many callbacks of setImmediate in a row are worth a word to the observer, and each time as many again. */
const RELAY = 1000;
/** Nobody asks how long a callback stood in ready that stood for less, s. */
const AGE = 0.1;

export class NodeHistory extends History<NodeCheckpoint, NodeState> implements NodeEventSink {
  /** When the callback that began last did, and its function's code. */
  private beganAt = 0;
  private lastCode = 0;
  private lastRole: number = ROLE.NONE;
  private readonly runs = new Runs();
  private readonly relays = new Relays();
  /** nextTicks and microtasks that run in a row keep the loop from everything else. */
  private drained = { count: 0, since: 0 };

  constructor(
    private readonly definitions: Definitions,
    limitBytes: number,
  ) {
    super(() => new NodeState(definitions), limitBytes);
  }

  override tickOf(_before: number, a: number): number {
    return a;
  }
  /** What is told between two callbacks belongs to the moment between them. */
  protected override completes(op: number): boolean {
    return op !== OP.BEGAN && op !== OP.STEP && op !== OP.TICK && op !== OP.RAN;
  }

  // ---- events in ----

  tick(tick: number, time: number): void {
    this.observer?.tick(tick, time, 0);
    this.timed(OP.TICK, 0, tick, 0, time);
    this.settled();
  }
  made(id: number, type: string, trigger: number, code: number): void {
    this.relays.made(id, trigger, type === 'Immediate');
    this.row(OP.MADE, this.definitions.texts.number(type), id, trigger, code);
  }
  madeAt(id: number, place: number): void {
    this.row(OP.MADE_AT, 0, id, place, 0);
  }
  named(id: number, code: number): void {
    this.row(OP.NAMED, 0, id, code, 0);
  }
  timerSet(id: number, when: number, repeat: number): void {
    this.row(OP.TIMER_SET, 0, id, packDue(when - this.live.time), packDue(repeat));
  }
  described(id: number, text: string, fd: number): void {
    this.row(OP.DESCRIBED, this.definitions.texts.number(text), id, fd + 1, 0);
  }
  began(id: number, time: number): void {
    this.beganAt = time;
    if (this.observer) this.observe(this.observer, id, time);
    this.timed(OP.BEGAN, 0, id, 0, time);
  }
  /** Before the state takes in that this callback begins. */
  private observe(observer: LoopObserver, id: number, time: number): void {
    const { resources, tick } = this.live;
    const slot = resources.find(id);
    const { code, role, since, when } = resources.columns;
    this.lastRole = slot < 0 ? ROLE.NONE : role[slot];
    const relay = this.relays.began(id, this.lastRole, time);
    if (slot < 0) return;
    if (relay && relay.steps % RELAY === 0)
      observer.relayed?.(tick, code[slot], relay.steps, relay.since, time);
    if (resources.isQueued(slot) && this.lastRole !== ROLE.MAIN) {
      // What made it had to end first.
      if (time - since[slot] > AGE)
        observer.stood?.(tick, code[slot], Math.max(since[slot], this.runs.endOf(since[slot])), time);
    } else if (resources.isArmed(slot) && time - when[slot] > AGE)
      observer.due(tick, time - this.runs.busy(when[slot], time), time, 0, code[slot]);
    if (this.lastRole !== ROLE.TICK && this.lastRole !== ROLE.MICROTASK) this.drained.count = 0;
    else if (this.drained.count++ === 0) this.drained.since = time;
  }
  ended(id: number, time: number, failed: boolean, error = ''): void {
    this.lastCode = this.live.running.code;
    this.observer?.ran(this.live.tick, this.lastCode, RESULT.RETURNED, this.beganAt, this.beganAt, time);
    this.runs.add(this.beganAt, time);
    const { count, since } = this.drained;
    if (count > 1) this.observer?.drained?.(this.live.tick, this.lastCode, count, since, time);
    const said = failed ? this.definitions.texts.number(error) + FAILED : 0;
    this.timed(OP.RAN, said, id, failed ? RESULT.RAISED : RESULT.RETURNED, time);
    this.settled();
  }
  /** What left a callback, by the number in its row. */
  errorOf(n: number): string {
    return this.definitions.texts.text(n - FAILED);
  }
  ranOn(time: number): void {
    // Its microtasks are the callback's, too.
    this.observer?.ran(this.live.tick, this.lastCode, RESULT.RETURNED, this.beganAt, this.beganAt, time);
    this.runs.wentOn(time);
    this.timed(OP.RAN_ON, 0, 0, 0, time);
  }
  gone(id: number): void {
    this.relays.gone(id);
    if (this.live.resources.find(id) >= 0) this.counted(OP.GONE, id);
  }
  level(full: boolean): void {
    this.row(OP.LEVEL, full ? 1 : 0, 0, 0, 0);
  }
  promiseMade(id: number, parent: number): void {
    this.row(OP.PROMISE, 0, id, parent, 0);
  }
  promiseSettled(id: number): void {
    this.counted(OP.SETTLED, id);
  }
  stepBegan(id: number): void {
    this.row(OP.STEP, 0, id, 0, 0);
  }
  stepEnded(id: number): void {
    this.timed(OP.RAN, 1, id, RESULT.RETURNED, this.live.time);
    this.settled();
  }
  lost(count: number): void {
    this.observer?.lost();
    this.relays.reset();
    this.drained.count = 0;
    this.row(OP.LOST, 0, count, 0, 0);
  }

  /** Three numbers share a row. */
  private counted(op: number, id: number): void {
    if (!this.log.append(op, id)) this.log.push(op, 1, id, 0, 0);
    this.live.apply(op, 1, id, 0, 0, 0);
    this.version++;
  }

  // ---- ticks that were jumped over ----

  override nextTick(tick: number): number | undefined {
    const moment = this.at(tick, 0);
    if (moment === undefined || tick >= this.live.tick) return undefined;
    let found: number | undefined;
    this.scan(moment.row, (op, _n, a) => {
      if (op === OP.TICK && a > tick) found = a;
      return found !== undefined;
    });
    return found;
  }
  override previousTick(tick: number): number | undefined {
    const first = this.firstTick;
    if (tick <= first) return undefined;
    const from = this.before(tick);
    let found = Math.max(from.tick, first);
    this.scan(from.row, (op, _n, a) => {
      if (op !== OP.TICK) return false;
      if (a < tick) found = a;
      return a >= tick;
    });
    return found;
  }
}
