/**
 * The tasks that are not done. Like Python's weak set it does not keep alive a task that nothing can resume; only, as
 * weak references are dear, the first ten thousand tasks are held until there are more.
 */
import { Gone } from './gone';
import type { Task } from './tasks';

const YOUNG = 10_000;
const DESTROYED = 'Task was destroyed but it is pending!';

type AnyTask = Task<unknown>;

/** What is needed to report a task that the collector has taken. */
interface Trace {
  readonly ref: WeakRef<AnyTask>;
  readonly loop: AnyTask['loop'];
  readonly text: string;
  readonly observed: number;
  readonly reported: boolean;
}

export class TaskRegistry {
  private young = new Set<AnyTask>();
  private readonly old = new Map<AnyTask['loop'], Set<Trace>>();
  private readonly collected = new FinalizationRegistry<Trace>((trace) => {
    if (this.drop(trace) && trace.reported)
      trace.loop.callExceptionHandler({ task: new Gone(trace.text, trace.observed), message: DESTROYED });
  });

  add(task: AnyTask): void {
    this.young.add(task);
    if (this.young.size > YOUNG) this.age();
  }

  delete(task: AnyTask): void {
    if (this.young.delete(task) || task.trace === undefined) return;
    this.drop(task.trace as Trace);
    this.collected.unregister(task.trace);
    task.trace = undefined;
  }

  /** Those of a loop, oldest first. */
  of(loop: AnyTask['loop']): AnyTask[] {
    const tasks: AnyTask[] = [];
    for (const trace of this.old.get(loop) ?? []) {
      const task = trace.ref.deref();
      if (task !== undefined) tasks.push(task);
    }
    for (const task of this.young) if (task.loop === loop) tasks.push(task);
    return tasks;
  }

  /** Nothing will resume the loop's tasks any more: says so, and lets their generators run their `finally`. */
  destroy(loop: AnyTask['loop']): void {
    for (const task of this.of(loop)) {
      this.delete(task);
      if (task.logDestroyPending) loop.callExceptionHandler({ task, message: DESTROYED });
      task.destroy();
    }
  }

  /** The same for all loops that were left open. */
  destroyAll(): void {
    const loops = new Set([...this.old.keys(), ...[...this.young].map((task) => task.loop)]);
    for (const loop of loops) this.destroy(loop);
  }

  private age(): void {
    for (const task of this.young) {
      const trace: Trace = {
        ref: new WeakRef(task),
        loop: task.loop,
        text: task.toString(),
        observed: task.observed,
        reported: task.logDestroyPending,
      };
      task.trace = trace;
      const traces = this.old.get(task.loop);
      if (traces === undefined) this.old.set(task.loop, new Set([trace]));
      else traces.add(trace);
      this.collected.register(task, trace, trace);
    }
    this.young = new Set();
  }

  private drop(trace: Trace): boolean {
    const traces = this.old.get(trace.loop);
    if (!traces?.delete(trace)) return false;
    if (traces.size === 0) this.old.delete(trace.loop);
    return true;
  }
}
