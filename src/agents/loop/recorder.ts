/**
 * The observer of the program's loops. What runs on every callback is here and kept short; a clock is read once for each
 * callback, its end being the next one's begin. Whatever it throws takes the agent out; the program goes on.
 */
import type { EventLoop } from '../../loop/baseEvents';
import type { Handle, TimerHandle } from '../../loop/events';
import type { ExceptionContext } from '../../loop/exceptionHandling';
import type { LoopObserver } from '../../loop/observer';
import type { Task } from '../../loop/tasks';
import { RECORD, RESULT } from '../../wire/schema';
import type { Channel } from '../node/channel';
import type { Definitions } from './definitions';
import { errorText, thrownIn } from '../v8/words';
import type { AnyFunction } from '../v8/functions';
import type { Gate } from './gate';
import { isFuture, isTask, sharedState, type AnyFuture, type AnyTask } from './library';
import type { Loops } from './loops';
import type { LoopState } from './loopState';
import { actorIfTask, actorOf, FIRST_TASK_OBJECT } from './numbers';
import type { Places } from './places';
import { Whereabouts, type Place } from './whereabouts';

const OUTCOME = { returned: RESULT.RETURNED, raised: RESULT.RAISED, cancelled: RESULT.CANCELLED } as const;

/** What the library says when a task is destroyed, and the end of what it says of an error that nobody asked for. */
const DESTROYED = 'Task was destroyed but it is pending!';
const UNRETRIEVED = 'exception was never retrieved';
const NOWHERE = { path: '', line: 0 };

export class Recorder implements LoopObserver {
  gate = false;
  /** Breakpoints on other places than ticks; undefined where there are none. */
  places: Places | undefined;
  private state: LoopState | undefined;
  private readonly takings = new Whereabouts(200);
  private readonly makings = new Whereabouts(50);
  private readonly isUser = (path: string) => this.definitions.isUser(path);

  constructor(
    private readonly channel: Channel,
    private readonly loops: Loops,
    private readonly definitions: Definitions,
    private readonly gates: Gate,
  ) {}

  loopChanged(loop: EventLoop, state: 'running' | 'idle' | 'closed'): void {
    this.guard(() => {
      const of = this.of(loop);
      this.tellOutside(of);
      of.changed(state);
      if (state === 'closed') this.loops.forget(of);
    });
  }

  sleeping(loop: EventLoop, timeout: number | undefined): void {
    try {
      const state = this.of(loop);
      state.slept ??= timeout ?? -1;
      this.tellOutside(state);
      this.channel.beat(false);
      this.gates.asleep(state, timeout);
      state.flush();
    } catch (error) {
      this.channel.fault(error);
    }
  }

  tick(loop: EventLoop, timeout: number | undefined, n: number): void {
    try {
      const state = this.state?.loop === loop ? this.state : this.of(loop);
      const { turns } = loop.observable.host;
      if (turns !== state.turn || timeout !== 0) state.last = state.now();
      state.turn = turns;
      if (this.loops.outside.size > 0) this.tellOutside(state);
      state.ticked(state.slept ?? timeout ?? -1, n);
      state.slept = undefined;
      if (this.gates.atTicks || state.heard.length > 0 || this.channel.pausing) this.gates.tick(state);
      this.channel.beat(true);
    } catch (error) {
      this.channel.fault(error);
    }
  }

  before(loop: EventLoop, handle: Handle): void {
    try {
      const state = this.state?.loop === loop ? this.state : this.of(loop);
      this.gates.callback(state, handle);
    } catch (error) {
      this.channel.fault(error);
    }
  }

  ran(loop: EventLoop, handle: Handle, n: number, error?: unknown): void {
    try {
      const state = this.state?.loop === loop ? this.state : this.of(loop);
      const { task } = handle;
      const began = state.last;
      let actor: number;
      if (task !== undefined) {
        actor = task.observed === 0 ? this.introduce(state, task, undefined) : actorOf(task);
        const waiter = task.futWaiter;
        const result =
          waiter === undefined || task.done()
            ? this.suspended(state, task, actor)
            : waiter.observed || this.definitions.future(waiter);
        state.ran(actor, result, n);
      } else {
        const { callback } = handle;
        actor =
          callback === undefined ? this.forgotten() : this.definitions.callback(callback as AnyFunction);
        if (error !== undefined) this.failed(state, actor, error);
        state.ran(actor, error === undefined ? RESULT.RETURNED : RESULT.RAISED, n);
      }
      const { places } = this;
      if (places !== undefined) {
        if (places.after) this.gates.ran(state, handle, actor, began);
        if (places.during < Infinity) this.channel.beat(true);
      }
      if (this.channel.pausing) this.gate = true;
    } catch (failure) {
      this.channel.fault(failure);
    }
  }

  /** The process exits in the middle of a callback. A task that does has neither returned nor raised: it would have gone on. */
  exits(state: LoopState, handle: Handle): void {
    const n = state.loop.ready.length;
    if (handle.task === undefined) state.ran(this.actorOf(state, handle), RESULT.RETURNED, n);
    else state.ran(this.actorOf(state, handle), RESULT.YIELDED, n + 1);
  }

  skipped(loop: EventLoop, n: number): void {
    this.guard(() => this.of(loop).write1(RECORD.SKIPPED.code, n));
  }

  timerScheduled(loop: EventLoop, timer: TimerHandle): void {
    try {
      const state = this.of(loop);
      timer.observed = this.definitions.newObject();
      const first = timer.args[0];
      const object = isFuture(first) ? this.definitions.future(first) : 0;
      const code = this.definitions.callback(timer.callback as AnyFunction);
      state.write(RECORD.TIMER.code, timer.observed, timer.deadline, code, object, 0);
      this.places?.timer(state, timer, 'scheduled');
    } catch (error) {
      this.channel.fault(error);
    }
  }

  timerCancelled(loop: EventLoop, timer: TimerHandle): void {
    try {
      const state = this.of(loop);
      if (timer.observed !== 0) state.write1(RECORD.TIMER_CANCELLED.code, timer.observed);
      this.places?.timer(state, timer, 'cancelled');
    } catch (error) {
      this.channel.fault(error);
    }
  }

  timerDue(loop: EventLoop, timer: TimerHandle): void {
    try {
      const state = this.of(loop);
      state.write1(RECORD.TIMER_DUE.code, timer.observed);
      this.places?.timer(state, timer, 'due');
    } catch (error) {
      this.channel.fault(error);
    }
  }

  taskCreated(loop: EventLoop, task: Task<unknown>, parent: Task<unknown> | undefined): void {
    try {
      const state = this.of(loop);
      if (task.observed === 0) this.introduce(state, task, parent);
      this.places?.created(state, task);
    } catch (error) {
      this.channel.fault(error);
    }
  }

  taskRenamed(loop: EventLoop, task: Task<unknown>): void {
    this.guard(() => {
      if (task.observed === 0) return;
      this.of(loop).write(RECORD.RENAMED.code, actorOf(task), this.definitions.text(task.getName()));
    });
  }

  io(loop: EventLoop, fd: number, mask: number, added: number): void {
    this.guard(() => {
      const state = this.of(loop);
      state.write(RECORD.IO.code, wireFd(fd), mask, added);
      this.places?.io(state, fd, mask);
    });
  }

  watched(
    loop: EventLoop,
    fd: number,
    mask: number,
    callback: (...args: never[]) => unknown,
    owned: boolean,
    text: string,
  ): void {
    this.guard(() => {
      const { definitions } = this;
      const code = definitions.callback(callback);
      const told = definitions.text(text);
      this.of(loop).write(RECORD.WATCH.code, wireFd(fd), mask, code, owned ? 1 : 0, told);
      this.loops.watched(loop, fd, mask, owned, text);
    });
  }

  unwatched(loop: EventLoop, fd: number, mask: number): void {
    this.guard(() => {
      this.of(loop).write(RECORD.UNWATCH.code, wireFd(fd), mask);
      this.loops.unwatched(loop, fd, mask);
    });
  }

  handedIn(loop: EventLoop, index: number, thread: string): void {
    this.guard(() => this.of(loop).write(RECORD.THREAD.code, index, this.definitions.text(thread)));
  }

  signal(loop: EventLoop, name: string): void {
    this.guard(() => this.of(loop).write1(RECORD.SIGNAL.code, this.definitions.text(name)));
  }

  jobBegan(loop: EventLoop, job: number, name: string, future: AnyFuture): void {
    this.guard(() => {
      const { definitions } = this;
      const object = definitions.future(future);
      this.loops.jobs.set(job, { name, object });
      this.of(loop).write(RECORD.JOB.code, job, definitions.text(name), object, 0);
    });
  }

  jobEnded(loop: EventLoop, job: number, outcome: 'returned' | 'raised' | 'cancelled'): void {
    this.guard(() => {
      this.loops.jobs.delete(job);
      this.of(loop).write(RECORD.JOB_ENDED.code, job, OUTCOME[outcome]);
    });
  }

  processBegan(loop: EventLoop, pid: number, text: string): void {
    this.guard(() => this.of(loop).write(RECORD.PROCESS.code, pid, this.definitions.text(text)));
  }

  processEnded(loop: EventLoop, pid: number, status: number): void {
    this.guard(() => this.of(loop).write(RECORD.PROCESS_ENDED.code, pid, status));
  }

  acquired(lock: object, task: AnyTask | undefined, place?: unknown): void {
    this.guard(() => {
      const { state } = this;
      if (task === undefined || state === undefined) return;
      const actor = actorOf(task) || this.introduce(state, task, undefined);
      const object = this.definitions.object(lock);
      this.loops.holders.acquired(object, actor, place as Place | undefined);
      state.write(RECORD.LOCK.code, object, actor);
    });
  }

  released(lock: object): void {
    this.guard(() => {
      const object = this.definitions.object(lock);
      this.loops.holders.released(object);
      this.state?.write1(RECORD.UNLOCK.code, object);
    });
  }

  entered(semaphore: object, task: AnyTask | undefined, place?: unknown): void {
    try {
      const { state } = this;
      if (task === undefined || state === undefined) return;
      const actor = actorOf(task) || this.introduce(state, task, undefined);
      this.loops.holders.entered(semaphore, actor, place as Place | undefined);
    } catch (error) {
      this.channel.fault(error);
    }
  }

  left(semaphore: object, task: AnyTask | undefined): void {
    try {
      this.loops.holders.left(semaphore, task === undefined ? 0 : actorOf(task));
    } catch (error) {
      this.channel.fault(error);
    }
  }

  placeHere(): Place | undefined {
    try {
      const { state } = this;
      return state && this.takings.here(state.lastReal, this.placeHere, this.isUser);
    } catch (error) {
      this.channel.fault(error);
      return undefined;
    }
  }

  coroutineMade(): Place | undefined {
    try {
      const { state } = this;
      return state && this.makings.here(state.lastReal, this.coroutineMade, this.isUser);
    } catch (error) {
      this.channel.fault(error);
      return undefined;
    }
  }

  /** An error that nobody has asked for, where the library says so. */
  unretrieved(loop: EventLoop, message: string, error: unknown): void {
    if (this.places?.unretrieved) this.guard(() => this.gates.unretrieved(this.of(loop), message, error));
  }

  reported(loop: EventLoop, context: ExceptionContext): void {
    this.guard(() => {
      const told = this.told(context);
      if (told === undefined) return;
      const state = this.of(loop);
      // What it is about is told before it.
      state.flush();
      this.channel.say({ type: 'told', loop: state.id, t: state.now(), ...told });
    });
  }

  neverAwaited(name: string, place?: unknown): void {
    this.guard(() => {
      const { runningLoop } = sharedState();
      const state = runningLoop === undefined ? this.state : this.of(runningLoop);
      if (state === undefined) return;
      const text = `coroutine '${name}' was never awaited`;
      const { path, line } = (place as Place | undefined) ?? NOWHERE;
      const what = { what: 'never-awaited', task: 0, text, path, line } as const;
      this.channel.say({ type: 'told', loop: state.id, t: state.now(), ...what });
    });
  }

  /** Undefined: no report of asyncio's own. */
  private told({ message, exception, future, task }: ExceptionContext) {
    const { definitions } = this;
    if (message === DESTROYED) {
      if (!isTask(task))
        return {
          what: 'destroyed-pending',
          task: actorIfTask(task),
          text: String(task),
          path: '',
          line: 0,
        } as const;
      const { path, line } = definitions.known.get(definitions.coroutine(task)) ?? NOWHERE;
      return { what: 'destroyed-pending', task: actorOf(task), text: task.getName(), path, line } as const;
    }
    if (message?.endsWith(UNRETRIEVED) !== true) return undefined;
    const { path, line } = thrownIn(exception, (file) => definitions.isUser(file)) ?? NOWHERE;
    const actor = actorIfTask(future);
    return { what: 'never-retrieved', task: actor, text: errorText(exception), path, line } as const;
  }

  /** Who runs a handle: the number of a task or of code. */
  actorOf(state: LoopState, handle: Handle): number {
    const { task } = handle;
    if (task !== undefined) return actorOf(task) || this.introduce(state, task, undefined);
    const { callback } = handle;
    return callback === undefined ? 0 : this.definitions.callback(callback as AnyFunction);
  }

  private of(loop: EventLoop): LoopState {
    if (this.state?.loop !== loop) this.state = this.loops.of(loop);
    return this.state as LoopState;
  }

  /** Gives a task its number and tells of it. */
  private introduce(state: LoopState, task: AnyTask, parent: AnyTask | undefined): number {
    const { definitions } = this;
    const by = parent === undefined || parent === task ? 0 : actorOf(parent);
    const code = definitions.coroutine(task);
    const actor = definitions.newActor();
    task.observed = FIRST_TASK_OBJECT + actor;
    state.write(RECORD.TASK.code, actor, by, code, definitions.text(task.getName()));
    this.places?.introduced(actor, code);
    return actor;
  }

  /** RESULT of a step after which the task waits for no future. */
  private suspended(state: LoopState, task: AnyTask, actor: number): number {
    if (task.done()) return this.ended(state, task, actor);
    if (!task.abandoned()) return RESULT.YIELDED;
    const object = this.definitions.newObject();
    this.loops.outside.set(actor, { ref: new WeakRef(task), object });
    return object;
  }

  private ended(state: LoopState, task: AnyTask, actor: number): number {
    this.loops.outside.delete(actor);
    if (task.cancelled()) return RESULT.CANCELLED;
    if (!task.failed()) return RESULT.RETURNED;
    this.failed(state, actor, task.peekError());
    return RESULT.RAISED;
  }

  /** Tasks that went on between the loop's callbacks, and how far they came. */
  private tellOutside(state: LoopState): void {
    const { outside } = this.loops;
    for (const [actor, { ref }] of outside) {
      const task = ref.deref();
      if (task === undefined) outside.delete(actor);
      else if (task.loop === state.loop && task.done()) {
        state.write(RECORD.EAGER.code, actor, this.ended(state, task, actor));
        this.places?.endedOutside(state, task);
      } else if (!task.abandoned()) outside.delete(actor);
    }
  }

  private failed(state: LoopState, actor: number, error: unknown): void {
    state.write(RECORD.ERROR.code, actor, this.definitions.text(errorText(error)));
  }

  /** A callback that cancelled its own handle. */
  private forgotten(): number {
    return this.definitions.nameless('(a callback that was cancelled while it ran)');
  }

  private guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.channel.fault(error);
    }
  }
}

/** Sources without a descriptor have negative numbers of their own; the wire has no room for signs. */
function wireFd(fd: number): number {
  return fd >= 0 ? fd : NO_FD - fd;
}

const NO_FD = 2 ** 20;
