/** Stopping a plain Node program at callbacks, timers, sources, slow callbacks, growing queues and lost exceptions. */
import { basename } from 'node:path';
import type { TickBreakpoint } from '../../../adapter/contract';
import { pointsAt, type At, type Found, type Point } from '../../v8/breakpoints';
import type { AnyFunction, Functions } from '../../v8/functions';
import { errorText } from '../../v8/words';
import type { Channel } from '../channel';
import type { AsyncCall, CallEvent } from './asyncCalls';
import { CALLS_NODE, calledFunction, sourceOf } from './called';
import { nameOf, type Definitions } from './definitions';
import { lengthOf, namesAt } from './facts';
import type { FrozenTimers } from './frozenTimers';
import type { Running } from './gate';
import type { TimerWatch } from './hooks';
import type { Recorder } from './recorder';

/** What cannot be told of plain Node programs, or not yet: a sentence. */
export function refusal(breakpoint: TickBreakpoint): string | undefined {
  const { place } = breakpoint;
  switch (place) {
    case 'callback':
    case 'timer':
      if (breakpoint.task == null) return undefined;
      return `In a plain Node program a ${place} belongs to no task; leave out the pattern "task".`;
    case 'growth':
      if (breakpoint.queue !== 'tasks') return undefined;
      return 'In a plain Node program async calls are counted only while it stands; growth can be told of ready, waiting and timers.';
    case 'task':
      if (breakpoint.on !== 'cancelled') return undefined;
      return 'Async calls of plain Node programs cannot be cancelled; stop where one is done or has failed.';
    case 'tick':
    case 'io':
    case 'slow':
    case 'exception':
    case 'never-retrieved':
      return undefined;
    case 'stall':
      return 'A plain Node program that nothing can wake any more exits; it does not stall.';
    default:
      return `This version does not stop plain Node programs at the place "${place}" yet.`;
  }
}

const SAID: Readonly<Record<Exclude<CallEvent, 'failed'>, string>> = {
  started: 'starts',
  suspended: 'was suspended',
  resumed: 'is about to resume',
  done: 'ended',
};

interface TimerInside {
  _idleStart: number | null;
  _idleTimeout: number;
  _onTimeout: unknown;
}

/** A function, as it is matched and shown. */
interface Known {
  code: number;
  name: string;
  path: string;
  line: number;
}

export class Places implements TimerWatch {
  /** Something may stop before a callback. */
  before = false;
  /** Something may stop before the first callback of a tick. */
  beforeTicks = false;
  /** Something wants to hear how callbacks ended. */
  afterwards = false;
  /** Something wants to hear of timers made and cleared. */
  timed = false;
  /** Callbacks that take longer than this while they run are wanted, s. */
  during = Infinity;
  private callbacks: Point[] = [];
  /** They are all that may stop before a callback. */
  private onlyFunctions = false;
  /** Codes for which none of them is. */
  private readonly notFor = new Set<number>();
  private timers: { point: Point; at: At<'timer'> }[] = [];
  private sources: { point: Point; at: At<'io'> }[] = [];
  private slow: { point: Point; at: At<'slow'> }[] = [];
  private growths: { point: Point; at: At<'growth'>; grown: boolean }[] = [];
  private lost: Point[] = [];
  private tasks: { point: Point; at: At<'task'> }[] = [];
  /** What happened since the last gate that breakpoints are for. */
  private heard: ((found: Found) => void)[] = [];
  /** The functions of timers that may be cleared: Node forgets them then. */
  private readonly functions = new Map<number, AnyFunction>();
  private main: Known | undefined;
  /** By their codes. */
  private readonly knowns = new Map<number, Known>();

  constructor(
    private readonly channel: Channel,
    private readonly loop: number,
    private readonly recorder: Recorder,
    private readonly definitions: Definitions,
    private readonly of: Functions,
    private readonly clock: FrozenTimers,
  ) {}

  /** Replaces the breakpoints. Those on ticks are the gate's. */
  set(points: readonly Point[]): void {
    for (const { codes } of points) codes.clear();
    this.notFor.clear();
    this.callbacks = pointsAt(points, 'callback').map(({ point }) => point);
    this.timers = pointsAt(points, 'timer');
    this.sources = pointsAt(points, 'io');
    this.slow = pointsAt(points, 'slow');
    this.growths = pointsAt(points, 'growth').map((each) => ({ ...each, grown: false }));
    this.lost = points.filter(
      ({ breakpoint: { place } }) => place === 'exception' || place === 'never-retrieved',
    );
    this.tasks = pointsAt(points, 'task');
    const due = this.timers.some(({ at }) => at.on === 'due' || at.on === 'late');
    const { callbacks, sources, growths, tasks } = this;
    this.before = due || callbacks.length + sources.length + tasks.length > 0;
    this.beforeTicks = growths.length > 0;
    this.onlyFunctions = callbacks.length > 0 && !due && sources.length + tasks.length === 0;
    const slow = this.slow.filter(({ at }) => at.when === 'after').length > 0;
    this.timed = this.timers.some(({ at }) => at.on === 'scheduled' || at.on === 'cancelled');
    this.afterwards = slow || this.timed || this.wantsCalls;
    this.during = Math.min(
      ...this.slow.filter(({ at }) => at.when === 'during').map(({ at }) => at.ms / 1000),
      Infinity,
    );
    this.functions.clear();
    if (this.timed)
      for (const { id, type, resource } of this.recorder.resources.live())
        if (type === 'Timeout' && resource !== undefined) this.remember(id, resource);
  }

  // ---- what is told

  scheduled(id: number, timer: object): void {
    this.remember(id, timer);
    const { _idleTimeout: ms } = timer as TimerInside;
    this.hear('scheduled', id, `was scheduled, due in ${Math.trunc(ms)} ms`);
  }

  cancelled(id: number): void {
    this.hear('cancelled', id, 'was cancelled');
    this.functions.delete(id);
  }

  /** An exception was thrown, or a promise `rejected`, and nothing handles it. */
  unhandled(error: unknown, what: string, rejected: boolean): void {
    for (const point of this.lost) {
      if (!rejected && point.breakpoint.place === 'never-retrieved') continue;
      this.heard.push((found) => {
        found.error ??= { value: error };
        this.ask(found, point, undefined, what);
      });
    }
  }

  /** Something happened to an async call. False: nothing is for that. */
  happened(event: CallEvent, call: AsyncCall, error: unknown): boolean {
    const { length } = this.heard;
    for (const { point, at } of this.tasks) {
      const on = at.on === 'created' ? 'started' : at.on;
      if (on !== event || !point.fits(call.name) || !point.sees(call.code, call.name, call.path)) continue;
      const what = event === 'failed' ? `failed with ${errorText(error)}` : SAID[event];
      this.heard.push((found) => {
        if (event === 'failed') found.error ??= { value: error };
        this.ask(found, point, undefined, `async call ${shown(call)} ${what}`, call.name);
      });
    }
    return this.heard.length > length;
  }

  get wantsCalls(): boolean {
    return this.tasks.length > 0;
  }

  /** The code by which a place is known. */
  codeOf({ name, path, line }: { name: string; path: string; line: number }): number {
    return this.definitions.place(path, line, name);
  }

  get wantsLost(): boolean {
    return this.lost.length > 0;
  }

  // ---- at gates

  /** What was heard since the last gate. */
  tell(found: Found): void {
    if (this.heard.length === 0) return;
    const { heard } = this;
    this.heard = [];
    for (const tell of heard) tell(found);
  }

  /** The callback is the first of its tick. */
  ticked(running: Running, found: Found): void {
    for (const growth of this.growths) {
      const { point, at } = growth;
      const length = lengthOf(at.queue as 'ready', this.recorder);
      const before = growth.grown;
      growth.grown = length > at.above;
      if (growth.grown && !before)
        this.ask(found, point, running, `${at.queue} is ${length}, above ${at.above}`);
    }
  }

  /** Only patterns of functions are set, nothing was heard, and none of them is for that code; 0: not known. */
  pass(type: string, code: number): boolean {
    if (!this.onlyFunctions || this.heard.length > 0) return false;
    return code === 0 ? CALLS_NODE.has(type) : this.notFor.has(code);
  }

  /** It is about to run. */
  callback(running: Running, found: Found): void {
    if (this.callbacks.length > 0) this.called(running, found);
    if (this.sources.length > 0) this.arrived(running, found);
    if (running.type === 'Timeout' && this.timers.length > 0) this.due(running, found);
  }

  /** It has run, and took so long, s. */
  after(running: Running, took: number, found: Found): void {
    const ms = took * 1000;
    for (const { point, at } of this.slow)
      if (at.when === 'after' && ms > at.ms)
        this.ask(found, point, running, `callback ${this.text(running)} took ${ms.toFixed(0)} ms`);
  }

  /** It has been running for so long, s, and still is. */
  runsLong(running: Running, elapsed: number, found: Found): void {
    const ms = elapsed * 1000;
    // What Node has forgotten has left microtasks.
    const what = running.type === '' ? 'what a callback left to be done' : `callback ${this.text(running)}`;
    for (const { point, at } of this.slow)
      if (at.when === 'during' && ms >= at.ms)
        this.ask(found, point, running, `${what} has been running for ${ms.toFixed(0)} ms`);
  }

  /** `task`: the name of the async call that it is about. */
  ask(found: Found, point: Point, running: Running | undefined, what: string, task?: string): void {
    const callback = () => running && (this.known(running)?.name ?? running.type);
    const names = namesAt(this.recorder, callback, task);
    found.ask(point, names, what, (breakpoint, text) =>
      this.channel.say({ type: 'log', loop: this.loop, breakpoint, text }),
    );
  }

  private called(running: Running, found: Found): void {
    const known = this.known(running);
    if (known === undefined) return;
    let isFor = false;
    for (const point of this.callbacks)
      if (point.sees(known.code, known.name, known.path)) {
        isFor = true;
        this.ask(found, point, running, `callback ${shown(known)}`);
      }
    if (!isFor && this.onlyFunctions && !this.isOfUnknown(running))
      this.notFor.add(this.recorder.resources.codeOf(running.id));
  }

  /** What is bound anew each time is recorded under one code, whatever it calls. */
  private isOfUnknown(running: Running): boolean {
    const called = calledFunction(running, this.of);
    return called === undefined || isBound(called);
  }

  private arrived(running: Running, found: Found): void {
    const source = sourceOf(running);
    if (source === undefined) return;
    const { fd, text } = source;
    for (const { point, at } of this.sources) {
      if ((at.fd !== undefined && at.fd !== fd) || (at.peer !== undefined && !point.meets(text))) continue;
      const name = fd < 0 ? 'a source' : `fd ${fd}`;
      this.ask(found, point, running, `${name}${text === '' ? '' : ` (${text})`} is ready`);
    }
  }

  private due(running: Running, found: Found): void {
    const known = this.known(running);
    const { _idleStart: start, _idleTimeout: ms } = running.resource as TimerInside;
    const late = this.clock.now() - ((start ?? 0) + Math.trunc(ms));
    for (const { point, at } of this.timers) {
      if (at.on !== 'due' && !(at.on === 'late' && late > (at.ms ?? 0))) continue;
      if (known !== undefined ? !point.sees(known.code, known.name, known.path) : at.function != null)
        continue;
      const what = `timer ${known === undefined ? '?' : shown(known)} is due`;
      this.ask(found, point, running, at.on === 'due' ? what : `${what} ${late} ms late`);
    }
  }

  private remember(id: number, timer: object): void {
    const called = (timer as TimerInside)._onTimeout;
    if (typeof called === 'function') this.functions.set(id, called as AnyFunction);
  }

  private hear(on: 'scheduled' | 'cancelled', id: number, said: string): void {
    const called = this.functions.get(id);
    for (const { point, at } of this.timers)
      if (at.on === on)
        this.heard.push((found) => {
          const known = called && this.ofFunction(called);
          if (known === undefined ? at.function != null : !point.sees(known.code, known.name, known.path))
            return;
          this.ask(found, point, undefined, `timer ${known === undefined ? '?' : shown(known)} ${said}`);
        });
  }

  private text(running: Running): string {
    const known = this.known(running);
    return known === undefined ? `of ${running.type}` : shown(known);
  }

  private known(running: Running): Known | undefined {
    if (running.type === 'MAIN') return (this.main ??= this.mainModule());
    const called = calledFunction(running, this.of);
    return called && this.ofFunction(called);
  }

  private ofFunction(called: AnyFunction): Known {
    const bound = isBound(called) && this.of.key(called) === undefined;
    // Of which function that is only the inspector knows, each time that one is bound anew.
    const target = bound ? this.of.target(called) : called;
    const code = this.definitions.callback(target);
    let known = this.knowns.get(code);
    if (known === undefined) {
      const { path, line } = this.of.location(target) ?? { path: '', line: 0 };
      known = { code, name: nameOf(target), path, line };
      this.knowns.set(code, known);
    }
    return known;
  }

  private mainModule(): Known {
    const path = process.argv[1] ?? '';
    return { code: 0, name: path === '' ? '(main)' : basename(path), path, line: path === '' ? 0 : 1 };
  }
}

/** As long as nobody gave it another name. */
function isBound(fn: AnyFunction): boolean {
  return typeof fn.name === 'string' && fn.name.startsWith('bound ');
}

/** `ring (app.ts:2)` */
function shown({ name, path, line }: Omit<Known, 'code'>): string {
  return path === '' ? name : `${name} (${basename(path)}:${line})`;
}
